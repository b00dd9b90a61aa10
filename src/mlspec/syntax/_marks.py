"""Where each value of a document stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.diagnostics import Position, Span

if TYPE_CHECKING:
    from mlspec.diagnostics import Path
    from mlspec.syntax._events import Event
    from mlspec.syntax._report import Place

__all__ = ["Marks", "Node", "block_end"]


@dataclass(slots=True)
class Node:
    """The place of a value, of the keys in it and of the values in it."""

    start: Place
    end: Place
    keys: dict[str, tuple[Place, Place]] | None = None
    values: dict[str, Node] | list[Node] | None = None

    def child(self, step: str | int) -> Node | None:
        """Return the node of a key or an index."""
        values = self.values
        if isinstance(values, dict):
            return values.get(step) if isinstance(step, str) else None
        if values is not None and isinstance(step, int) and 0 <= step < len(values):
            return values[step]
        return None


@dataclass(frozen=True, slots=True)
class Marks:
    """Answers questions about the places of one document."""

    file: str
    root: Node

    def span(self, path: Path) -> Span:
        """Return the span of the value at a path, or of the nearest ancestor that exists."""
        node = self._nearest(path)[0]
        return self._span(node.start, node.end)

    def key_span(self, path: Path) -> Span:
        """Return the span of the key that ends a path; of the value where there is no key."""
        parent, depth = self._nearest(path[:-1])
        if path and depth == len(path) - 1 and parent.keys and path[-1] in parent.keys:
            return self._span(*parent.keys[str(path[-1])])
        return self.span(path)

    def _nearest(self, path: Path) -> tuple[Node, int]:
        node = self.root
        for depth, step in enumerate(path):
            child = node.child(step)
            if child is None:
                return node, depth
            node = child
        return node, len(path)

    def _span(self, start: Place, end: Place) -> Span:
        return Span(self.file, Position(*start), Position(*end))


def block_end(lines: list[str], event: Event, lines_before: int) -> Place:
    """Return the end of the last line with text of a block scalar.

    The parsers differ on what follows it. `lines` are those that the marks count in.
    """
    first = event.start_mark.line
    last = min(event.end_mark.line, len(lines) - 1)
    if last == event.end_mark.line and event.end_mark.column == 0:
        last -= 1
    while last > first and not lines[last].strip(" "):
        last -= 1
    return lines_before + last + 1, len(lines[last]) + 1
