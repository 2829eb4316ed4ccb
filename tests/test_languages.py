"""The English catalog holds every sentence of code and templates and nothing else; no Chinese stands outside of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[1]
CATALOG = ROOT / "portal/translations/en/LC_MESSAGES/messages.po"
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
PUNCTUATION = re.compile(r"[\u3000-\u303f\uff01-\uff5e]")  # 、：（ of a Chinese sentence
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
TRANSLATED = frozenset({"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext", "PolicyError", "StaleForm"})
NOT_SHOWN_OR_THE_SAME_IN_ALL_LANGUAGES = {
    ("portal/filters.py", "零一二三四五六七八九"),  # digits of Chinese class names
    ("portal/languages.py", "中文"),  # the name of the language, in the language
    ("portal/filters.py", "M月d日 EEEE"),
    ("portal/filters.py", "M月d日"),  # how Chinese dates are written
    ("portal/fields.py", r"(-?\d{1,9})\s*(?:分钟|分|天|min)?"),  # what teachers may type after a number
    ("portal/policy/erasure.py", "已删除人员 #"),  # stands for a name, and is content as names are
}
READS_CHINESE = (  # the sample school; what teachers, and lists of schools, may have written
    *("portal/demo", "portal/policy/wording.py"),
    *("portal/policy/roster.py", "portal/pinyin.py"),
    *("portal/roster/import_writing.py", "portal/roster/xlsx_writing.py"),
    *("portal/setup/commands.py", "portal/setup/console.py"),  # a console is told in both languages at once
)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="session")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The sentences of code and templates, as `make translations` finds them."""
    target = tmp_path_factory.mktemp("babel") / "messages.pot"
    folders = [str(ROOT / "portal"), str(ROOT / "templates")]
    command = ["pybabel", "--quiet", "extract", "-F", str(ROOT / "pyproject.toml"), "-o", str(target), *folders]
    CommandLineInterface().run(command)
    with target.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    with CATALOG.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def sentences(catalog: Catalog) -> set[str]:
    return {message.id if isinstance(message.id, str) else message.id[0] for message in catalog if message.id}


def words(message_string: str | tuple[str, ...]) -> list[str]:
    return [message_string] if isinstance(message_string, str) else list(message_string)


def test_every_sentence_of_the_portal_is_in_the_catalog(extracted: Catalog, catalog: Catalog) -> None:
    assert sentences(extracted) - sentences(catalog) == set()
    assert len(sentences(extracted)) > 150
    assert {"今日无作业", "请写明退回的原因，老师才知道要改什么。", "请填账号。"} <= sentences(extracted)


def test_the_catalog_has_no_sentence_that_nobody_says(extracted: Catalog, catalog: Catalog) -> None:
    assert sentences(catalog) - sentences(extracted) == set()
    assert catalog.obsolete == {}


def test_every_sentence_is_translated_and_none_is_fuzzy(catalog: Catalog) -> None:
    undone = {str(each.id) for each in catalog if each.id and (each.fuzzy or not all(words(each.string)))}
    assert undone == set()


def test_translations_are_english(catalog: Catalog) -> None:
    chinese = {text for each in catalog if each.id for text in words(each.string) if CHINESE.search(text)}
    assert chinese == set()
    marks = {text for each in catalog if each.id for text in words(each.string) if PUNCTUATION.search(text)}
    assert marks == set()


def test_translations_have_the_same_placeholders(catalog: Catalog) -> None:
    wrong = {
        str(each.id)
        for each in catalog
        if each.id
        for text in words(each.string)
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(words(each.id)[-1]))
    }
    assert wrong == set()
    assert any(PLACEHOLDER.search(sentence) for sentence in sentences(catalog))


def test_translations_keep_the_spaces_around_a_sentence(catalog: Catalog) -> None:
    def edges(text: str) -> tuple[bool, bool]:
        return text.startswith("\n"), text.endswith("\n")

    assert [each.id for each in catalog if each.id and edges(words(each.id)[0]) != edges(words(each.string)[0])] == []


def test_the_compiled_catalog_is_that_of_the_sentences(catalog: Catalog) -> None:
    compiled = CATALOG.with_suffix(".mo")
    with compiled.open("rb") as file:
        known = {message.id: message.string for message in read_mo(file) if message.id}
    assert known == {message.id: message.string for message in catalog if message.id}, "`make translations` compiles it"


# No Chinese outside of gettext


def calls_around(tree: ast.Module) -> Iterator[tuple[ast.Constant, str]]:
    """Every string literal, with the name of the function it is an argument of ("" for none)."""
    callee = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            callee |= {id(argument): name for argument in node.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, callee.get(id(node), "")


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of all strings that stand alone: docstrings, of constants too."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def untranslated(source: str) -> set[str]:
    tree = ast.parse(source)
    silent = docstrings(tree)
    return {
        node.value
        for node, callee in calls_around(tree)
        if (CHINESE.search(node.value) or PUNCTUATION.search(node.value))
        and callee not in TRANSLATED
        and id(node) not in silent
    }


def test_no_chinese_stands_in_code_outside_of_gettext() -> None:
    found = {
        (named(path), text)
        for path in sorted((ROOT / "portal").rglob("*.py"))
        if not named(path).startswith(READS_CHINESE)
        for text in untranslated(path.read_text("utf-8"))
    }
    assert found == NOT_SHOWN_OR_THE_SAME_IN_ALL_LANGUAGES


def test_the_search_finds_chinese_in_code() -> None:
    source = (
        '"""作业"""\nx = gettext("作业")\ny = "书面"\nz = f"共 {x} 分"\nraise PolicyError("不行")\nf(_("a"), "，")\n'
    )
    assert untranslated(source) == {"书面", "共 ", " 分", "，"}


def bare_words(source: str) -> list[str]:
    """Chinese of a template that is no argument of _() or ngettext()."""
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(source)
    said = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if getattr(call.node, "name", "") in TRANSLATED
        for constant in call.args
    }
    constants = [each.value for each in tree.find_all(nodes.Const) if id(each) not in said]
    written = [each.data for each in tree.find_all(nodes.TemplateData)]
    return [text for text in (*constants, *written) if isinstance(text, str) and has_chinese(text)]


def has_chinese(text: str) -> bool:
    return bool(CHINESE.search(text) or PUNCTUATION.search(text))


def test_no_chinese_stands_in_a_template_outside_of_gettext() -> None:
    templates = sorted((ROOT / "templates").rglob("*.html"))
    found = {named(path): bare_words(path.read_text("utf-8")) for path in templates}
    assert {name: bare for name, bare in found.items() if bare} == {}
    assert len(templates) > 20


def test_the_search_finds_chinese_in_templates() -> None:
    source = '{# 说明 #}<p title="{{ _("书面") }}">作业{{ "口头" }}{{ _("共 %(n)s", n="阅读") }}</p>{{ a|join("、") }}'
    assert sorted(bare_words(source)) == sorted(['">作业', "口头", "阅读", "、"])
