"""The thorough way: every problem of a file, and a place for every value.

Used for files that `_clean` gave up on, and to answer where something stands. A document with
a problem that leaves a value (such as a duplicate key) is composed all the same, so that the
next stages can judge the rest of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.syntax._aliases import Aliases
from mlspec.syntax._clean import compose_clean
from mlspec.syntax._events import (
    DOCUMENT_START,
    READ_ERRORS,
    RereadError,
    has_parser,
    is_contentious,
    open_events,
)
from mlspec.syntax._everyday import compose_everyday
from mlspec.syntax._marks import Marks, Node
from mlspec.syntax._nodes import FatalError, NodeComposer
from mlspec.syntax._prescan import read_text
from mlspec.syntax._problems import Problems
from mlspec.syntax._report import Report
from mlspec.syntax._wording import report_read_error

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.diagnostics import Diagnostic
    from mlspec.syntax._clean import Clean
    from mlspec.syntax._limits import Limits
    from mlspec.syntax._source import SourceText

__all__ = ["Composed", "compose", "compose_data", "compose_marks", "marks_nowhere"]

_DOCUMENT_START = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Composed:
    """One document that has a value; `index` counts all documents of the file."""

    index: int
    data: Json
    root: Node


def compose_data(
    source: SourceText, limits: Limits, *, native: bool | None = None
) -> tuple[list[Clean], tuple[Diagnostic, ...]]:
    """Return what is in each document of a file, and what is wrong with it."""
    report = Report(source.file, limits)
    text = read_text(source, limits, report)
    if text is None:
        return [], report.diagnostics()
    everyday = compose_everyday(text, limits) if native is None else None
    if everyday is not None:
        return everyday, report.diagnostics()
    native = has_parser() if native is None else native
    try:
        values = compose_clean(text, limits, native=native)
    except RereadError:
        native, values = False, None
    if values is None:
        documents, report = compose(source, limits, native=native)
        values = [(each.index, each.data, each.root.start, None) for each in documents]
    if not values and not report.diagnostics():
        hint = "declare something, or remove the file"
        report.add("MLS043", "this file holds no document", report.span((1, 1)), hint=hint)
    return values, report.diagnostics()


def compose_marks(source: SourceText, limits: Limits) -> dict[int, Marks]:
    """Return the places of each document of a file by its index, composed again."""
    from mlspec.syntax._quick_places import quick_places

    text = read_text(source, limits, Report(source.file, limits))
    roots = None if text is None else quick_places(text, limits)
    if roots is None:
        documents, _ = compose(source, limits, native=has_parser())
        roots = {each.index: each.root for each in documents}
    return {index: Marks(source.file, root) for index, root in roots.items()}


def marks_nowhere(source: SourceText) -> Marks:
    """Return the places of a document that is not in its source: it stands at the start."""
    return Marks(source.file, Node((1, 1), (1, 2)))


def compose(source: SourceText, limits: Limits, *, native: bool) -> tuple[list[Composed], Report]:
    """Return the documents of a file with their places, and what is wrong with it."""
    if native:
        try:
            return _compose(source, limits, native=True)
        except RereadError:
            pass
    return _compose(source, limits, native=False)


def _compose(source: SourceText, limits: Limits, *, native: bool) -> tuple[list[Composed], Report]:
    report = Report(source.file, limits)
    found: list[Composed] = []
    text = read_text(source, limits, report)
    if text is None:
        return found, report
    if native and is_contentious(text):
        raise RereadError
    reader = _Reader(report, limits, native=native)
    start = reader.read(text, 0, found)
    while start is not None and not report.is_full:
        start = reader.read(text, start, found)
    return found, report


class _Reader:
    """Reads on at the next `---` after a document that could not be read to its end."""

    __slots__ = ("_aliases", "_index", "_limits", "_native", "_report")

    def __init__(self, report: Report, limits: Limits, *, native: bool) -> None:
        self._report = report
        self._limits = limits
        self._native = native
        self._aliases = Aliases(limits)
        self._index = -1

    def read(self, text: str, start: int, found: list[Composed]) -> int | None:
        """Read documents from a start; return where to go on after a failure."""
        rest = text[start:]
        lines_before = text.count("\n", 0, start)
        problems = Problems(rest, lines_before, self._report, self._limits)
        events = open_events(rest, native=self._native)
        composer = NodeComposer(
            events, rest, problems, self._aliases, self._limits, native=self._native
        )
        try:
            self._documents(composer, found)
        except FatalError as error:
            composer.check_open_flow()
            failed = error.index
        except READ_ERRORS as error:
            if self._native:
                raise RereadError from None
            failed = report_read_error(error, composer, self._report)
        else:
            return None
        following = _DOCUMENT_START.search(rest, max(failed, 1))
        return None if following is None else start + following.start()

    def _documents(self, composer: NodeComposer, found: list[Composed]) -> None:
        composer.read()
        while composer.read().__class__ is DOCUMENT_START:
            self._index += 1
            composed = composer.document()
            if composed is not None:
                found.append(Composed(self._index, *composed))
            composer.read()
