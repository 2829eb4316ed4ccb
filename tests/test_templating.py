"""Sentences of the templates are translated when these are compiled, and mean what they meant before."""

from contextvars import Context
from datetime import date

import pytest
from flask import Flask, render_template_string
from jinja2 import DictLoader, Environment, Template, nodes, pass_context
from jinja2.runtime import Context as Names
from jinja2.runtime import markup_join
from markupsafe import Markup, escape

from portal.templating import Blocks, Known, Pieces, Plain, Sentences, escaped, joined, marked

CATALOGUE = {
    "全部": "All",
    "共 %(n)s 项": "Items: %(n)s",
    "%(who)s 给 %(whom)s": "to %(whom)s from %(who)s",
    "完成 %(n)s%%": "%(n)s%% done",
    "<b>": "<i>",
}


@pytest.fixture
def environment() -> Environment:
    """As the portal's, with a catalogue of its own; what is not put in place says so."""

    class Translated(Environment):
        def _parse(self, *source: str | None) -> nodes.Template:
            return Sentences(lambda sentence: CATALOGUE.get(sentence, sentence)).visit(super()._parse(*source))

    environment = Translated(autoescape=True)
    environment.globals["_"] = lambda sentence, **values: f"asked for {sentence} {values}"
    return environment


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{{ _("全部") }}', "All"),
        ('{{ _("没有译文") }}', "没有译文"),
        ('{{ _("共 %(n)s 项", n=3) }}', "Items: 3"),
        ('{{ _("%(who)s 给 %(whom)s", who=a, whom="B") }}', "to B from &lt;A&gt;"),
        ('{{ _("%(who)s 给 %(whom)s", who=_("全部"), whom=safe) }}', "to <u> from All"),
        ('{{ _("完成 %(n)s%%", n=3) }}', "3% done"),
        ('{{ _("<b>") }}', "<i>"),
        ('{% set x = _("共 %(n)s 项", n=a) %}{{ x }}', "Items: &lt;A&gt;"),
        ('{% macro m(label) %}[{{ label }}]{% endmacro %}{{ m(_("<b>")) }}', "[<i>]"),
        ('{{ _("全部")|upper }}{{ "" if a else _("全部") }}', "ALL"),
        ("{{ _(a) }}", "asked for &lt;A&gt; {}"),
        ('{{ _("共 %(n)s 项", m=3) }}', "asked for 共 %(n)s 项 {&#39;m&#39;: 3}"),
        ('{{ _("共 %s 项") }}', "asked for 共 %s 项 {}"),
    ],
)
def test_what_a_sentence_says(environment: Environment, source: str, said: str) -> None:
    assert environment.from_string(source).render(a="<A>", safe=Markup("<u>")) == said


def test_each_language_has_templates_and_labels_of_its_own(app: Flask) -> None:
    source = '{{ _("作业公示") }} {{ labels.TIERS["mandatory"] }} {{ labels.CHECKS["phone"][0]|length > 9 }}'

    def say(language: str) -> tuple[str, Template]:
        with app.test_request_context(query_string={"lang": language}):
            return render_template_string(source), app.jinja_env.get_template("board/day.html")

    chinese, english, again = (Context().run(say, language) for language in ("zh_Hans", "en", "zh_Hans"))
    assert (chinese[0], english[0]) == ("作业公示 必做 True", "Homework board Mandatory True")
    assert chinese[1] is again[1] is not english[1]


class Named:
    def __html__(self) -> str:
        return "<b>&</b>"

    def __str__(self) -> str:
        return "<i>"


@pytest.mark.parametrize(
    "value", ["<a> & \"b\" 'c'", "山行", "", Markup("<u>"), 12, 0.5, None, date(2026, 11, 24), Named()]
)
def test_what_is_printed_is_escaped_as_ever(value: object) -> None:
    assert escaped(value) == str(escape(value))


@pytest.mark.parametrize("pieces", [("a", "<", 3), ("<", Markup("<u>"), 3), (Named(), None), (Markup("<u>"), Named())])
def test_pieces_are_joined_as_ever(pieces: tuple) -> None:
    said = joined(pieces)
    assert (said, type(said)) == (markup_join(pieces), type(markup_join(pieces)))


class Asking:
    """What a template may call."""

    def method(self, word: str) -> str:
        return word

    @pass_context
    def with_context(self, context: Names, word: str) -> str:
        return f"{word}{context['row']}"

    def __call__(self, word: str) -> str:
        return word


