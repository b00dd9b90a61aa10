"""Small changes of an expression: a test suite that none of them fails does not pin the rule.

Changes are made in the text, at the places that the tree knows, so that people can read them.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from mlspec.cel._errors import place_of
from mlspec.cel._nodes import And, Call, Comprehension, ListOf, Literal, Or, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.cel._nodes import Node

__all__ = ["Mutation", "mutations"]

_FLIPPED = {
    "_<_": (" <= ", " > "),
    "_<=_": (" < ", " > "),
    "_>_": (" >= ", " < "),
    "_>=_": (" > ", " < "),
    "_==_": (" != ",),
    "_!=_": (" == ",),
}
_OTHER_MACRO = {"all": "exists", "exists": "all"}


class Mutation(NamedTuple):
    """A changed expression: its text, what was changed in words, and where it stood."""

    text: str
    change: str
    line: int
    column: int


def mutations(text: str, root: Node) -> Iterator[Mutation]:
    """Yield each small change of an expression once, in the order of the text.

    A term of `&&` or `||` is left out, a comparison is turned or moved by its bound, `!` is left
    out, `all` becomes `exists` and back, a number is one larger, an entry of a list is left out.
    """
    seen = {text}
    for node in sorted(walk(root), key=lambda each: (each.start, -each.end)):
        for part, change, replacement in _changes(text, node):
            changed = text[: part.start] + replacement + text[part.end :]
            if changed not in seen:
                seen.add(changed)
                line, column, _ = place_of(text, part.start, part.end)
                yield Mutation(changed, change, line, column)


def _changes(text: str, node: Node) -> Iterator[tuple[Node, str, str]]:
    """Yield the part to replace, what this changes, and the text in its place."""
    changes = _CHANGES.get(type(node))
    if changes is not None:
        yield from changes(text, node)


def _without_terms(text: str, node: And | Or) -> Iterator[tuple[Node, str, str]]:
    sign = " && " if isinstance(node, And) else " || "
    for term in node.terms:
        kept = [text[each.start : each.end] for each in node.terms if each is not term]
        written = text[term.start : term.end]
        yield node, f"without `{written}`", f"({sign.join(f'({each})' for each in kept)})"


def _turned(text: str, node: Call) -> Iterator[tuple[Node, str, str]]:
    if node.function == "!_":
        (operand,) = node.arguments
        yield node, "without `!`", f"({text[operand.start : operand.end]})"
    for sign in _FLIPPED.get(node.function, ()):
        left, right = (f"({text[each.start : each.end]})" for each in node.arguments)
        yield node, f"`{sign.strip()}` for `{node.function.strip('_')}`", f"{left}{sign}{right}"


def _other_macro(text: str, node: Comprehension) -> Iterator[tuple[Node, str, str]]:
    other = _OTHER_MACRO.get(node.kind)
    if other is not None:
        start = text.index(node.kind, node.over.end)
        rest = text[start + len(node.kind) : node.end]
        yield node, f"`{other}` for `{node.kind}`", text[node.start : start] + other + rest


def _larger(text: str, node: Literal) -> Iterator[tuple[Node, str, str]]:
    written = text[node.start : node.end]
    if isinstance(node.value, float) and node.value + 1.0 not in (node.value, inf):
        yield node, f"one more than `{written}`", f"({node.value + 1.0!r})"
    elif isinstance(node.value, int) and not isinstance(node.value, bool):
        suffix = "u" if written[-1:] in "uU" else ""
        yield node, f"one more than `{written}`", f"({int(node.value) + 1}{suffix})"


def _without_elements(text: str, node: ListOf) -> Iterator[tuple[Node, str, str]]:
    """Leave out each entry of a list with several; an empty list has no type of entries."""
    for element in node.elements if len(node.elements) > 1 else ():
        kept = [text[each.start : each.end] for each in node.elements if each is not element]
        written = text[element.start : element.end]
        yield node, f"without `{written}`", f"[{', '.join(kept)}]"


_CHANGES: dict[type, Callable[..., Iterator[tuple[Node, str, str]]]] = {
    And: _without_terms,
    Call: _turned,
    Comprehension: _other_macro,
    ListOf: _without_elements,
    Literal: _larger,
    Or: _without_terms,
}
