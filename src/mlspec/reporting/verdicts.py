"""Verdicts of gates as text and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.evidence import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.evidence import EvidenceRecord, GateResult

__all__ = ["render_verdicts", "render_verdicts_json"]

_COLOUR = {
    Verdict.PASS: "\x1b[32m",
    Verdict.FAIL: "\x1b[31m",
    Verdict.INCONCLUSIVE: "\x1b[33m",
    Verdict.NOT_EVALUATED: "\x1b[31m",
}


def render_verdicts(records: Sequence[EvidenceRecord], *, colour: bool) -> str:
    """Return one block per model: the overall verdict, then a line per gate and its reason."""
    return "\n".join(_block(record, colour=colour) for record in records)


def render_verdicts_json(records: Sequence[EvidenceRecord]) -> str:
    """Return the records as one JSON document (`mlspec.verdicts/1.0`)."""
    return pretty_json(
        {"format": "mlspec.verdicts/1.0", "records": [each.to_json() for each in records]}
    )


def _block(record: EvidenceRecord, *, colour: bool) -> str:
    lines = [f"{record.subject}: {_word(record.overall, colour=colour)}"]
    width = max((len(result.gate) for result in record.results), default=0)
    for result in record.results:
        lines += _gate_lines(result, width, colour=colour)
    return "\n".join(lines) + "\n"


def _gate_lines(result: GateResult, width: int, *, colour: bool) -> list[str]:
    word = _word(result.verdict, colour=colour, width=13)
    advisory = "" if result.required else "  (advisory)"
    lines = [f"  {word}  {result.gate:<{width}}  {numbers(result)}{advisory}"]
    if result.reason:
        lines.append(f"  {'':13}  {'':{width}}  {result.reason} [{result.reason_code}]")
    return lines


def numbers(result: GateResult) -> str:
    """Return the estimate, its interval, the requirement and the sample sizes as text."""
    parts = []
    if result.estimate is not None:
        parts.append(f"{result.metric or 'value'} {result.estimate:.4g}")
    if result.interval is not None:
        interval = result.interval
        parts.append(f"[{interval.lower:.4g}, {interval.upper:.4g}] {interval.method}")
    parts.append(f"require {result.require}")
    parts += [f"{name} {count:,}" for name, count in result.counts]
    return "  ".join(parts)


def _word(verdict: Verdict, *, colour: bool, width: int = 0) -> str:
    text = f"{verdict.value:<{width}}"
    return f"{_COLOUR[verdict]}{text}\x1b[0m" if colour else text
