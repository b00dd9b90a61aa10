"""The fast way: data of files without a single problem.

Gives up (None) at the first thing that needs a second look: a problem, an anchor, a construct
the parsers disagree on. `_compose` then reads the file again and knows what to say. Of positions
it keeps the line of each value. Both give the same data (property-tested).
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from mlspec.syntax._events import (
    COLLECTION_STARTS,
    DOCUMENT_START,
    MAPPING_END,
    MAPPING_START,
    READ_ERRORS,
    SCALAR,
    SEQUENCE_END,
    RereadError,
    is_contentious,
    open_events,
    question_marks,
)
from mlspec.syntax._scalars import (
    TYPED_STARTS,
    Trouble,
    has_surrogates,
    is_composed,
    is_string_key,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.canonical import Json
    from mlspec.syntax._events import Event
    from mlspec.syntax._limits import Limits
    from mlspec.syntax._report import Place

__all__ = ["Clean", "UncleanError", "check_key", "compose_clean", "known_key"]


Clean = tuple[int, "Json", "Place", "array[int] | None"]
"""Index and data of a document, where its value starts, and the lines of all values in it.

Lines count from 0, in the order of the text, the outer value first; None where nobody kept them.
"""

_KNOWN_KEYS: dict[str, str] = {}  # memo of plain keys that are text; the same few in all specs
_KNOWN_KEYS_MOST = 4096
_KNOWN_KEY_LONGEST = 32


class UncleanError(Exception):
    """The text needs a second look."""


def compose_clean(text: str, limits: Limits, *, native: bool) -> list[Clean] | None:
    """Return what is in each document, empty ones left out; None: look closer.

    Raises:
        RereadError: only the Python parser can say what is wrong.
    """
    if native and is_contentious(text):
        raise RereadError
    try:
        return _Cleaner(text, limits, native=native).documents()
    except UncleanError:
        return None
    except READ_ERRORS:
        if native:
            raise RereadError from None
        return None


class _Cleaner:
    """Local names and few calls: this is where a cold run spends its time."""

    __slots__ = ("_guarded", "_limit", "_lines", "_read", "_text")

    def __init__(self, text: str, limits: Limits, *, native: bool) -> None:
        self._text = text
        self._lines = array("I")
        self._limit = limits.depth
        self._guarded = native and "?" in text
        read = open_events(text, native=native)
        small = len(text) <= min(limits.nodes, limits.scalar_characters)
        plain_sailing = native and small and "&" not in text and "!" not in text
        self._read = read if plain_sailing else _careful(read, limits)

    def documents(self) -> list[Clean]:
        found: list[Clean] = []
        index = -1
        self._read()
        while self._read().__class__ is DOCUMENT_START:
            index += 1
            root = self._read()
            start = root.start_mark.line + 1, root.start_mark.column + 1
            self._lines = lines = array("I")
            if root.__class__ is not SCALAR:
                found.append((index, self._collection(root, 1), start, lines))
            elif root.value or not root.implicit[0]:
                lines.append(start[0] - 1)
                found.append((index, self._scalar(root), start, lines))
            self._read()
        return found

    def _collection(self, event: Event, depth: int) -> Json:
        if depth > self._limit or event.__class__ not in COLLECTION_STARTS:
            raise UncleanError
        self._lines.append(event.start_mark.line)
        data: Json
        if event.__class__ is MAPPING_START:
            data, end = self._mapping(depth + 1)
        else:
            data, end = self._sequence(depth + 1)
        if (
            self._guarded
            and event.flow_style
            and question_marks(self._text, event.start_mark, end.end_mark)
        ):
            raise UncleanError
        return data

    def _mapping(self, depth: int) -> tuple[dict[str, Json], Event]:
        read, known, typed, scalar = self._read, _KNOWN_KEYS, TYPED_STARTS, SCALAR
        note = self._lines.append
        data: dict[str, Json] = {}
        event = read()
        while event.__class__ is scalar:
            named = event
            key = event.value
            # one text in memory for all specs
            key = known[key] if key in known else check_key(event)
            if key in data:
                raise UncleanError
            event = read()
            if event.__class__ is scalar:
                text = event.value
                note((event if text else _placing(event, named)).start_mark.line)
                data[key] = text if text[:1] not in typed else self._scalar(event)
            else:
                data[key] = self._collection(event, depth)
            event = read()
        if event.__class__ is not MAPPING_END:
            raise UncleanError
        return data, event

    def _sequence(self, depth: int) -> tuple[list[Json], Event]:
        read, typed, scalar = self._read, TYPED_STARTS, SCALAR
        note = self._lines.append
        data: list[Json] = []
        event = read()
        while event.__class__ is not SEQUENCE_END:
            if event.__class__ is scalar:
                text = event.value
                note(event.start_mark.line)
                data.append(text if text[:1] not in typed else self._scalar(event))
            else:
                data.append(self._collection(event, depth))
            event = read()
        return data, event

    def _scalar(self, event: Event) -> Json:
        text = event.value
        if not event.implicit[0]:
            return text
        value = resolve(text)
        if isinstance(value, Trouble):
            raise UncleanError
        return value


def _placing(event: Event, key: Event) -> Event:
    """Return what says where a value without text stands: where nothing does, its key."""
    start, end = event.start_mark, event.end_mark
    is_there = (start.line, start.column) != (end.line, end.column)
    return event if is_there else key


def check_key(event: Event) -> str:
    """Return a key that is text, and means the same however it is written.

    Raises:
        UncleanError: it is another value, a merge key, or not composed.
    """
    key = event.value
    if event.implicit[0]:
        return known_key(key)
    if not is_composed(key):
        raise UncleanError
    return _KNOWN_KEYS.get(key, key)  # what is text without quotes is text in quotes, too


def known_key(key: str) -> str:
    """Return a key that is written without quotes: one text in memory for all specs.

    Raises:
        UncleanError: it is another value, a merge key, or not composed.
    """
    if key in _KNOWN_KEYS:
        return _KNOWN_KEYS[key]
    if not is_string_key(key) or not is_composed(key):
        raise UncleanError
    if len(key) <= _KNOWN_KEY_LONGEST and len(_KNOWN_KEYS) < _KNOWN_KEYS_MOST:
        _KNOWN_KEYS[key] = key
    return key


def _careful(read: Callable[[], Event], limits: Limits) -> Callable[[], Event]:
    """Give up at the first anchor, alias, tag, surrogate, too long scalar or node too many."""
    longest = limits.scalar_characters
    left = limits.nodes

    def careful() -> Event:
        nonlocal left
        event = read()
        if event.__class__ is SCALAR or event.__class__ in COLLECTION_STARTS:
            left -= 1
            if left < 0:
                raise UncleanError
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
            raise UncleanError
        if event.__class__ is SCALAR:
            text = event.value
            if len(text) > longest or has_surrogates(text):
                raise UncleanError
        return event

    return careful
