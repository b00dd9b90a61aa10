"""One source line as a terminal shows it, and where a span stands in it.

Wide characters take two cells, combining ones none; tabs become four spaces; what would move
the cursor or turn the direction of reading is shown as an escape; a long line is cut around the
span.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from mlspec.reporting._cells import clean
from mlspec.secrets import masked

if TYPE_CHECKING:
    from mlspec.diagnostics import Span

__all__ = ["excerpt"]

_WIDEST = 100
_BEFORE = 40  # characters kept before a span in a long line
_TAB = "    "
_CUT = "…"


def excerpt(line: str, span: Span) -> tuple[str, int, int]:
    """Return the text to show, the cells before the span in it, and the cells under it."""
    line = masked(line)
    start = min(span.start.column - 1, len(line))
    stop = span.end.column - 1 if span.end.line == span.start.line else len(line.rstrip())
    first = max(0, start - _BEFORE) if len(line) > _WIDEST else 0
    last = min(len(line), first + _WIDEST)
    lead = _CUT if first else ""
    tail = _CUT if last < len(line) else ""
    before, under = line[first:start], line[start : max(min(stop, last), start)]
    indent = len(lead) + _cells(before)
    text = lead + "".join(map(_shown, line[first:last])) + tail
    return text, indent, max(_cells(under), 1)


def _shown(character: str) -> str:
    return _TAB if character == "\t" else clean(character)


def _cells(text: str) -> int:
    return len(text) if text.isascii() and text.isprintable() else sum(map(_width, text))


def _width(character: str) -> int:
    shown = _shown(character)
    if shown != character:
        return len(shown)
    if category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1
