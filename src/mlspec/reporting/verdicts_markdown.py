"""Verdicts of gates as Markdown: the job summary of CI, or a comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Verdict
from mlspec.reporting._markdown import Room, code, row, words
from mlspec.reporting._verdict_words import (
    MOST_PARTS,
    numbers,
    numbers_of_part,
    ordered,
    weight,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import EvidenceRecord, GateResult, PartResult
    from mlspec.reporting._verdict_words import Judged

__all__ = ["render_verdicts_markdown"]

_MARK = "<!-- mlspec:gates -->"
_BYTES = 60_000
_INDENT = "&emsp;"
"""A part stands further in than its gate; spaces at the start of a cell go away."""
_WORST_FIRST = (Verdict.FAIL, Verdict.NOT_EVALUATED, Verdict.INCONCLUSIVE, Verdict.PASS)


def render_verdicts_markdown(records: Sequence[Judged]) -> str:
    """Return a table per record, the worst record and the worst gate first."""
    by_verdict = sorted(records, key=lambda each: _WORST_FIRST.index(each[0].overall))
    blocks = ["\n".join(_record(*each)) for each in by_verdict]
    shown = Room(_BYTES).fill(blocks)
    rest = len(blocks) - len(shown)
    more = [f"and {rest} more, see the evidence records"] if rest else []
    return "\n\n".join([_MARK, *shown, *more]) + "\n"


def _record(record: EvidenceRecord, environments: tuple[str, ...]) -> Iterator[str]:
    where = f" ({words(', '.join(environments))})" if environments else ""
    yield f"### Gates of {code(record.subject)}{where}: {record.overall.value}"
    yield ""
    yield row("verdict", "gate", "measured", "why")
    yield row("---", "---", "---", "---")
    for result in sorted(record.results, key=lambda each: _WORST_FIRST.index(each.verdict)):
        yield from _gate(result)


def _gate(result: GateResult) -> Iterator[str]:
    told = words(numbers(result) + weight(result))
    yield row(result.verdict.value, code(result.gate), told, _why(result))
    listed = ordered(result.parts)
    for each in listed[:MOST_PARTS]:
        name = f"{_INDENT}{words(each.name)}"
        told = words(numbers_of_part(each, result.metric))
        yield row(each.verdict.value, name, told, _why(each))
    if len(listed) > MOST_PARTS:
        yield row("", f"{_INDENT}and {len(listed) - MOST_PARTS} more", "", "")


def _why(result: GateResult | PartResult) -> str:
    return f"{words(result.reason)} {code(result.reason_code)}" if result.reason else ""
