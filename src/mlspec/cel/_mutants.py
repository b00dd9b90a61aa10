"""Small changes of an expression, to see whether the tests of a rule notice them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.cel._errors import FaultError, place_of
from mlspec.cel._extents import Extents
from mlspec.cel._nodes import And, Call, Has, Literal, Or, walk
from mlspec.cel._parser import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.cel._nodes import Node

__all__ = ["Mutant", "mutants"]

_FLIPPED = {
    "_==_": ("==", "!="),
    "_!=_": ("!=", "=="),
    "_<_": ("<", "<="),
    "_<=_": ("<=", "<"),
    "_>_": (">", ">="),
    "_>=_": (">=", ">"),
}
_NOT = "!_"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed expression: its text, what was changed and where."""

    text: str
    change: str
    line: int
    column: int


def mutants(text: str) -> Iterator[Mutant]:
    """Yield expressions that differ from one in a single place, in the order of its text.

    An operand of `&&` or `||` is left out, a comparison is flipped or moved by one, a `!` taken
    away, `has(...)` taken as true. An expression that can't be read has none.
    """
    try:
        nodes = sorted(walk(tree_of(text)), key=lambda each: (each.start, -each.end))
    except (FaultError, RecursionError):
        return
    extents = Extents(text)
    for node in nodes:
        start, end = extents.of(node)
        for changed, change in _changes(extents, node):
            line, column, _ = place_of(text, node.start, node.end)
            yield Mutant(f"{text[:start]}{changed}{text[end:]}", change, line, column)


def _changes(extents: Extents, node: Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, And | Or):
        yield from _without_one(extents, node)
    elif isinstance(node, Has):
        yield "true", f"`{extents.text(node)}` taken as true"
    elif isinstance(node, Call) and node.target is None:
        yield from _of_call(extents, node)


def _without_one(extents: Extents, node: And | Or) -> Iterator[tuple[str, str]]:
    word = " && " if isinstance(node, And) else " || "
    parts = [extents.text(each) for each in node.terms]
    for index, part in enumerate(parts):  # what stood in parentheses needs them again
        rest = word.join(f"({each})" for each in (*parts[:index], *parts[index + 1 :]))
        yield f"({rest})", f"`{part}` left out"


def _of_call(extents: Extents, node: Call) -> Iterator[tuple[str, str]]:
    if node.function == _NOT:
        [operand] = node.arguments
        yield f"({extents.text(operand)})", "`!` left out"
    elif node.function in _FLIPPED:
        left, right = node.arguments
        was, now = _FLIPPED[node.function]
        before, after = extents.text(left), extents.text(right)
        yield f"(({before}) {now} ({after}))", f"`{was}` flipped to `{now}`"
        if isinstance(right, Literal) and type(right.value) is int:
            yield f"(({before}) {was} {right.value + 1})", f"`{after}` raised by one"
