"""The reference page of the expression language: every function with its types, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel import library_manuals
from mlspec.cli._reference import NOTE

if TYPE_CHECKING:
    from mlspec.cel import LibraryManual

__all__ = ["expression_page"]

_INTRODUCTION = (
    "`(string).size()` is a method of a string, `size(string)` a function; `A` and `B` stand for "
    "any type, `dyn` is one that is known only when an expression runs. Operators are written "
    "`_+_`. How to write expressions, and what stops them: [expressions](../pages/expressions.md)."
)
_OF_RULES = "Only rules of CustomResourceDefinitions may call these."
_MACROS = """## Macros

`has(a.b)`, `l.all(x, c)`, `l.exists(x, c)`, `l.exists_one(x, c)`, `l.filter(x, c)`, `l.map(x, e)`,
`l.map(x, c, e)`; with index and element, or key and value: `l.all(i, x, c)`, `l.exists(i, x, c)`,
`l.existsOne(i, x, c)`, `l.transformList(i, x, e)`, `l.transformList(i, x, c, e)`,
`m.transformMap(k, v, e)`, `m.transformMap(k, v, c, e)`, `m.transformMapEntry(k, v, m)`;
`cel.bind(x, e, e)`, `o.optMap(x, e)`, `o.optFlatMap(x, o)`."""


def expression_page() -> str:
    """Return all functions by library."""
    sections = [_section(each) for each in library_manuals()]
    parts = (f"# Functions of expressions\n\n{NOTE}\n\n{_INTRODUCTION}", _MACROS, *sections)
    return "\n\n".join(parts) + "\n"


def _section(manual: LibraryManual) -> str:
    declared = "\n".join(manual.declarations)
    only = "" if manual.is_standard else f"{_OF_RULES}\n\n"
    title = manual.name.replace("_", " ")
    return f"## {title}\n\n{manual.text}\n\n{only}```text\n{declared}\n```"
