"""Days that a pack states: each has to be on the calendar, so that later stages may count."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mlspec.policy._documents import PolicyPackSpec, RuleSpec, RuleTestSpec, TierRuleSpec
from mlspec.policy._report import report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic, Path
    from mlspec.schema import SpecModel
    from mlspec.syntax import Document

__all__ = ["unreal_days"]


def unreal_days(spec: SpecModel, document: Document) -> Iterator[Diagnostic]:
    """Yield the days of a document of a pack that are on no calendar, such as 30 February."""
    for path, day in _days(spec):
        if day is not None and not _is_real(day):
            told = f"`{day}` is no day of the calendar"
            yield report("no-such-day", told, document.span(("spec", *path)), "look the day up")


def _days(spec: SpecModel) -> Iterator[tuple[Path, str | None]]:
    if isinstance(spec, RuleSpec):
        yield ("appliesFrom",), spec.applies_from
        yield ("appliesUntil",), spec.applies_until
    elif isinstance(spec, TierRuleSpec):
        yield ("appliesFrom",), spec.applies_from
    elif isinstance(spec, RuleTestSpec):
        yield ("today",), spec.today
        for index, case in enumerate(spec.cases):
            yield ("cases", index, "today"), case.today
    elif isinstance(spec, PolicyPackSpec):
        for index, source in enumerate(spec.sources):
            yield ("sources", index, "read"), source.read


def _is_real(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False
