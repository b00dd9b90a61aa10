"""Where a part of an expression begins and ends, with the parentheses that its operands stand in.

The place of a node is that of its first and last words: of `(a || b) && c` it begins at `a`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._tokens import tokens_of

if TYPE_CHECKING:
    from mlspec.cel._nodes import Node

__all__ = ["Extents"]

_STEPS = {"(": 1, ")": -1}


class Extents:
    """The parentheses of a text that can be read."""

    def __init__(self, text: str) -> None:
        self._text = text
        words = [each for each in tokens_of(text) if each.kind == "sign"]
        self._signs = [(each.start, _STEPS[each.text]) for each in words if each.text in _STEPS]

    def of(self, node: Node) -> tuple[int, int]:
        """Return where a node begins and ends, so that parentheses in between are in pairs."""
        depth = least = 0
        for at, step in self._signs:
            if node.start <= at < node.end:
                depth += step
                least = min(least, depth)
        before = [at for at, step in self._signs if at < node.start and step > 0]
        behind = [at for at, step in self._signs if at >= node.end and step < 0]
        opened, left_open = -least, depth - least
        start = before[-opened] if opened else node.start
        end = behind[left_open - 1] + 1 if left_open else node.end
        return start, end

    def text(self, node: Node) -> str:
        """Return a node as it is written."""
        start, end = self.of(node)
        return self._text[start:end]
