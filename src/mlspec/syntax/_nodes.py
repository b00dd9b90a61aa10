"""Compose the value and the place of every node of a document from its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.syntax._aliases import Aliases, DepthError, ExpansionError
from mlspec.syntax._events import (
    ALIAS,
    COLLECTION_STARTS,
    MAPPING_END,
    MAPPING_START,
    SCALAR,
    SEQUENCE_END,
    RereadError,
    question_marks,
)
from mlspec.syntax._marks import Node, block_end
from mlspec.syntax._scalars import Trouble, composed, has_surrogates, resolve
from mlspec.syntax._source import split_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.canonical import Json
    from mlspec.syntax._events import Event, Mark
    from mlspec.syntax._limits import Limits
    from mlspec.syntax._problems import Problems
    from mlspec.syntax._report import Place

__all__ = ["FatalError", "NodeComposer"]


_LOOK_AHEAD = 2048


class FatalError(Exception):
    """The rest of the document is not read; `index` is the character where reading stopped."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


class NodeComposer:
    """Composes the documents of one event stream; keeps what `_wording` asks for."""

    def __init__(
        self,
        read: Callable[[], Event],
        text: str,
        problems: Problems,
        aliases: Aliases,
        limits: Limits,
        *,
        native: bool,
    ) -> None:
        self._read = read
        self.text = text
        self.problems = problems
        self._aliases = aliases
        self._limits = limits
        self._native = native
        self._guarded = native and "?" in text
        self._inside_key = False
        self._lines: list[str] | None = None
        # flow collections that are open, and the last quoted scalar: where an error started
        self.openers: list[Mark] = []
        self.quoted: tuple[Mark, Mark] | None = None
        self.reached = 0
        self._asked = 0  # question marks inside of quotes so far

    def read(self) -> Event:
        """Return the next event."""
        event = self._read()
        self.reached = event.end_mark.index
        if event.__class__ is SCALAR or event.__class__ in COLLECTION_STARTS:
            self._count()
        return event

    def _count(self) -> None:
        if not self._aliases.count_node():
            self.problems.nodes()
            raise FatalError(len(self.text))

    def document(self) -> tuple[Json, Node] | None:
        """Compose one document; None when it is empty."""
        self._aliases.forget()
        root = self.read()
        if root.__class__ is SCALAR and not root.value and root.implicit[0]:
            return None
        return self._node(root, 1)

    def _node(self, event: Event, depth: int) -> tuple[Json, Node]:
        if event.__class__ is ALIAS:
            return self._alias(event, depth)
        if event.__class__ in COLLECTION_STARTS and depth > self._limits.depth:
            self.problems.depth(event.start_mark, event.end_mark)
            raise FatalError(event.start_mark.index)
        self._check_tag(event)
        if event.anchor is None:
            return self._content(event, depth)
        self._aliases.open(event.anchor)
        data, node = self._content(event, depth)
        self._aliases.close(event.anchor, data, node)
        return data, node

    def _content(self, event: Event, depth: int) -> tuple[Json, Node]:
        if event.__class__ is SCALAR:
            return self._scalar(event)
        node = self._new_node(event)
        asked = self._asked
        if event.flow_style:
            self.openers.append(event.start_mark)
        data: Json
        if event.__class__ is MAPPING_START:
            data, end = self._mapping(event, node, depth + 1)
        else:
            data, end = self._sequence(node, depth + 1)
        if event.flow_style:
            self.openers.pop()
            node.end = self.problems.place(end.end_mark)
            if self._guarded:
                self._check_question_marks(event, end, self._asked - asked)
        return data, node

    def _new_node(self, event: Event) -> Node:
        place = self.problems.place
        return Node(place(event.start_mark), place(event.end_mark))

    def _sequence(self, node: Node, depth: int) -> tuple[list[Json], Event]:
        data: list[Json] = []
        node.values = items = []
        event = self.read()
        while event.__class__ is not SEQUENCE_END:
            value, child = self._node(event, depth)
            data.append(value)
            items.append(child)
            node.end = max(node.end, child.end)
            event = self.read()
        return data, event

    def _mapping(self, opener: Event, node: Node, depth: int) -> tuple[dict[str, Json], Event]:
        data: dict[str, Json] = {}
        firsts: dict[str, tuple[Place, Place]] = {}
        node.keys, node.values = keys, values = {}, {}
        event = self.read()
        while event.__class__ is not MAPPING_END:
            span = (self.problems.place(event.start_mark), self.problems.place(event.end_mark))
            key = self._key(event, opener, depth)
            value, child = self._node(self.read(), depth)
            if child.start == child.end:  # nothing stands there: the key says where
                child.start, child.end = span
            node.end = max(node.end, child.end)
            event = self.read()
            if key is None:
                continue
            first = firsts.setdefault(composed(key), span)
            if first is not span:
                self.problems.duplicate(key, first, span)
                continue
            data[key], keys[key], values[key] = value, span, child
        return data, event

    def _key(self, event: Event, opener: Event, depth: int) -> str | None:
        if event.__class__ is not SCALAR:
            self._complex_key(event, opener, depth)
            return None
        self._check_tag(event)
        key = self._checked(event)
        if event.anchor is not None:
            self._aliases.close(event.anchor, key, self._new_node(event))
        if not event.implicit[0]:
            self._note_quotes(event)
            return key
        if key == "<<":
            self.problems.merge(event)
            return None
        value = resolve(key)
        if isinstance(value, str):
            return key
        self._reread()
        return self.problems.key(event, value)

    def _complex_key(self, event: Event, opener: Event, depth: int) -> None:
        self._reread()
        outermost = not self._inside_key
        if outermost and self.text.startswith("{{", opener.start_mark.index):
            self.problems.template(opener.start_mark)
        elif outermost:
            self.problems.complex_key(event)
        self._inside_key = True
        self._node(event, depth)
        self._inside_key = not outermost

    def _scalar(self, event: Event) -> tuple[Json, Node]:
        node = self._new_node(event)
        if event.style in ("|", ">"):
            node.end = self._block_end(event)
        text = self._checked(event)
        if not event.implicit[0]:
            self._note_quotes(event)
            return text, node
        value = resolve(text)
        if isinstance(value, Trouble):
            span = self.problems.span(event.start_mark, event.end_mark)
            return self.problems.trouble(value, event, span), node
        return value, node

    def _alias(self, event: Event, depth: int) -> tuple[Json, Node]:
        node = self._new_node(event)
        name = event.anchor or ""
        if not self._aliases.is_known(name):
            self.problems.undefined(event, self._aliases.names())
            return None, node
        try:
            expanded = self._aliases.expand(name, node.start, node.end, depth)
        except ExpansionError:
            self.problems.expansion(event)
            raise FatalError(event.start_mark.index) from None
        except DepthError:
            self.problems.depth(event.start_mark, event.end_mark)
            raise FatalError(event.start_mark.index) from None
        if expanded is None:
            self.problems.cycle(event)
            return None, node
        return expanded

    def _checked(self, event: Event) -> str:
        text = event.value
        if len(text) > self._limits.scalar_characters:
            self.problems.length(event)
            return text[: self._limits.scalar_characters]
        if has_surrogates(text):
            self.problems.surrogate(event)
            return text.encode("utf-8", "replace").decode()
        return text

    def _note_quotes(self, event: Event) -> None:
        if event.style in ("'", '"'):
            self.quoted = (event.start_mark, event.end_mark)
            if self._guarded:
                self._asked += question_marks(self.text, *self.quoted)

    def check_open_flow(self) -> None:
        """Leave it to the Python parser when reading stopped inside of a contentious collection.

        The parsers look ahead by up to 1,024 characters, the length of a simple key.
        """
        if self._guarded and self.openers:
            start = self.openers[0].index
            if "?" in self.text[start : self.reached + _LOOK_AHEAD]:
                raise RereadError

    def _check_question_marks(self, start: Event, end: Event, quoted: int) -> None:
        if question_marks(self.text, start.start_mark, end.end_mark) != quoted:
            raise RereadError

    def _check_tag(self, event: Event) -> None:
        if event.tag is not None:
            self._reread()
            self.problems.tag(event)

    def _reread(self) -> None:
        """Leave tags and odd keys to the Python parser: the two place or read them differently."""
        if self._native:
            raise RereadError

    def _block_end(self, event: Event) -> Place:
        if self._lines is None:
            self._lines = split_lines(self.text)
        return block_end(self._lines, event, self.problems.lines_before)
