"""Whether what a record says of a gate can be true together: its verdict, numbers and reasons.

The digest in a record tells of accidents and of careless hands: whoever edits a verdict can make
it again. So what follows from other parts of the record is not believed but made again. Numbers
that were made up as a whole are found by judging again alone (`gate verify --recompute`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.evidence._file import shown_part
from mlspec.evidence._model import Verdict

if TYPE_CHECKING:
    from mlspec.evidence._model import EvidenceRecord, GateResult, Interval, PartResult

__all__ = ["contradiction"]

_NUMBER = r"-?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:e[+-]?[0-9]+)?"
_ONE_BOUND = re.compile(rf"[^<>=,]+ (?P<sign>>=|<=|>|<) (?P<bound>{_NUMBER})")
"""The requirement of a gate over one number, as `roc-auc >= 0.92`."""
_STRADDLES = "interval-straddles"
"""Why a verdict is inconclusive that rests on nothing but the numbers."""


def contradiction(record: EvidenceRecord) -> str:
    """Return how a record contradicts itself, in words; "" where it does not."""
    for each in record.results:
        found = _of_result(each)
        if found:
            return f"gate {each.gate}: {found}"
    return ""


def _of_result(result: GateResult) -> str:
    found = _of_words(result) or _of_interval(result.interval)
    for each in result.parts:
        found = found or _of_words(each) or _of_interval(each.interval)
    return found or _of_weight(result) or _of_parts(result) or _of_bound(result)


def _of_words(told: GateResult | PartResult) -> str:
    """Only what does not pass has a reason."""
    if (told.verdict is Verdict.PASS) is (not told.reason_code):
        return ""
    what = f"`{told.verdict}`, and the reason `{told.reason_code}`"
    return what if told.reason_code else f"`{told.verdict}` without a reason"


def _of_interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    is_sound = interval.lower <= interval.upper and 0 < interval.level < 1
    return "" if is_sound else "its interval is none"


def _of_weight(result: GateResult) -> str:
    if result.waived is not None and result.lapsed is not None:
        return "its waiver is in force, and has ended"
    if result.excused and result.verdict is not Verdict.NOT_EVALUATED:
        return f"`{result.verdict}`, and excused for not being evaluated"
    return ""


def _of_parts(result: GateResult) -> str:
    """A gate fails when a part does; parts that are too small to be judged may only be told."""
    failing = next((each for each in result.parts if each.verdict is Verdict.FAIL), None)
    if failing is not None and result.verdict is not Verdict.FAIL:
        return f"`{result.verdict}`, although {shown_part(failing.name)} fails"
    passing = any(each.verdict is Verdict.PASS for each in result.parts)
    is_empty = result.verdict is Verdict.PASS and result.parts and not passing
    return "`pass`, although none of its parts passes" if is_empty else ""


def _of_bound(result: GateResult) -> str:
    """Where one number is asked for, the verdict follows from it, or from both of its ends."""
    stated = _ONE_BOUND.fullmatch(result.require)
    ends = _ends(result)
    if stated is None or ends is None or result.parts:
        return ""
    follows = _follows(stated["sign"], float(stated["bound"]), *ends)
    others = (Verdict.NOT_EVALUATED, Verdict.INCONCLUSIVE)
    is_told = result.verdict in others and result.reason_code != _STRADDLES
    if is_told or result.verdict is follows:
        return ""
    return f"`{result.verdict}`, although `{result.require}` gives `{follows}` for its numbers"


def _ends(result: GateResult) -> tuple[float, float] | None:
    if result.decide == "point":
        return None if result.estimate is None else (result.estimate, result.estimate)
    return None if result.interval is None else (result.interval.lower, result.interval.upper)


def _follows(sign: str, bound: float, lower: float, upper: float) -> Verdict:
    met = {">=": lower >= bound, ">": lower > bound, "<=": upper <= bound, "<": upper < bound}
    missed = {">=": upper < bound, ">": upper <= bound, "<=": lower > bound, "<": lower >= bound}
    if met[sign]:
        return Verdict.PASS
    return Verdict.FAIL if missed[sign] else Verdict.INCONCLUSIVE
