"""Verdicts of gates as text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.evidence import Verdict
from mlspec.reporting._cells import Style, clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import EvidenceRecord, GateResult

__all__ = ["numbers", "render_verdicts", "render_verdicts_json"]

_STYLE = {
    Verdict.PASS: Style.GREEN,
    Verdict.FAIL: Style.RED,
    Verdict.INCONCLUSIVE: Style.YELLOW,
    Verdict.NOT_EVALUATED: Style.RED,
}
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
        advisory = "" if result.required else "  (advisory)"
        yield f"  {word}  {result.gate:<{width}}  {numbers(result)}{advisory}"
        if result.reason:
            indent = " " * (_VERDICT_WIDTH + width + 6)
            yield f"{indent}{clean(result.reason)} [{result.reason_code}]"


def numbers(result: GateResult) -> str:
    """Return as text the requirement, the estimate with its interval, and the sample size."""
    parts = [clean(result.require)]
    if result.estimate is not None:
        parts.append(f"is {result.estimate:.4g}")
    if result.interval is not None:
        found = result.interval
        parts.append(f"[{found.lower:.4g}, {found.upper:.4g}] by {found.method}")
    rows = dict(result.counts).get("rows")
    return "  ".join([*parts, *([f"n = {rows:,}"] if rows is not None else [])])


def _word(verdict: Verdict, *, colour: bool, width: int = 0) -> str:
    return _STYLE[verdict].paint(f"{verdict.value:<{width}}", colour=colour)
