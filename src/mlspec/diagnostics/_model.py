"""The diagnostic value and its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Applicability",
    "Diagnostic",
    "Edit",
    "Fix",
    "Path",
    "Position",
    "Related",
    "Severity",
    "Span",
    "has_errors",
    "sort_diagnostics",
]

Path = tuple[str | int, ...]
"""The keys and indices that lead from the root of a document to a value."""


class Severity(StrEnum):
    """How much a diagnostic weighs; only errors end a command with exit code 4."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Applicability(StrEnum):
    """Whether a fix may be applied without being read."""

    SAFE = "safe"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text; line and column count from 1, columns in Unicode characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of one file; `end` is the position after the last character."""

    file: str
    start: Position
    end: Position


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """Another place that explains the first one, such as the other definition."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the text of a span."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True, order=True)
class Fix:
    """A change that removes the cause; edits do not overlap."""

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability = Applicability.UNSAFE


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing to tell the user: what is wrong, where, and the next step.

    `code` is stable (`MLS301`), `name` reads as "allow ..." (`missing-owner`). `span` is the
    value to change; it is absent only where no file exists. Whoever makes one, no secret that
    stands in a spec can be read in it.
    """

    code: str
    name: str
    severity: Severity
    message: str
    span: Span | None = None
    related: tuple[Related, ...] = ()
    hint: str | None = None
    fixes: tuple[Fix, ...] = ()
    waived: str = ""
    """Why it may be passed over, where somebody has agreed to that; it then stops nothing."""
    about: str = ""
    """The address of the resource that a rule judged; "" for what is no finding of a rule."""
    lasting: str = ""
    """The message without what may be another tomorrow; "" where that is the message itself."""
    known: str = ""
    """The fingerprint under which the policy baseline has it; nobody has agreed to it then."""

    @property
    def titled(self) -> str:
        """The code and the name; the code alone where the name is that again, as of rules."""
        return (
            self.code
            if self.name.casefold() == self.code.casefold()
            else f"{self.code} {self.name}"
        )

    def __post_init__(self) -> None:
        """Hide secrets: a log of CI is read by more people than a spec."""
        own = (self.message, self.hint or "", self.waived)
        told = (*own, *(each.message for each in self.related))
        written = [edit.replacement for each in self.fixes for edit in each.edits]
        if any(masked(each) != each for each in (*told, *written)):
            _hide(self)


def _hide(diagnostic: Diagnostic) -> None:
    related = tuple(replace(each, message=masked(each.message)) for each in diagnostic.related)
    fixes = tuple(
        each
        for each in diagnostic.fixes
        if all(edit.replacement == masked(edit.replacement) for edit in each.edits)
    )
    hidden: dict[str, object] = {
        "message": masked(diagnostic.message),
        "related": related,
        "fixes": fixes,
        "waived": masked(diagnostic.waived),
    }
    if diagnostic.hint is not None:
        hidden["hint"] = masked(diagnostic.hint)
    for name, value in hidden.items():
        object.__setattr__(diagnostic, name, value)  # frozen, and not yet given to anybody


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the distinct diagnostics by file, position, code and message.

    Those that differ in something else stay in the order in which they came: that of a set is
    another one in each process.
    """
    return sorted(dict.fromkeys(diagnostics), key=_order)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether one of them is an error."""
    return any(each.severity is Severity.ERROR for each in diagnostics)


def _order(diagnostic: Diagnostic) -> tuple[str, int, int, str, str]:
    span = diagnostic.span
    if span is None:
        return ("", 0, 0, diagnostic.code, diagnostic.message)
    return (span.file, span.start.line, span.start.column, diagnostic.code, diagnostic.message)
