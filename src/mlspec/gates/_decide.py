"""From an interval to a verdict.

A bound turns an interval (or a point, as an interval without width) into a verdict: `pass` when
all of it meets the requirement, `fail` when none of it does, else `inconclusive`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.evidence import GateResult, Reason, Verdict

if TYPE_CHECKING:
    from mlspec.gates._measure import Measured
    from mlspec.gates._spec import GateSpecBase

__all__ = [
    "Bound",
    "above",
    "at_least",
    "at_most",
    "below",
    "concluded",
    "decided",
    "judge",
    "likely",
    "result_of",
    "stated",
    "unmeasured",
]

Bound = Callable[[float, float], Verdict]
"""From the lower and upper end to a verdict."""


def at_least(bound: float) -> Bound:
    """Require a value `>= bound`."""
    return lambda lower, upper: _verdict(met=lower >= bound, missed=upper < bound)


def at_most(bound: float) -> Bound:
    """Require a value `<= bound`."""
    return lambda lower, upper: _verdict(met=upper <= bound, missed=lower > bound)


def stated(lowest: float | None, highest: float | None) -> Bound:
    """Require a value `>= lowest` where that is stated, else one `<= highest`, or 0."""
    return at_least(lowest) if lowest is not None else at_most(highest or 0.0)


def above(bound: float) -> Bound:
    """Require a value `> bound`."""
    return lambda lower, upper: _verdict(met=lower > bound, missed=upper <= bound)


def below(bound: float) -> Bound:
    """Require a value `< bound`."""
    return lambda lower, upper: _verdict(met=upper < bound, missed=lower >= bound)


def likely(chance: float) -> Bound:
    """Require a chance; what is missed is that of the opposite, not that of less certainty."""
    return lambda lower, upper: _verdict(met=lower >= chance, missed=upper <= 1 - chance)


def _verdict(*, met: bool, missed: bool) -> Verdict:
    if met:
        return Verdict.PASS
    return Verdict.FAIL if missed else Verdict.INCONCLUSIVE


def concluded(
    spec: GateSpecBase,
    require: str,
    measured: Measured | Reason,
    bound: Bound,
    *,
    metric: str | None = None,
) -> GateResult:
    """Return the result of a gate with one number, measured or not.

    `metric` names the number where there is none.
    """
    if isinstance(measured, Reason):
        return unmeasured(spec, require, measured, metric=metric)
    return decided(spec, require, measured, bound)


def decided(spec: GateSpecBase, require: str, measured: Measured, bound: Bound) -> GateResult:
    """Return the result of a gate whose metric was measured."""
    verdict, reason = judge(spec, measured, bound)
    return replace(
        result_of(spec, require, verdict, reason),
        metric=measured.metric,
        estimate=measured.estimate,
        interval=measured.interval,
        counts=measured.counts,
        facts=measured.facts,
    )


def unmeasured(
    spec: GateSpecBase, require: str, reason: Reason, *, metric: str | None = None
) -> GateResult:
    """Return the result of a gate that could not be evaluated."""
    return replace(result_of(spec, require, Verdict.NOT_EVALUATED, reason), metric=metric)


def result_of(
    spec: GateSpecBase, require: str, verdict: Verdict, reason: Reason | None
) -> GateResult:
    """Return a verdict on a gate, and why it is none better, without any number."""
    return GateResult(
        gate=spec.id,
        gate_type=spec.gate_type,
        verdict=verdict,
        require=require,
        reason=reason.sentence if reason else "",
        reason_code=reason.code if reason else "",
        required=spec.required,
        decide=spec.decide,
    )


def judge(spec: GateSpecBase, measured: Measured, bound: Bound) -> tuple[Verdict, Reason | None]:
    """Return the verdict on a number, and why it is not a pass."""
    if measured.undecided is not None:
        return Verdict.INCONCLUSIVE, measured.undecided
    if spec.decide == "point":
        verdict = bound(measured.estimate, measured.estimate)
        return verdict, _why(verdict, f"the estimate is {measured.estimate:.6g}")
    if measured.interval is None:
        sentence = (
            "the rows give no interval: in too many resamples the metric is undefined, or it is "
            "the same in all of them"
        )
        return Verdict.INCONCLUSIVE, Reason("interval-undefined", sentence)
    lower, upper = measured.interval.lower, measured.interval.upper
    verdict = bound(lower, upper)
    return verdict, _why(verdict, f"the interval is [{lower:.6g}, {upper:.6g}]")


def _why(verdict: Verdict, numbers: str) -> Reason | None:
    match verdict:
        case Verdict.FAIL:
            return Reason("requirement-missed", f"the requirement is missed: {numbers}")
        case Verdict.INCONCLUSIVE:
            return Reason(
                "interval-straddles", f"the data allow both to pass and to fail: {numbers}"
            )
        case Verdict.PASS | Verdict.NOT_EVALUATED:
            return None
