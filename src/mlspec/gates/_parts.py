"""Gates over parts: slices, groups, features, steps. All parts have to pass.

To pass, every part must pass at the gate's own confidence: that needs no correction, because
nothing is claimed but that all of them do (an intersection-union test, Berger 1982). To fail on
one part among many is a claim of its own, so the confidence of a part may be raised for that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.evidence import GateResult, PartResult, Reason, Verdict, worst
from mlspec.gates._decide import judge, result_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlspec.gates._decide import Bound
    from mlspec.gates._measure import Measured
    from mlspec.gates._spec import GateSpecBase

__all__ = ["beyond", "judged_part", "lowest", "of_parts", "unmeasured_part"]

_NAMED = 3


def judged_part(
    spec: GateSpecBase, name: str, measured: Measured | Reason, bound: Bound
) -> PartResult:
    """Return what follows for one part from its number; a reason is not evaluated."""
    if isinstance(measured, Reason):
        return unmeasured_part(name, measured)
    verdict, reason = judge(spec, measured, bound)
    return PartResult(
        name=name,
        verdict=verdict,
        reason=reason.sentence if reason else "",
        reason_code=reason.code if reason else "",
        estimate=measured.estimate,
        interval=measured.interval,
        counts=measured.counts,
    )


def unmeasured_part(name: str, reason: Reason) -> PartResult:
    """Return that one part could not be evaluated."""
    return PartResult(name, Verdict.NOT_EVALUATED, reason.sentence, reason.code)


def of_parts(
    spec: GateSpecBase,
    require: str,
    parts: Sequence[PartResult],
    *,
    metric: str | None = None,
    facts: tuple[tuple[str, float], ...] = (),
    worse: Callable[[PartResult], float] | None = None,
) -> GateResult:
    """Return the result of a gate that asks for every part; without parts, nothing was measured.

    The number of the gate is that of the worst part: of those with the worst verdict the one of
    which `worse` says most, the first without it. Parts without a number come last.
    """
    verdict = worst(each.verdict for each in parts)
    concerned = _worst_first([each for each in parts if each.verdict is verdict], worse)
    decisive = concerned[0] if concerned else None
    return replace(
        result_of(spec, require, verdict, _why(verdict, concerned)),
        metric=metric,
        estimate=decisive.estimate if decisive else None,
        interval=decisive.interval if decisive else None,
        counts=decisive.counts if decisive else (),
        facts=facts,
        parts=tuple(parts),
    )


def beyond(limits: Mapping[str, float]) -> Callable[[PartResult], float]:
    """Return what tells how far a part lies beyond its ceiling: how many times it."""

    def times(part: PartResult) -> float:
        limit = limits.get(part.name, 0.0)
        return (part.estimate or 0.0) / limit if limit else part.estimate or 0.0

    return times


def lowest(part: PartResult) -> float:
    """Tell that a part is worse the lower its number is."""
    return -(part.estimate or 0.0)


def _worst_first(
    parts: list[PartResult], worse: Callable[[PartResult], float] | None
) -> list[PartResult]:
    if worse is None:
        return parts
    return sorted(parts, key=lambda each: (each.estimate is None, -worse(each)))


def _why(verdict: Verdict, concerned: Sequence[PartResult]) -> Reason | None:
    """Return why a gate does not pass, from the parts that have its verdict."""
    if not concerned:
        return Reason("no-parts", "there is nothing to judge: no slice, group, feature or step")
    if verdict is Verdict.PASS:
        return None
    named = ", ".join(each.name for each in concerned[:_NAMED])
    rest = len(concerned) - _NAMED
    more = f" and {rest} more" if rest > 0 else ""
    sentence = f"{verdict.value} for {named}{more}: {concerned[0].reason}"
    if verdict is Verdict.FAIL:
        return Reason("parts-fail", sentence)
    if verdict is Verdict.INCONCLUSIVE:
        return Reason("parts-inconclusive", sentence)
    return Reason("parts-not-evaluated", sentence)
