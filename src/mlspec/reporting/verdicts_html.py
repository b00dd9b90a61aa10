"""Verdicts as one page of HTML: every number as text, and pictures of them where they can be drawn.

The page asks nothing of the network and has no scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Reason, Verdict
from mlspec.printable import counted
from mlspec.reporting._cells import clean
from mlspec.reporting._curve_view import curve_blocks
from mlspec.reporting._pictures import Mark, can_draw, draw_marks
from mlspec.reporting._verdict_words import (
    MOST_PARTS,
    numbers,
    numbers_of_part,
    ordered,
    weight,
    why,
)
from mlspec.targets import template_renderer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.evidence import EvidenceRecord, GateResult, PartResult
    from mlspec.gates import Curves
    from mlspec.reporting._verdict_words import Judged

__all__ = ["render_verdicts_html"]

_WORST_FIRST = (Verdict.FAIL, Verdict.NOT_EVALUATED, Verdict.INCONCLUSIVE, Verdict.PASS)
_FEWEST_MARKS = 2


def render_verdicts_html(
    records: Sequence[Judged], curves: Mapping[str, Curves | Reason] | None = None
) -> str:
    """Return a page with the verdicts, the worst record and the worst gate first.

    `curves` are those of each model by its address; without them the page has none.
    """
    by_verdict = sorted(records, key=lambda each: _WORST_FIRST.index(each[0].overall))
    views = [
        _record(f"m{place}", judged, (curves or {}).get(judged[0].subject))
        for place, judged in enumerate(by_verdict, start=1)
    ]
    pictures = can_draw()
    return template_renderer()(
        "gates/verdicts.html.j2",
        {
            "title": f"Gates of {', '.join(each[0].subject for each in by_verdict[:3])}",
            "generator": f"mlspec {by_verdict[0][0].tool_version}" if by_verdict else "mlspec",
            "records": views,
            "hint": "" if pictures else _WITHOUT_PICTURES,
        },
    )


_WITHOUT_PICTURES = (
    "This page has tables only. With the extra `plots` (pip install 'mlspec-compiler[plots]') it "
    "has pictures of them as well."
)


def _record(anchor: str, judged: Judged, curves: Curves | Reason | None) -> Mapping[str, object]:
    record, environments = judged
    results = sorted(record.results, key=lambda each: _WORST_FIRST.index(each.verdict))
    return {
        "anchor": anchor,
        "subject": clean(record.subject),
        "environments": clean(", ".join(environments)),
        "overall": record.overall.value,
        "facts": _facts(record),
        "gates": [_gate(f"{anchor}-g{n}", each) for n, each in enumerate(results, start=1)],
        "curves": curve_blocks(curves, anchor),
        "no_curves": clean(curves.sentence) if isinstance(curves, Reason) else "",
    }


def _facts(record: EvidenceRecord) -> list[tuple[str, str]]:
    facts = [("artifact", record.subject_digest or "no digest")]
    facts += [("as of", record.as_of)] if record.as_of else []
    facts += [("holds until", record.valid_until)] if record.valid_until else []
    for each in record.materials:
        rows = "" if each.rows is None else f", {counted(each.rows, 'row')}"
        facts.append((each.name, f"{each.file}{rows}, {each.digest}"))
    return [(label, clean(text)) for label, text in facts]


def _gate(anchor: str, result: GateResult) -> Mapping[str, object]:
    parts = ordered(result.parts)
    rest = len(parts) - MOST_PARTS
    return {
        "anchor": anchor,
        "id": clean(result.gate),
        "type": clean(result.gate_type),
        "verdict": result.verdict.value,
        "numbers": clean(numbers(result)),
        "weight": clean(weight(result).strip()),
        "reason": clean(result.reason),
        "code": clean(result.reason_code),
        "parts": [_part(each, result.metric) for each in parts[:MOST_PARTS]],
        "more": f"and {rest:,} more that pass or are told in the evidence" if rest > 0 else "",
        "picture": _picture(anchor, result, parts[:MOST_PARTS]),
    }


def _part(part: PartResult, metric: str | None) -> Mapping[str, str]:
    return {
        "name": clean(part.name),
        "verdict": part.verdict.value,
        "numbers": "  ".join(filter(None, [numbers_of_part(part, metric), why(part)])),
    }


def _picture(anchor: str, result: GateResult, parts: Sequence[PartResult]) -> str:
    """Return a picture of parts with an estimate and an interval; fewer than two show nothing."""
    marks = [
        Mark(
            each.name,
            each.estimate,
            each.interval.lower,
            each.interval.upper,
            passed=each.verdict is Verdict.PASS,
        )
        for each in parts
        if each.estimate is not None and each.interval is not None
    ]
    if len(marks) < _FEWEST_MARKS or not can_draw():
        return ""
    return draw_marks(marks, anchor, result.require)
