"""The parts of a condition that decide by themselves, to see which of them tests reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec.cel._errors import FaultError, place_of
from mlspec.cel._extents import Extents
from mlspec.cel._nodes import And, Call, Conditional, Literal, Or
from mlspec.cel._parser import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.cel._nodes import Node

__all__ = ["Branch", "branches"]


class Branch(NamedTuple):
    """A part of an expression as it is written, and where its first word stands.

    `words` are from there to its last word: what a `Part` of an explanation calls its text.
    """

    text: str
    line: int
    column: int
    words: str


def branches(text: str) -> tuple[Branch, ...]:
    """Return the operands of `&&`, `||`, `!` and `?:` that hold no further ones, by their place.

    An expression without any is one branch itself. What stands inside of a macro or call is part
    of its branch; `true` and other literals are none. An expression that can't be read has none.
    """
    try:
        root = tree_of(text)
    except (FaultError, RecursionError):
        return ()
    found = sorted(_leaves(root), key=lambda each: each.start)
    extents = Extents(text)
    return tuple(
        Branch(
            extents.text(each),
            *place_of(text, each.start, each.end)[:2],
            text[each.start : each.end],
        )
        for each in found
    )


def _leaves(root: Node) -> Iterator[Node]:
    left = [root]
    while left:
        node = left.pop()
        if isinstance(node, And | Or):
            left += node.terms
        elif isinstance(node, Conditional):
            left += (node.test, node.then, node.otherwise)
        elif isinstance(node, Call) and node.function == "!_":
            left += node.arguments
        elif not isinstance(node, Literal):
            yield node
