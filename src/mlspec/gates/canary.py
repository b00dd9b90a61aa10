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

from mlspec.evidence import Reason
from mlspec.gates._counts import CountColumns, count_columns
from mlspec.gates._looks import LOOK_REASONS, Looks, look_problems
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Identifier, Number, SpecModel, Text, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "Canary", "ValueColumns"]

REASONS = MappingProxyType(
    {
        **LOOK_REASONS,
        "identical-arms": (
            "Both arms have exactly the same values. As a rule one arm was measured, and written "
            "twice."
        ),
        "mostly-ties": (
            "So many values of an arm are the same that a median shift is 0 whatever the others "
            "do: a canary whose errors went from 0 to 1 in two of five requests would pass. "
            "Compare counts, or a limit that values exceed."
        ),
        "one-comparison": (
            "A canary gate states exactly one of `maximumIncrease`, `maximumRatio` and "
            "`maximumShift`; the first two need `counts`, the last one `values`."
        ),
        "ratio-at-any-time": (
            "The mixture test is about differences. Limit the difference, or plan the looks."
        ),
        "same-arm": "Canary and baseline are the same arm, so it would be compared with itself.",
    }
)


class ValueColumns(SpecModel):
    """Where values stand: one row per request or user."""

    by: Text = declare("Column that names the arm.", FieldClass.GATE, examples=["role"])
    value: Text = declare("Column of the value.", FieldClass.GATE, examples=["latency_ms"])


class Canary(GateSpecBase):
    """A limit for how much worse the canary may be than the baseline."""

    type: Literal["canary"] = declare("Type of the gate.", FieldClass.GATE)
    source: Identifier = declare(
        "The evidence source: a table, or answers of Prometheus.",
        FieldClass.GATE,
        examples=["rollout"],
    )
    canary: Text = declare("Name of the canary's arm.", FieldClass.GATE, default="canary")
    baseline: Text = declare("Name of the baseline's arm.", FieldClass.GATE, default="baseline")
    canary_share: Number = declare(
        "Planned share of the canary in the traffic of both arms.", FieldClass.GATE, gt=0, lt=1
    )
    counts: CountColumns | None = declare(
        "Bad events and trials; `by` names the arm.", FieldClass.GATE, default=None
    )
    values: ValueColumns | None = declare(
        "Values of which larger ones are worse.", FieldClass.GATE, default=None
    )
    maximum_increase: Number | None = declare(
        "By how much the canary's share of bad events may be larger.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        ge=0,
        lt=1,
    )
    maximum_ratio: Number | None = declare(
        "How many times as large the canary's share of bad events may be.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        ge=1,
    )
    maximum_shift: Number | None = declare(
        "By how much the canary's values may be larger, in their unit.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        ge=0,
    )
    sequential: Looks | None = declare(
        "A test that may be looked at more than once.", FieldClass.GATE, default=None
    )


def limit(spec: Canary) -> tuple[str, float]:
    """Return the stated limit and what it is of, in the words of the requirement."""
    stated = (
        ("increase of the share", spec.maximum_increase),
        ("ratio of the shares", spec.maximum_ratio),
        ("shift", spec.maximum_shift),
    )
    return next(((words, value) for words, value in stated if value is not None), ("", 0.0))


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
    if isinstance(measured, Reason):
        return _decide.unmeasured(spec, require(spec), measured)
    return _decide.decided(spec, require(spec), measured, _decide.at_most(limit(spec)[1]))


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