@pytest.mark.parametrize("name", ["function", "asking.method", "asking.with_context", "with_context", "asking", "m"])
def test_a_template_calls_what_it_called_before(name: str) -> None:
    @pass_context
    def with_context(context: Names, word: str) -> str:
        return f"{word}{context['row']}"

    loop = "{% for each in [1, 2] %}{% set row = each %}{{ CALLED('<') }}{% endfor %}"
    source = "{% macro m(x) %}{{ x }}{% endmacro %}" + loop.replace("CALLED", name)
    names = {"asking": Asking(), "function": lambda word: word, "with_context": with_context}
    ours = Environment(autoescape=True)
    ours.context_class = Known
    assert ours.from_string(source).render(names) == Environment(autoescape=True).from_string(source).render(names)


LAYOUTS = {
    "frame": "<{% block a %}a{% endblock %}|{% block b %}b{% endblock %}>",
    "public": "{% extends 'frame' %}{% block b %}({% block c %}{{ x }}{% endblock %}){% set y = 1 %}{{ y }}"
    "{% endblock %}",
    "macros": "{% macro m(x) %}[{{ x }}]{% endmacro %}",
}


@pytest.mark.parametrize(
    "source",
    [
        "{% extends 'public' %}{% set x = '<' %}{% block a %}{{ super() }}{{ x }}{{ self.c() }}{% endblock %}",
        "{% extends 'public' %}{% from 'macros' import m %}{% block c %}{{ super() }}{{ m(x) }}{% endblock %}",
        "{% for x in [1, 2] %}{% block d scoped %}{{ x }}{% endblock %}{% endfor %}{% block e %}{{ x }}{% endblock %}",
        "{% extends 'frame' %}{% block b %}{% for z in 'ab' %}{{ z }}{{ loop.index }}{% endfor %}{% endblock %}",
    ],
)
def test_blocks_say_the_same_when_they_are_joined(source: str) -> None:
    class Whole(Environment):
        def _parse(self, *source: str | None) -> nodes.Template:
            return Blocks().visit(super()._parse(*source))

    whole, plain = (kind(autoescape=True, loader=DictLoader(LAYOUTS)) for kind in (Whole, Environment))
    whole.filters["whole"] = marked
    assert whole.from_string(source).render(x="<x>") == plain.from_string(source).render(x="<x>")


def test_no_page_prints_what_was_typed_as_it_was_typed(app: Flask) -> None:
    with app.test_request_context():
        template = app.jinja_env.from_string(
            '{{ a }}{% set b %}{{ a }}{% endset %}{{ b }}{{ a ~ b }}{{ a|safe }}<p x="{{ a }}">'
        )
        assert isinstance(template, Plain)
        assert template.render(a="<'>") == "&lt;&#39;&gt;" * 4 + "<'>" + '<p x="&lt;&#39;&gt;">'


PIECES = {
    "_row": "{% set said = said ~ row %}<i>{{ said }}</i>{% from 'macros' import m %}{{ m(row) }}",
    "_rows": "{% for row in rows %}{% include '_row' %}{% endfor %}",
    "_page": "{% extends 'frame' %}{% block b %}!{% endblock %}",
    "frame": "({% block b %}{% endblock %})",
    "macros": "{% macro m(x) %}[{{ x }}{{ said }}]{% endmacro %}",
}


@pytest.mark.parametrize(
    ("source", "said", "left"),
    [
        ("{% include '_rows' %}{{ said }}", "<i>-a</i>[a]<i>-&lt;</i>[&lt;]-", []),
        ("{% with said = '+' %}{% include '_rows' %}{% endwith %}", "<i>+a</i>[a]<i>+&lt;</i>[&lt;]", []),
        ("{% macro m() %}{% include '_rows' %}{% endmacro %}{{ m() }}", "<i>-a</i>[a]<i>-&lt;</i>[&lt;]", []),
        ("{% include '_page' %}", "(!)", ["_page"]),
        ("{% include name %}", "(!)", ["_page"]),
        ("{% include 'none' ignore missing %}.", ".", ["none"]),
    ],
)
def test_a_piece_stands_where_it_is_included_and_says_the_same(source: str, said: str, left: list[str]) -> None:
    class InOnePiece(Environment):
        def _parse(self, *source: str | None) -> nodes.Template:
            return Pieces(lambda name: self._parse(PIECES[name], name, None)).visit(super()._parse(*source))

    asked: list[str] = []

    class Loader(DictLoader):
        def get_source(self, environment: Environment, template: str):
            asked.append(template)
            return super().get_source(environment, template)

    names = {"rows": ["a", "<"], "said": "-", "name": "_page"}
    for kind in (Environment, InOnePiece):
        asked.clear()
        environment = kind(autoescape=True, loader=Loader(PIECES))
        assert environment.from_string(source).render(names) == said
    assert [each for each in asked if each not in ("frame", "macros")] == left
