"""Diagnostics of one file, with a bound on how many are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Diagnostic, Position, Related, Span
from mlspec.syntax._codes import CODES

if TYPE_CHECKING:
    from mlspec.diagnostics import Fix
    from mlspec.syntax._limits import Limits

__all__ = ["Place", "Report"]

Place = tuple[int, int]
"""Line and column, both from 1."""


class Report:
    """Collects the diagnostics of one file; the first of each kind and place win."""

    __slots__ = ("_file", "_found", "_left_out", "_most")

    def __init__(self, file: str, limits: Limits) -> None:
        self._file = file
        self._most = limits.problems
        self._found: list[Diagnostic] = []
        self._left_out = 0

    def span(self, start: Place, end: Place | None = None) -> Span:
        """Return a span of the file; without an end it covers one character."""
        end = (start[0], start[1] + 1) if end is None or end <= start else end
        return Span(self._file, Position(*start), Position(*end))

    def related(self, message: str, start: Place, end: Place | None = None) -> Related:
        """Return another place of the file with what it says."""
        return Related(self.span(start, end), message)

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        hint: str | None = None,
        related: tuple[Related, ...] = (),
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        """Keep a diagnostic, or count it once there are enough."""
        if self.is_full:
            self._left_out += 1
            return
        known = CODES[code]
        self._found.append(
            Diagnostic(code, known.name, known.severity, message, span, related, hint, fixes)
        )

    @property
    def is_full(self) -> bool:
        """Tell whether further diagnostics are only counted."""
        return len(self._found) >= self._most

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what was found, and a note about what was left out."""
        if not self._left_out:
            return tuple(self._found)
        last = self._found[-1].span
        known = CODES["MLS099"]
        message = f"{self._left_out} more problems of this file are not shown"
        note = Diagnostic(known.code, known.name, known.severity, message, last)
        return (*self._found, note)
