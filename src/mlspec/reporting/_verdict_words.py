"""What every report of verdicts says of a gate, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mlspec.evidence import Verdict
from mlspec.reporting._cells import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import EvidenceRecord, GateResult, Interval, PartResult

__all__ = [
    "MOST_PARTS",
    "Judged",
    "lines_of",
    "numbers",
    "numbers_of_part",
    "ordered",
    "weight",
    "why",
]

Judged: TypeAlias = "tuple[EvidenceRecord, tuple[str, ...]]"
"""A record, and the environments that it holds for."""

MOST_PARTS = 30
"""Most parts of a gate that a report for people tells."""


def numbers(result: GateResult) -> str:
    """Return as text the requirement, the estimate with its interval, and the sample size."""
    told = _measured(result.estimate, result.interval, result.counts)
    return "  ".join([clean(result.require), *told])


def numbers_of_part(part: PartResult) -> str:
    """Return as text the estimate with its interval, and the sample size."""
    return clean("  ".join(_measured(part.estimate, part.interval, part.counts)))


def why(result: GateResult | PartResult) -> str:
    """Return as text why a gate or a part does not pass, with the code to look up; else nothing."""
    return clean(f"{result.reason} [{result.reason_code}]") if result.reason else ""


def weight(result: GateResult) -> str:
    """Return why a verdict does not count; empty where it does."""
    if not result.required:
        return "  (advisory)"
    if result.waived is not None:
        waived = result.waived
        return clean(f"  (waived until {waived.until} by {waived.approver}: {waived.reason})")
    if result.excused:
        return "  (a first release: let through on the floors that pass)"
    if result.lapsed is not None:
        lapsed = result.lapsed
        return clean(f"  (the waiver by {lapsed.approver} ended on {lapsed.until})")
    if result.awaits_review:
        return "  (waits for an approval of the plan)"
    is_let_through = result.verdict is Verdict.INCONCLUSIVE and not result.blocks
    return "  (the spec lets an inconclusive verdict through)" if is_let_through else ""


def ordered(parts: Sequence[PartResult]) -> list[PartResult]:
    """Return the parts, those that do not pass first."""
    return sorted(parts, key=lambda each: each.verdict is Verdict.PASS)


def lines_of(result: GateResult) -> Iterator[str]:
    """Yield the reason of a gate and a line per part, without colours and columns."""
    if result.reason:
        yield why(result)
    for each in ordered(result.parts):
        told = f"{clean(each.name)}: {each.verdict.value}", numbers_of_part(each), why(each)
        yield "  ".join(filter(None, told))


def _measured(
    estimate: float | None, interval: Interval | None, counts: Sequence[tuple[str, int]]
) -> Iterator[str]:
    if estimate is not None:
        yield f"is {estimate:.4g}"
    if interval is not None:
        yield f"[{interval.lower:.4g}, {interval.upper:.4g}] by {interval.method}"
    rows = dict(counts).get("rows")
    if rows is not None:
        yield f"n = {rows:,}"
