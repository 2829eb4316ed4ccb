"""Templates are compiled once for each language, with their sentences already translated and their pieces in place.

Looking up the same sentences again and again was half the time of a page. What `{{ _("…") }}` means stays the same: a
sentence of the template, with its arguments escaped. Whatever else looks like it asks the catalogue while it renders.
A piece that is included stands in the page as if it had been written there: each would cost as much as ten addresses.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from datetime import date
from functools import partial
from types import FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any

from flask import Flask
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape

from portal import labels
from portal.filters import html_language

CALLED = frozenset({FunctionType, MethodType})
HARMLESS = frozenset({int, float, date})  # written, these have nothing to be escaped
PLACE = re.compile(r"%\((\w+)\)s|(%%?)")


class Plain(Template):
    """A template whose pieces are plain text once they are escaped: to be joined, they need not be marked as safe."""

    @classmethod
    def from_code(cls, *args: Any, **kwargs: Any) -> Template:
        template = super().from_code(*args, **kwargs)
        template.root_render_func.__globals__.update(escape=escaped, Markup=marked, markup_join=joined)
        return template


def escaped(value: object) -> str:
    """What `escape` makes of a value to be printed."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    return value if kind is Markup else str(value) if kind in HARMLESS else str(escape(value))


marked = partial(str.__new__, Markup)  # what a compiled template marks is a plain string: nothing need be looked for


def joined(pieces: tuple) -> str:
    """What `markup_join` makes of pieces: if one of them is marked as safe, all the others are escaped."""
    texts = [each if isinstance(each, str) else str(each) for each in pieces]
    return marked("".join(map(escaped, texts))) if Markup in map(type, texts) else "".join(texts)


class Known(Context):
    """The names that a template knows. It calls a function as it is, where that does not ask for the context."""

    def call(self, called: Callable, *values: Any, _block_vars: Any = None, _loop_vars: Any = None, **more: Any) -> Any:
        if type(called) in CALLED and not hasattr(called, "jinja_pass_arg"):
            return called(*values, **more)
        return super().call(called, *values, _block_vars=_block_vars, _loop_vars=_loop_vars, **more)


class Translated(Environment):
    """What `app.jinja_env` is: it hands out each template in the language of the request."""

    context_class = Known
    template_class = Plain
    language: str = ""  # of those of one language
    languages: dict[str, "Translated"]
    loaded: dict[str, Template]
    spoken: Mapping[str, Callable]  # filters that are told the language: looking for it takes longer than they do

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.languages = {}
        self.filters["whole"] = marked

    def _load_template(self, name: str, globals: dict | None) -> Template:
        """A language's own environment is asked by its own templates: those they extend, include and import."""
        if not self.language:
            return self.now()._load_template(name, globals)
        if name not in self.loaded or self.auto_reload:
            self.loaded[name] = super()._load_template(name, globals)
        return self.loaded[name]

    def make_globals(self, more: MutableMapping | None) -> MutableMapping:
        """What all templates know, as it is: a view of two layers, as Jinja makes it, is slow to look through."""
        return super().make_globals(more) if more else self.globals

    def now(self) -> "Translated":
        """The environment of the language of the request."""
        language = get_locale().language
        if language not in self.languages:
            own = self.overlay()
            own.language, own.loaded = language, {}
            own.filters = self.filters | {name: partial(each, spoken=language) for name, each in self.spoken.items()}
            words = {"labels": in_words(labels), "html_language": html_language(), "spoken": language}
            own.globals = self.globals | words
            self.languages[language] = own
        return self.languages[language]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = Sentences(get_translations().ugettext).visit(super()._parse(source, name, filename))
        return Blocks().visit(tree if self.auto_reload else Pieces(self.piece).visit(tree))

    def piece(self, name: str) -> nodes.Template:
        """A template to be put into another one."""
        source, filename, _ = self.loader.get_source(self, name)
        return self._parse(source, name, filename)


class Sentences(NodeTransformer):
    """Puts a translated sentence where its call stands."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self.translate = translate

    def visit_Output(self, node: nodes.Output) -> nodes.Output:
        parts = [(child, self.parts(child)) for child in node.nodes]
        node.nodes = [each for child, own in parts for each in ([self.visit(child)] if own is None else own)]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        parts = self.parts(node)
        if parts is None:
            return self.generic_visit(node)
        if all(isinstance(each, nodes.TemplateData) for each in parts):
            return nodes.MarkSafe(nodes.Const("".join(each.data for each in parts)))
        return nodes.Concat(parts)

    def parts(self, node: nodes.Node) -> list[nodes.Expr] | None:
        """Words and arguments in the order of the translated sentence. None for what is no sentence of the template, or
        has no argument of that name.
        """
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str() as sentence)], dyn_kwargs=None):
                values = {each.key: self.visit(each.value) for each in node.kwargs}
            case _:
                return None
        words, names, percents = self._split(self.translate(sentence))
        if "%" in percents or not {name for name in names if name} <= set(values):
            return None
        places = [values[name] if name else nodes.TemplateData("%") for name in names]
        mixed = [nodes.TemplateData(words[0])]
        for place, after in zip(places, words[1:], strict=True):
            mixed += [place, nodes.TemplateData(after)]
        return [each for each in mixed if not isinstance(each, nodes.TemplateData) or each.data]

    @staticmethod
    def _split(sentence: str) -> tuple[list[str], list[str | None], list[str | None]]:
        """The words between the places, and what stands in these: the name of an argument, or a percent sign."""
        pieces = PLACE.split(sentence)
        return pieces[::3], pieces[1::3], pieces[2::3]


class Pieces(NodeTransformer):
    """Puts an included template where it is included. Who is changing templates (`auto_reload`) does without."""

    def __init__(self, piece: Callable[[str], nodes.Template]) -> None:
        self.piece = piece

    def visit_Include(self, node: nodes.Include) -> nodes.Stmt:
        match node:
            case nodes.Include(template=nodes.Const(value=str() as name), with_context=True, ignore_missing=False):
                tree = self.piece(name)
            case _:
                return node
        return node if tree.find((nodes.Extends, nodes.Block)) else nodes.Scope(tree.body, lineno=node.lineno)


class Blocks(NodeTransformer):
    """Joins what a block says before the layouts pass it on: piece by piece it would go through each of them."""

    def visit_Block(self, node: nodes.Block) -> nodes.Block:
        self.generic_visit(node)
        whole = nodes.Filter(None, "whole", [], [], None, None, lineno=node.lineno)
        node.body = [nodes.FilterBlock(node.body, whole, lineno=node.lineno)]
        return node


def in_words(module: ModuleType) -> SimpleNamespace:
    """The tables of a module with their lazy words as words of the present language."""
    tables = {name: value for name, value in vars(module).items() if name.isupper()}
    return SimpleNamespace(**{name: _in_words(table) for name, table in tables.items()})


def _in_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _in_words(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_in_words(each) for each in value)
    return str(value)
