"""Verdicts of gates as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Verdict
from mlspec.reporting._cells import Style, clean
from mlspec.reporting._verdict_words import (
    MOST_PARTS,
    numbers,
    numbers_of_part,
    ordered,
    weight,
    why,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.evidence import EvidenceRecord, GateResult
    from mlspec.reporting._verdict_words import Judged

__all__ = ["render_verdicts_text"]

_STYLE = {
    Verdict.PASS: Style.GREEN,
    Verdict.FAIL: Style.RED,
    Verdict.INCONCLUSIVE: Style.YELLOW,
    Verdict.NOT_EVALUATED: Style.RED,
}
_WIDTH = max(len(each.value) for each in Verdict)


def render_verdicts_text(records: Sequence[Judged], *, colour: bool) -> str:
    """Return a block per record and its environments: the overall verdict, then every gate."""
    return "\n".join("\n".join(_block(*each, colour=colour)) + "\n" for each in records)


def _block(record: EvidenceRecord, environments: tuple[str, ...], *, colour: bool) -> Iterator[str]:
    where = f" ({', '.join(environments)})" if environments else ""
    yield f"{clean(record.subject)}{where}: {_word(record.overall, colour=colour)}"
    width = max((len(result.gate) for result in record.results), default=0)
    indent = " " * (_WIDTH + width + 6)
    causes: dict[str, str] = {}
    for result in record.results:
        word = _word(result.verdict, colour=colour, width=_WIDTH)
        yield f"  {word}  {result.gate:<{width}}  {numbers(result)}{weight(result)}"
        if result.reason:
            yield f"{indent}{_cause(result, causes)}"
        yield from (f"{indent}{each}" for each in _parts(result, colour=colour))


def _cause(result: GateResult, causes: dict[str, str]) -> str:
    """Return why a gate does not pass; where a gate before has told the same, which one."""
    first = causes.setdefault(why(result), result.gate)
    return why(result) if first == result.gate else f"as {first} [{result.reason_code}]"


def _parts(result: GateResult, *, colour: bool) -> Iterator[str]:
    """Yield a line per part, those that do not pass first."""
    listed = ordered(result.parts)
    width = max((len(clean(each.name)) for each in listed), default=0)
    for each in listed[:MOST_PARTS]:
        word = _word(each.verdict, colour=colour, width=_WIDTH)
        told = [f"{clean(each.name):<{width}}", numbers_of_part(each, result.metric), why(each)]
        yield f"{word}  {'  '.join(filter(None, told))}".rstrip()
    if len(listed) > MOST_PARTS:
        yield f"and {len(listed) - MOST_PARTS} more, see the evidence record"


def _word(verdict: Verdict, *, colour: bool, width: int = 0) -> str:
    return _STYLE[verdict].paint(f"{verdict.value:<{width}}", colour=colour)
