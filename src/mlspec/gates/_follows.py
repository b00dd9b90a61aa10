"""Whether the verdicts of a record are those that its numbers give, by what the spec asks for.

Whoever edits a verdict can make the digest of the record again, and leave or strike the numbers. A
verdict is taken from them here once more: of a gate over one number from that, of a gate over parts
from each of them. What was never measured cannot pass, so a pass without its number, or without a
part that was there, is none. Numbers that were made up along with the verdict pass here.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from mlspec.evidence import Verdict, shown_part, worst
from mlspec.gates._demands import demand_of
from mlspec.gates._level import level_of
from mlspec.gates._whole import Seen, missing_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult, PartResult
    from mlspec.gates._decide import Bound
    from mlspec.gates._demands import Demand
    from mlspec.gates._spec import GateSpecBase

__all__ = ["unfounded"]

_STRADDLES = "interval-straddles"
_BY_CHANCE = "fail-by-chance"
"""Of a part that fails alone, and among so many parts does not."""
_MEASURED = (Verdict.PASS, Verdict.INCONCLUSIVE)
"""Verdicts that a gate has only where each of its parts was measured."""


def unfounded(spec: GateSpecBase, result: GateResult, seen: Seen | None = None) -> str:
    """Return how a verdict does not follow from the numbers beside it, in words; "" if it does.

    A verdict that was not reached, and one of a gate that comes as a plug-in, is never unfounded.
    `seen` is what is known of the data besides; what is not known is not compared.
    """
    demand = demand_of(spec)
    if demand is None or result.verdict is Verdict.NOT_EVALUATED:
        return ""
    if demand.of_gate is not None:
        return _of_number(spec, result, demand.of_gate) if not result.parts else "it has parts"
    found = chain(
        _of_parts(spec, result, demand),
        _of_names(result, demand),
        missing_parts(spec, result, seen or Seen()),
        _of_all(result, demand),
    )
    return next(found, "")


def _of_parts(spec: GateSpecBase, result: GateResult, demand: Demand) -> Iterator[str]:
    for each in result.parts:
        bound = demand.of_part(each.name)
        found = "" if bound is None else _of_number(spec, each, bound)
        if found:
            yield f"{shown_part(each.name)}: {found}"


def _of_number(spec: GateSpecBase, told: GateResult | PartResult, bound: Bound) -> str:
    """Compare a verdict with that of an interval, or of the point where the spec decides on it."""
    ends = _ends(spec, told)
    if ends is None:
        return "`pass` without its number" if told.verdict is Verdict.PASS else ""
    level = level_of(spec)
    if told.interval is not None and told.interval.level != level:
        return f"its interval has the level {told.interval.level:.15g}, not {level:.15g}"
    verdict = bound(*ends)
    if told.verdict is verdict or _is_left_open(told, verdict):
        return ""
    return f"`{told.verdict}`, although its numbers give `{verdict}`"


def _ends(spec: GateSpecBase, told: GateResult | PartResult) -> tuple[float, float] | None:
    if told.estimate is None or spec.decide == "point":
        return None if told.estimate is None else (told.estimate, told.estimate)
    return None if told.interval is None else (told.interval.lower, told.interval.upper)


def _is_left_open(told: GateResult | PartResult, verdict: Verdict) -> bool:
    """Tell whether a number decides nothing for a reason of its own, as too few rows."""
    if told.verdict is Verdict.NOT_EVALUATED:
        return True
    if told.verdict is not Verdict.INCONCLUSIVE or told.reason_code == _STRADDLES:
        return False
    return told.reason_code != _BY_CHANCE or verdict is Verdict.FAIL


def _of_names(result: GateResult, demand: Demand) -> Iterator[str]:
    """Yield which parts are missing, and which the spec does not ask for."""
    names = {each.name for each in result.parts}
    if len(names) < len(result.parts):
        yield "two of its parts have the same name"
    if result.verdict not in _MEASURED:
        return
    lacking = [each for each in demand.names if each not in names]
    lacking += [each for each in demand.starts if not any(n.startswith(each) for n in names)]
    yield from (f"it has no part {shown_part(each)}" for each in lacking)
    others = () if demand.more else sorted(names - {*demand.names})
    yield from (f"the spec asks for no part {shown_part(each)}" for each in others)


def _of_all(result: GateResult, demand: Demand) -> Iterator[str]:
    """Yield how a gate is not what its parts are together: the worst of those that decide."""
    deciding = [each for each in result.parts if not _is_listed(each, demand)]
    verdict = worst(each.verdict for each in deciding)
    if verdict is not result.verdict:
        yield f"`{result.verdict}`, although its parts give `{verdict}`"
    told = [(each.estimate, each.interval) for each in deciding if each.verdict is verdict]
    if (result.estimate, result.interval) not in told:
        yield "its number is that of no part which decides"


def _is_listed(part: PartResult, demand: Demand) -> bool:
    """Tell whether a part is only told: it was too small for a number, and need not be there."""
    is_small = part.verdict is Verdict.INCONCLUSIVE and part.estimate is None
    return demand.lists_small and is_small and part.name not in demand.names
