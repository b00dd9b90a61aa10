"""The event streams of libyaml and of its Python twin.

The two agree on everything but a few constructs, which `is_contentious` and `question_marks`
recognise: such text is always read by the Python parser, and so is text that libyaml refuses.
Hence a verdict never depends on whether libyaml is installed (property-tested).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, cast

import yaml
from yaml import YAMLError, events
from yaml.error import MarkedYAMLError

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built without libyaml
    _CPARSER = None
else:
    _CPARSER = CParser

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ALIAS",
    "COLLECTION_STARTS",
    "DOCUMENT_START",
    "MAPPING_END",
    "MAPPING_START",
    "READ_ERRORS",
    "SCALAR",
    "SEQUENCE_END",
    "Event",
    "Mark",
    "MarkedYAMLError",
    "RereadError",
    "has_parser",
    "is_contentious",
    "open_events",
    "question_marks",
]

# compared with `event.__class__ is ...`: both parsers make exactly these
ALIAS: type = events.AliasEvent
DOCUMENT_START: type = events.DocumentStartEvent
MAPPING_END: type = events.MappingEndEvent
MAPPING_START: type = events.MappingStartEvent
SCALAR: type = events.ScalarEvent
SEQUENCE_END: type = events.SequenceEndEvent
COLLECTION_STARTS: tuple[type, ...] = (MAPPING_START, events.SequenceStartEvent)

READ_ERRORS = (YAMLError, ValueError, OverflowError)
"""What a parser raises: PyYAML passes escapes beyond Unicode to `chr` unchecked."""

# a comment that touches the header of a block scalar: libyaml accepts it, YAML does not
_TOUCHING_COMMENT = re.compile(r"[|>][-+0-9]*#")


class RereadError(Exception):
    """The Python parser must decide: libyaml refused the text, or the two may disagree."""


class Mark(Protocol):
    """A place in the text, all three counted from 0."""

    @property
    def index(self) -> int:
        """The character of the text."""

    @property
    def line(self) -> int:
        """The line."""

    @property
    def column(self) -> int:
        """The character of the line."""


class Event(Protocol):
    """An event of either parser; which attributes it has depends on its class."""

    anchor: str | None
    tag: str | None
    value: str
    implicit: tuple[bool, bool]
    style: str | None
    flow_style: bool | None
    start_mark: Mark
    end_mark: Mark


def has_parser() -> bool:
    """Tell whether PyYAML was built with libyaml."""
    return _CPARSER is not None


def open_events(text: str, *, native: bool) -> Callable[[], Event]:
    """Return a function that reads the next event."""
    # the stubs of PyYAML give marks as optional, which both parsers always set
    if native and _CPARSER is not None:
        return cast("Callable[[], Event]", _CPARSER(text).get_event)
    return cast("Callable[[], Event]", iter(yaml.parse(text, Loader=yaml.SafeLoader)).__next__)


def is_contentious(text: str) -> bool:
    """Tell whether libyaml and the Python parser may disagree on the text."""
    return "\t" in text or ("#" in text and _TOUCHING_COMMENT.search(text) is not None)


def question_marks(text: str, start: Mark, end: Mark) -> int:
    """Count the `?` of a range: the two may disagree on what it means in a flow collection."""
    return text.count("?", start.index, end.index)
