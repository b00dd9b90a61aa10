"""What every report of verdicts says of a gate, in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mlspec.evidence import Verdict
from mlspec.reporting._cells import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import EvidenceRecord, GateResult, PartResult

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

_SHARE_OF = {"precision": "predictedPositives", "recall": "positives", "specificity": "negatives"}
"""The count of the rows that a share rests on, by its metric; all rows for every other."""

MOST_PARTS = 30
"""Most parts of a gate that a report for people tells."""


def numbers(result: GateResult) -> str:
    """Return as text the requirement, the estimate with its interval, and the sample size.

    That of a share among rows of one class is the number of these rows, `of` all rows.
    """
    told = _measured(result, result.metric)
    return "  ".join([clean(result.require), *told])


def numbers_of_part(part: PartResult, metric: str | None) -> str:
    """Return as text the estimate with its interval, and the sample size by the metric."""
    return clean("  ".join(_measured(part, metric)))


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
        told = (
            f"{clean(each.name)}: {each.verdict.value}",
            numbers_of_part(each, result.metric),
            why(each),
        )
        yield "  ".join(filter(None, told))


def _measured(found: GateResult | PartResult, metric: str | None) -> Iterator[str]:
    if found.estimate is not None:
        yield f"is {found.estimate:.4g}"
    if (ends := found.interval) is not None:
        yield f"[{ends.lower:.4g}, {ends.upper:.4g}] by {ends.method}"
    counts = dict(found.counts)
    rows, share = counts.get("rows"), counts.get(_SHARE_OF.get(metric or "", ""))
    if rows is not None:
        yield f"n = {rows:,}" if share is None else f"n = {share:,} of {rows:,} rows"
