"""The line of each value of a document, without composing its positions again.

A card asks for a hundred lines of one document, and for nothing else of their positions. The
reader keeps them in the order of the text: four bytes for each value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path

    Below: TypeAlias = "dict[str, Node] | list[Node] | None"
    Node: TypeAlias = tuple[int, Below]

__all__ = ["Lines"]


class Lines:
    """Answers on which line a value starts.

    Args:
        data: What is in the document.
        lines: The lines of all values in it, from 0, in the order of the text.
    """

    __slots__ = ("_root",)

    def __init__(self, data: Json, lines: Sequence[int]) -> None:
        self._root = _node(data, iter(lines))

    def line(self, path: Path) -> int:
        """Return the line, from 1, of the value at a path, or of its nearest ancestor there is."""
        line, below = self._root
        for step in path:
            if isinstance(below, dict) and isinstance(step, str):
                found = below.get(step)
            else:
                found = _item(below, step)
            if found is None:
                break
            line, below = found
        return line + 1


def _item(below: Below, step: str | int) -> Node | None:
    if isinstance(below, list) and isinstance(step, int) and 0 <= step < len(below):
        found: Node = below[step]
        return found
    return None


def _node(data: Json, lines: Iterator[int]) -> Node:
    line = next(lines)
    if isinstance(data, dict):
        return line, {key: _node(each, lines) for key, each in data.items()}
    if isinstance(data, list):
        return line, [_node(each, lines) for each in data]
    return line, None
