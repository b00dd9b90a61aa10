"""The places of a file without a single problem, read in half the time.

Gives up (None) where `_clean` does, and on whatever `_nodes` would place in a way of its own: an
anchor, a tag, a key that is no text or stands twice. Both give the same places (property-tested).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.syntax._clean import UncleanError, check_key
from mlspec.syntax._events import (
    COLLECTION_STARTS,
    DOCUMENT_START,
    MAPPING_END,
    MAPPING_START,
    READ_ERRORS,
    SCALAR,
    SEQUENCE_END,
    has_parser,
    is_contentious,
    open_events,
    question_marks,
)
from mlspec.syntax._marks import Node, block_end
from mlspec.syntax._source import split_lines

if TYPE_CHECKING:
    from mlspec.syntax._events import Event
    from mlspec.syntax._limits import Limits
    from mlspec.syntax._report import Place

__all__ = ["quick_places"]


def quick_places(text: str, limits: Limits) -> dict[int, Node] | None:
    """Return the places of each document by its index, empty ones left out; None: look closer."""
    small = len(text) <= min(limits.nodes, limits.scalar_characters)
    if not small or not has_parser() or "&" in text or "!" in text or is_contentious(text):
        return None
    try:
        return _Reader(text, limits).documents()
    except (UncleanError, *READ_ERRORS):
        return None


class _Reader:
    """Local names and few calls, as `_clean` has them."""

    __slots__ = ("_guarded", "_limit", "_lines", "_read", "_text")

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._limit = limits.depth
        self._guarded = "?" in text
        self._read = open_events(text, native=True)
        self._lines: list[str] | None = None

    def documents(self) -> dict[int, Node]:
        found: dict[int, Node] = {}
        index = -1
        self._read()
        while self._read().__class__ is DOCUMENT_START:
            index += 1
            root = self._read()
            if root.__class__ is not SCALAR or root.value or not root.implicit[0]:
                found[index] = self._node(root, 1)
            self._read()
        return found

    def _node(self, event: Event, depth: int) -> Node:
        start, end = event.start_mark, event.end_mark
        node = Node((start.line + 1, start.column + 1), (end.line + 1, end.column + 1))
        if event.__class__ is SCALAR:
            if event.style in ("|", ">"):
                node.end = self._block_end(event)
            return node
        if depth > self._limit or event.__class__ not in COLLECTION_STARTS:
            raise UncleanError
        is_mapping = event.__class__ is MAPPING_START
        closing = (self._mapping if is_mapping else self._sequence)(node, depth + 1)
        if event.flow_style:
            if self._guarded and question_marks(self._text, start, closing.end_mark):
                raise UncleanError
            node.end = closing.end_mark.line + 1, closing.end_mark.column + 1
        return node

    def _mapping(self, node: Node, depth: int) -> Event:
        keys: dict[str, tuple[Place, Place]] = {}
        values: dict[str, Node] = {}
        read, latest = self._read, node.end
        event = read()
        while event.__class__ is SCALAR:
            key = check_key(event)
            if key in keys:
                raise UncleanError
            start, end = event.start_mark, event.end_mark
            span = (start.line + 1, start.column + 1), (end.line + 1, end.column + 1)
            child = self._node(read(), depth)
            if child.start == child.end:  # nothing stands there: the key says where
                child.start, child.end = span
            latest = max(latest, child.end)
            keys[key], values[key] = span, child
            event = read()
        if event.__class__ is not MAPPING_END:
            raise UncleanError
        node.keys, node.values, node.end = keys, values, latest
        return event

    def _sequence(self, node: Node, depth: int) -> Event:
        items: list[Node] = []
        event = self._read()
        while event.__class__ is not SEQUENCE_END:
            child = self._node(event, depth)
            items.append(child)
            node.end = max(node.end, child.end)
            event = self._read()
        node.values = items
        return event

    def _block_end(self, event: Event) -> Place:
        if self._lines is None:
            self._lines = split_lines(self._text)
        return block_end(self._lines, event, 0)
