"""One YAML document of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.diagnostics import Position
from mlspec.syntax._limits import Limits
from mlspec.syntax._lines import line_at, lines_by_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path, Span
    from mlspec.syntax._marks import Marks
    from mlspec.syntax._report import Place
    from mlspec.syntax._source import SourceText

__all__ = ["Document"]

_DEFAULT = Limits()
_KEPT = 512  # files whose places are kept: each takes ten times the space of its text


@dataclass(frozen=True)
class Document:
    """One YAML document: plain JSON-like data, and where each value stands.

    Positions are composed again from the source on the first question and kept for a while:
    only documents that somebody asks about pay for them. `index` counts the documents of the file
    from 0, empty and unreadable ones included; `place` is where the value starts. `lines` are those
    of all values, in the order of the text, where the reader kept them.
    """

    source: SourceText
    index: int
    data: Json
    place: Place = (1, 1)
    limits: Limits = _DEFAULT
    lines: Sequence[int] | None = field(default=None, compare=False, repr=False)

    @property
    def start(self) -> Position:
        """Where the value starts; unlike spans, known without composing anything."""
        return Position(*self.place)

    def span(self, path: Path) -> Span:
        """Return the span of the value at `path`, or of the nearest ancestor that exists."""
        return self._marks.span(path)

    def line(self, path: Path) -> int:
        """Return the line of `span(path).start`, which costs a tenth of that."""
        if self.lines is None:
            return self.span(path).start.line
        return line_at(self.data, self.lines, path)

    def lines_by_path(self) -> Mapping[str, int] | None:
        """Return the lines, from 0, of all values by path; None where the reader kept none."""
        return None if self.lines is None else lines_by_path(self.data, self.lines)

    def key_span(self, path: Path) -> Span:
        """Return the span of the key that ends `path`; of the value where there is no key."""
        return self._marks.key_span(path)

    @property
    def _marks(self) -> Marks:
        marks = _LATEST.of(self.source, self.limits).get(self.index)
        if marks is not None:
            return marks
        from mlspec.syntax._compose import marks_nowhere

        return marks_nowhere(self.source)


class _Latest:
    """The places of the file that was asked about last: many are asked of one file."""

    __slots__ = ("_asked",)

    def __init__(self) -> None:
        self._asked: tuple[SourceText, Limits, Mapping[int, Marks]] | None = None

    def of(self, source: SourceText, limits: Limits) -> Mapping[int, Marks]:
        """Return the places of each document of a file."""
        asked = self._asked  # read once: another thread may ask about another file
        if asked is None or asked[0] is not source or asked[1] is not limits:
            self._asked = asked = (source, limits, _marks_of(source, limits))
        return asked[2]


_LATEST = _Latest()


# one entry for each file, never for each document: asking for every one of n documents in a file
# would read that file n times
@lru_cache(maxsize=_KEPT)
def _marks_of(source: SourceText, limits: Limits) -> Mapping[int, Marks]:
    from mlspec.syntax._compose import compose_marks

    return compose_marks(source, limits)
