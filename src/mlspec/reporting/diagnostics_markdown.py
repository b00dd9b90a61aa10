"""Diagnostics as Markdown, for a comment on a pull request: the gravest first, never too long."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import Severity, sort_diagnostics
from mlspec.reporting._cells import counted
from mlspec.reporting._markdown import Room, code, row, size_of, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.diagnostics import Diagnostic

__all__ = ["render_diagnostics_markdown"]

MAX_BYTES: Final = 60_000
"""Forges cut or refuse a comment of 65,536 characters and more."""
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
_HEAD = (row("what", "where", "problem", "next step"), row(*["---"] * 4))
_LAST = 200  # room for the line that says how many are left out


def render_diagnostics_markdown(diagnostics: Iterable[Diagnostic], category: str) -> str:
    """Return a table of diagnostics, errors first; what is waived is told with its reason."""
    found = sorted(sort_diagnostics(diagnostics), key=lambda each: _ORDER.index(each.severity))
    head = [f"### mlspec {category}: {_summary(found)}", *(("", *_HEAD) if found else ())]
    room = Room(MAX_BYTES - _LAST - size_of(head))
    rows = room.fill(map(_row, found))
    rest = len(found) - len(rows)
    tail = ["", f"... and {rest:,} more, which do not fit here."] if rest else []
    return "".join(f"{line}\n" for line in (*head, *rows, *tail))


def _summary(found: Sequence[Diagnostic]) -> str:
    counts = Counter(each.severity for each in found if not each.known)
    told = [counted(counts[each], each.value) for each in _ORDER if counts[each]]
    known = sum(bool(each.known) for each in found)
    told += [f"{known:,} known since the baseline"] if known else []
    return ", ".join(told) or "no problem"


def _row(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place = code(f"{span.file}:{span.start.line}:{span.start.column}") if span else ""
    name = words(diagnostic.titled.removeprefix(diagnostic.code).strip())
    what = f"{diagnostic.severity.value} {code(diagnostic.code)} {name}".rstrip()
    label = "Passed over" if diagnostic.known else "Waived"
    waived = f" {label}: {words(diagnostic.waived)}" if diagnostic.waived else ""
    return row(what, place, words(diagnostic.message) + waived, words(diagnostic.hint or ""))
