"""How many steps an expression may take at most, where lists are no longer than stated.

An upper bound without any facts: every element is gone through, every branch is taken, and each
list that is not written out has the stated length. Sizes of texts are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._errors import Fault
from mlspec.cel._nodes import (
    Bind,
    Call,
    Comprehension,
    Ident,
    Index,
    ListOf,
    Literal,
    Select,
    children,
)
from mlspec.cel._program import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.cel._nodes import Node

__all__ = ["worst_steps"]

_KEEPING = ("filter", "map", "transformList", "transformMap", "transformMapEntry")
"""Macros that make a list or map as long as the one that they go through, or shorter."""


def worst_steps(text: str, length: int, known: Mapping[str, Mapping[str, int]]) -> int:
    """Return an upper bound for the steps of an expression; 0 where it can't be read.

    `length` is that of lists of the facts, in entries; `known` has those of maps of lists whose
    lengths are known, by name of the map and of the list.
    """
    root = parse(text)
    return 0 if isinstance(root, Fault) else _Bound(length, known).steps(root, {})


class _Bound:
    """Bounds of parts; `lengths` are those of names that the expression itself gives."""

    def __init__(self, length: int, known: Mapping[str, Mapping[str, int]]) -> None:
        self._length, self._known = length, known

    def steps(self, node: Node, lengths: Mapping[str, int]) -> int:
        """Return the most steps of a part."""
        if isinstance(node, Comprehension):
            inner = {name: each for name, each in lengths.items() if name not in node.variables}
            parts = [each for each in (node.filter, node.body) if each is not None]
            body = 1 + sum(self.steps(each, inner) for each in parts)
            return 1 + self.steps(node.over, lengths) + self.size(node.over, lengths) * body
        if isinstance(node, Bind):
            bound = {**lengths, node.name: self.size(node.value, lengths)}
            return 1 + self.steps(node.value, lengths) + self.steps(node.body, bound)
        return 1 + sum(self.steps(each, lengths) for each in children(node))

    def size(self, node: Node, lengths: Mapping[str, int]) -> int:
        """Return the most elements of a part, if it is a list or map."""
        if isinstance(node, ListOf):
            return len(node.elements)
        if isinstance(node, Comprehension) and node.kind in _KEEPING:
            return self.size(node.over, lengths)
        if isinstance(node, Call) and node.function == "_+_":
            return sum(self.size(each, lengths) for each in node.arguments)
        if isinstance(node, Ident) and node.name in lengths:
            return lengths[node.name]
        return self._stated(node)

    def _stated(self, node: Node) -> int:
        """Return the length of a list that is known, or else the one that is assumed."""
        if isinstance(node, Select | Index) and isinstance(node.operand, Ident):
            name = _name(node)
            return self._known.get(node.operand.name, {}).get(name, self._length)
        return self._length


def _name(node: Select | Index) -> str:
    if isinstance(node, Select):
        return node.field
    return str(node.index.value) if isinstance(node.index, Literal) else ""
