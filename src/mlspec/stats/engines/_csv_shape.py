"""Whether a CSV file has the shape that the reader in memory asks for, before an engine counts it.

Engines forgive what a reader of tables does not: DuckDB leaves out lines without a character, and
gives a column without a name one of its own. The same file is then sound or not by its size alone.
So a file is looked through for what may be such a line, which takes no longer than its digest; only
where there is one, or where an engine refuses, all lines are parsed.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    _Line = Callable[[], int]

__all__ = [
    "ShapeProblem",
    "header_problem",
    "may_have_empty_lines",
    "mixed_ends_problem",
    "shape_problem",
]

_CHUNK = 1 << 20
_MARK = b"\xef\xbb\xbf"
_ENDS = (b"\n\n", b"\n\r", b"\r\r")
"""Two ends of lines after each other; those of Windows are among them twice: `\\r\\n\\r\\n`."""


class ShapeProblem(NamedTuple):
    """Why a file is no table: a code and a sentence."""

    code: str
    sentence: str


def may_have_empty_lines(stream: BinaryIO, *, chunk: int = _CHUNK) -> bool:
    """Tell whether two ends of lines follow each other anywhere, cells in quotes included.

    `chunk` bytes are looked at together. A mark of the byte order counts for nothing, and an end of
    a line stands before the first one, so to say.
    """
    start = stream.read(len(_MARK)).removeprefix(_MARK)
    seen = b"\n" + start + stream.read(chunk)
    while len(seen) > 1:
        if any(each in seen for each in _ENDS):
            return True
        seen = seen[-1:] + stream.read(chunk)
    return False


def shape_problem(stream: BinaryIO) -> ShapeProblem | None:
    """Return why the lines are no table: no header, cells of another number, quotes that are open.

    An empty line has no cell. Rows are counted from 1 behind the header; the line is that of the
    file in which the row ends.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    try:
        header = next(reader, [])
        return header_problem(header) or _ragged(reader, len(header), lambda: reader.line_num)
    except UnicodeDecodeError:
        return ShapeProblem("unreadable-file", "the file is not UTF-8")
    except csv.Error as error:
        return ShapeProblem("malformed-csv", f"line {reader.line_num}: {error}")
    finally:
        text.detach()


def mixed_ends_problem(stream: BinaryIO) -> ShapeProblem | None:
    """Return why one end of a line does not end all rows of a file that is UTF-8 and well-formed.

    Ends of lines within quotes belong to cells and count for nothing, nor does a last row without
    an end.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    first = last = ""

    def lines() -> Iterator[str]:
        nonlocal last
        for line in text:
            last = line[len(line.rstrip("\r\n")) :]
            yield line

    reader = csv.reader(lines(), strict=True)
    try:
        for _ in reader:
            first = first or last
            if last not in (first, ""):
                sentence = f"line {reader.line_num} ends with {last!r}, the first with {first!r}"
                return ShapeProblem("malformed-csv", sentence)
        return None
    finally:
        text.detach()


def header_problem(header: list[str]) -> ShapeProblem | None:
    """Return why a line does not name columns: it has no cell, or one that is empty or repeated."""
    if not header:
        return ShapeProblem("empty-file", "the file has no header line")
    if "" in header:
        return ShapeProblem("malformed-csv", f"column {header.index('') + 1} has no name")
    twice = next((each for each, times in Counter(header).items() if times > 1), None)
    if twice is None:
        return None
    return ShapeProblem("duplicate-column", f"column {twice!r} occurs more than once")


def _ragged(reader: Iterator[list[str]], expected: int, line: _Line) -> ShapeProblem | None:
    for row, cells in enumerate(reader, 1):
        if len(cells) != expected:
            sentence = f"row {row} (line {line()}) has {len(cells)} cells, the header {expected}"
            return ShapeProblem("ragged-row", sentence)
    return None
