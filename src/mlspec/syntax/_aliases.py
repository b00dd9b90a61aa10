"""The nodes a file may have, and the bounded copies that its aliases stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.syntax._marks import Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.syntax._limits import Limits
    from mlspec.syntax._report import Place

__all__ = ["Aliases", "DepthError", "ExpansionError"]


class ExpansionError(Exception):
    """The aliases of a file stand for more values than the limits allow."""


class DepthError(Exception):
    """An alias puts a nested value where it is nested too deeply."""


class Aliases:
    """Values are copied, so that nobody changes two places of a document at once."""

    __slots__ = ("_depth", "_known", "_nodes_left", "_uses_left", "_values_left")

    def __init__(self, limits: Limits) -> None:
        self._depth = limits.depth
        self._nodes_left = limits.nodes
        self._uses_left = limits.aliases
        self._values_left = limits.expanded_nodes
        self._known: dict[str, tuple[Json, Node] | None] = {}

    def forget(self) -> None:
        """Start a document: anchors do not outlive theirs, what they cost does."""
        self._known = {}

    def count_node(self) -> bool:
        """Count one node that is written out; false beyond the limit."""
        self._nodes_left -= 1
        return self._nodes_left >= 0

    def open(self, name: str) -> None:
        """Remember that the value of an anchor has begun."""
        self._known[name] = None

    def close(self, name: str, data: Json, node: Node) -> None:
        """Remember the value of an anchor."""
        self._known[name] = (data, node)

    def is_known(self, name: str) -> bool:
        """Tell whether an anchor stands before."""
        return name in self._known

    def names(self) -> Iterable[str]:
        """Return the anchors so far."""
        return self._known.keys()

    def expand(self, name: str, start: Place, end: Place, depth: int) -> tuple[Json, Node] | None:
        """Return a copy of what a known alias stands for; None inside of that value itself.

        Raises:
            ExpansionError: too many aliases, or too many values behind them.
            DepthError: the copy is nested too deeply.
        """
        self._uses_left -= 1
        if self._uses_left < 0:
            raise ExpansionError
        known = self._known[name]
        if known is None:
            return None
        data, node = known
        return self._copy(data, depth), Node(start, end, node.keys, node.values)

    def _copy(self, value: Json, depth: int) -> Json:
        self._values_left -= 1
        if self._values_left < 0:
            raise ExpansionError
        if not isinstance(value, dict | list):
            return value
        if depth > self._depth:
            raise DepthError
        if isinstance(value, dict):
            return {key: self._copy(each, depth + 1) for key, each in value.items()}
        return [self._copy(each, depth + 1) for each in value]
