"""Verdicts of gates as text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.evidence import Verdict
from mlspec.reporting._cells import Style, clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import EvidenceRecord, GateResult, Interval

__all__ = ["numbers", "render_verdicts", "render_verdicts_json"]

_STYLE = {
    Verdict.PASS: Style.GREEN,
    Verdict.FAIL: Style.RED,
    Verdict.INCONCLUSIVE: Style.YELLOW,
    Verdict.NOT_EVALUATED: Style.RED,
}
_PARTS = 30
"""Most parts of a gate that are told in text."""
_VERDICT_WIDTH = max(len(each.value) for each in Verdict)


def render_verdicts(
    records: Sequence[tuple[EvidenceRecord, tuple[str, ...]]], *, colour: bool
) -> str:
    """Return a block per record and its environments: the overall verdict, then every gate."""
    return "\n".join("\n".join(_block(*each, colour=colour)) + "\n" for each in records)


def render_verdicts_json(records: Sequence[tuple[EvidenceRecord, tuple[str, ...]]]) -> str:
    """Return the records as one JSON document (`mlspec.verdicts/1.0`)."""
    listed = [
        {"environments": list(environments), "record": record.to_json()}
        for record, environments in records
    ]
    return pretty_json({"format": "mlspec.verdicts/1.0", "records": listed})


def _block(record: EvidenceRecord, environments: tuple[str, ...], *, colour: bool) -> Iterator[str]:
    where = f" ({', '.join(environments)})" if environments else ""
    yield f"{clean(record.subject)}{where}: {_word(record.overall, colour=colour)}"
    width = max((len(result.gate) for result in record.results), default=0)
    for result in record.results:
        word = _word(result.verdict, colour=colour, width=_VERDICT_WIDTH)
        yield f"  {word}  {result.gate:<{width}}  {numbers(result)}{_weight(result)}"
        indent = " " * (_VERDICT_WIDTH + width + 6)
        if result.reason:
            yield f"{indent}{clean(result.reason)} [{result.reason_code}]"
        yield from (f"{indent}{each}" for each in _parts(result, colour=colour))


def _weight(result: GateResult) -> str:
    """Return why a verdict does not count; empty where it does."""
    if not result.required:
        return "  (advisory)"
    if result.waived is not None:
        waived = result.waived
        return clean(f"  (waived until {waived.until} by {waived.approver}: {waived.reason})")
    is_let_through = result.verdict is Verdict.INCONCLUSIVE and not result.blocks
    return "  (the spec lets an inconclusive verdict through)" if is_let_through else ""


def _parts(result: GateResult, *, colour: bool) -> Iterator[str]:
    """Yield a line per part, those that do not pass first."""
    ordered = sorted(result.parts, key=lambda each: each.verdict is Verdict.PASS)
    width = max((len(clean(each.name)) for each in ordered), default=0)
    for each in ordered[:_PARTS]:
        word = _word(each.verdict, colour=colour, width=_VERDICT_WIDTH)
        told = [*_measured(each.estimate, each.interval, each.counts), each.reason]
        text = clean("  ".join(filter(None, told)))
        yield f"{word}  {clean(each.name):<{width}}  {text}".rstrip()
    if len(ordered) > _PARTS:
        yield f"and {len(ordered) - _PARTS} more, see the evidence record"


def numbers(result: GateResult) -> str:
    """Return as text the requirement, the estimate with its interval, and the sample size."""
    told = _measured(result.estimate, result.interval, result.counts)
    return "  ".join([clean(result.require), *told])


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


def _word(verdict: Verdict, *, colour: bool, width: int = 0) -> str:
    return _STYLE[verdict].paint(f"{verdict.value:<{width}}", colour=colour)
