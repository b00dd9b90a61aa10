"""`canary`: the canary is not worse than a baseline that served beside it, beyond a stated limit.

For counts (errors among requests) computed is the difference of the shares, canary minus baseline,
with Newcombe's interval (1998), limited by `maximumIncrease`; or their ratio, limited by
`maximumRatio`: given all events, those of the canary are binomial (Przyborowski and Wilenski 1940).
For values (latencies) it is the median shift of Hodges and Lehmann (1963), limited by
`maximumShift` in the unit of the values; the p of Mann and Whitney stands among the facts and does
not decide, as with enough traffic everything differs. Each arm needs 30 trials. Compare with a
fresh baseline of the same age, not with production that has been warm for weeks.

The arms must have got their planned shares of the traffic: if the chi-squared p of that is below
0.001, nothing is evaluated. Without `sequential` the gate is decided once, at a size fixed before:
state it as `minimumRows`. To look more than once, say so: `msprt` holds at any time (Johari and
others 2022; for values it compares means), `alpha-spending` shares the error among looks (Lan and
DeMets 1983) and gives repeated intervals (Jennison and Turnbull 1989).

Inconclusive: too few trials, an interval on both sides of the limit, or values of which more than
a quarter are the same in an arm: a median shift passes them over, so compare counts. Not evaluated:
an arm without trials or data, no events in the baseline of a ratio, both arms the same.

Example
    id: no-more-errors
    type: canary
    source: rollout
    canaryShare: 0.5
    counts: {by: role, events: errors, trials: requests}
    maximumIncrease: 0.005
    sequential: {method: msprt, effectScale: 0.01}
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._canary_spec import CanarySpec, limit
from mlspec.gates._counts import count_columns
from mlspec.gates._looks import LOOK_REASONS, look_problems
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.schema import Direction, FieldClass, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "Canary"]

REASONS = MappingProxyType(
    {
        **LOOK_REASONS,
        "identical-arms": ReasonWords(
            "Both arms have exactly the same values. As a rule one arm was measured, and "
            "written twice.",
            "Look at the query or export of each arm: they have to select by different values.",
        ),
        "mostly-ties": ReasonWords(
            "So many values of an arm are the same that a median shift is 0 whatever the others"
            " do: a canary whose errors went from 0 to 1 in two of five requests would pass.",
            "Compare `counts` (how many values exceed a limit) with `maximumIncrease`, instead "
            "of `values`.",
        ),
        "one-comparison": ReasonWords(
            "A canary gate states exactly one of `maximumIncrease`, `maximumRatio` and "
            "`maximumShift`; the first two need `counts`, the last one `values`.",
            "Keep one: `maximumIncrease` or `maximumRatio` with `counts`, `maximumShift` with "
            "`values`.",
        ),
        "ratio-at-any-time": ReasonWords(
            "The mixture test is about differences, not about ratios.",
            "Take `maximumIncrease`, or plan the looks with `method: alpha-spending`.",
        ),
        "same-arm": ReasonWords(
            "Canary and baseline are the same arm, so it would be compared with itself.",
            "Name two different values in `canary` and `baseline`.",
        ),
    }
)


class Canary(CanarySpec):
    """A limit for how much worse the canary may be than the baseline."""

    type: Literal["canary"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)


def require(spec: Canary) -> str:
    """Return the requirement as text: `increase of the share <= 0.005`."""
    words, value = limit(spec)
    return f"{words} <= {value:.15g}"


def check(spec: Canary) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    of_counts = [each for each in (spec.maximum_increase, spec.maximum_ratio) if each is not None]
    of_values = [each for each in (spec.maximum_shift,) if each is not None]
    data = (spec.counts is not None, spec.values is not None)
    if (len(of_counts), len(of_values), *data) not in {(1, 0, True, False), (0, 1, False, True)}:
        sentence = "a canary needs one limit, and the `counts` or `values` that it is about"
        yield SpecProblem(
            (),
            Reason("one-comparison", sentence),
            hint="`maximumIncrease` or `maximumRatio` with `counts`, `maximumShift` with `values`",
        )
    if spec.canary == spec.baseline:
        sentence = f"canary and baseline are both `{spec.canary}`"
        yield SpecProblem(("baseline",), Reason("same-arm", sentence))
    if spec.maximum_ratio is not None and spec.sequential and spec.sequential.method == "msprt":
        sentence = "`msprt` tests a difference, not `maximumRatio`"
        yield SpecProblem(("sequential",), Reason("ratio-at-any-time", sentence))
    yield from look_problems(spec.sequential)


def evaluate(spec: Canary, inputs: GateInputs) -> GateResult:
    """Judge how much worse the canary is than the baseline."""
    from mlspec.gates import _canary, _decide

    measured = _canary.compared(spec, inputs)
    return _decide.concluded(spec, require(spec), measured, _decide.at_most(limit(spec)[1]))


def reads(spec: Canary) -> tuple[Need, ...]:
    """Return what is read: counts or values of both arms."""
    values = () if spec.values is None else (spec.values.by, spec.values.value)
    return (Need(spec.source, "Frame", (*count_columns(spec.counts), *values)),)


def power(spec: Canary, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_operations

    return _power_operations.of_canary(spec, observed, assumed)


GATE = Gate(
    "canary",
    Canary,
    "The canary is not worse than a baseline beside it, beyond a stated limit.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
