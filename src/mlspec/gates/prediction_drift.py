"""`prediction-drift`: scores, or predicted classes, have not moved further than the limit.

Measured as in `data-drift`, over one column: bins from the reference alone, `psi` with its
closed-form interval by default, or `ks`, `wasserstein`, `jensen-shannon`, `cramers-v`,
`l-infinity`. The current side is the predictions of the evaluation, or the source `current`; the
reference is a profile or a table with the same column. Labels are not needed, so this tells of a
change before anybody knows whether the model got worse.

Passes when the upper bound is at most `atMost`, fails when the lower bound is above it.
Inconclusive: fewer than 30 rows on a side, fewer than 5 per bin for `psi`, or an interval on both
sides of the limit. Not evaluated: no column, a score that is missing or infinite, no predicted
class, other bins, the same file on both sides.

Example
    id: scores-as-validated
    type: prediction-drift
    reference: validation-profile
    output: score
    atMost: 0.1
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason
from mlspec.gates._drift_spec import DRIFT_REASONS, limit_problem
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import check_reach
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Identifier, Number, Text, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._distributions import Distribution, Side
    from mlspec.gates._measure import Measured
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "PredictionDrift"]


class PredictionDrift(GateSpecBase):
    """A limit for the distance of a model's outputs from their reference."""

    type: Literal["prediction-drift"] = declare(
        "Type of the gate.", FieldClass.GATE, Direction.UNKNOWN
    )
    reference: Identifier = declare(
        "Source with the reference: a profile, or a table.", FieldClass.GATE, Direction.UNKNOWN
    )
    current: Identifier | None = declare(
        "Source with what is compared; absent, the predictions of the evaluation.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    output: Literal["score", "class"] = declare(
        "Compare scores, or predicted classes.", FieldClass.GATE, Direction.UNKNOWN, default="score"
    )
    column: Text | None = declare(
        "Column of the sources; absent, `score` or `prediction`.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    method: Literal["cramers-v", "jensen-shannon", "ks", "l-infinity", "psi", "wasserstein"] = (
        declare("How distance is measured.", FieldClass.GATE, Direction.UNKNOWN, default="psi")
    )
    at_most: Number = declare(
        "The distance must not be larger.", FieldClass.GATE, Direction.LOWER_IS_TIGHTER
    )


def require(spec: PredictionDrift) -> str:
    """Return the requirement as text: `psi of score <= 0.1`."""
    return f"{spec.method} of {_column(spec)} <= {spec.at_most:.15g}"


def check(spec: PredictionDrift) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    yield from limit_problem(("atMost",), spec.method, spec.at_most)
    if spec.reference == spec.current:
        sentence = "`reference` and `current` name the same source"
        yield SpecProblem(("current",), Reason("same-data", sentence))


def hopeless(spec: PredictionDrift) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    if spec.method != "psi":
        yield from check_reach(spec, at_most=0)


def evaluate(spec: PredictionDrift, inputs: GateInputs) -> GateResult:
    """Judge how far the outputs have moved against the limit."""
    from mlspec.gates import _decide

    measured, bound = _measured(spec, inputs), _decide.at_most(spec.at_most)
    return _decide.concluded(spec, require(spec), measured, bound, metric=spec.method)


def _measured(spec: PredictionDrift, inputs: GateInputs) -> Measured | Reason:
    from mlspec import stats
    from mlspec.gates import _distributions, _drift, _same_rows

    categorical = (_column(spec),) if spec.output == "class" else ()
    side = _distributions.reference_side(inputs, spec.reference, categorical)
    if isinstance(side, Reason):
        return side
    reference = side.reference(_column(spec))
    if isinstance(reference, Reason):
        return reference
    found = _current(spec, inputs, side, reference)
    if isinstance(found, Reason):
        return found
    current, digests = found
    same = _same_rows.same_rows([(reference, current)])
    if same is not None:
        return same
    seed = stats.seed_from(side.digests | digests, spec.id)
    return _drift.shift(spec, spec.method, reference, current, seed=seed)


def _current(
    spec: PredictionDrift, inputs: GateInputs, side: Side, reference: Distribution
) -> tuple[Distribution, frozenset[str]] | Reason:
    from mlspec.gates import _distributions

    if spec.current is None:
        return _of_predictions(spec, inputs, side, reference)
    other = _distributions.current_side(inputs, spec.current, side)
    if isinstance(other, Reason):
        return other
    found = other.like(reference)
    return found if isinstance(found, Reason) else (found, other.digests)


def _of_predictions(
    spec: PredictionDrift, inputs: GateInputs, side: Side, reference: Distribution
) -> tuple[Distribution, frozenset[str]] | Reason:
    from mlspec.gates import _binary, _distributions

    rows = inputs.challenger
    if isinstance(rows, Reason):
        return rows
    if side.digests & frozenset(rows.digests):
        return Reason("same-data", "the reference and the predictions are the same file")
    values = rows.scores
    if spec.output == "class" and rows.predictions is not None:
        values = rows.predictions
    elif spec.output == "class":
        values = _binary.classes_of(values, inputs.positive_threshold)
    if isinstance(values, Reason):
        return values
    found = _distributions.values_like(values, reference)
    return found if isinstance(found, Reason) else (found, frozenset(rows.digests))


def _column(spec: PredictionDrift) -> str:
    return spec.column or ("score" if spec.output == "score" else "prediction")


def reads(spec: PredictionDrift) -> tuple[Need, ...]:
    """Return what is read: the reference, and the predictions or another source."""
    column = _column(spec)
    categorical = (column,) if spec.output == "class" else ()
    reference = Need(spec.reference, "Profile", (column,), categorical=categorical)
    if spec.current is None:
        return (reference, Need("predictions"))
    return (reference, Need(spec.current, "Profile", (column,), like=spec.reference))


def power(spec: PredictionDrift, observed: GateResult, assumed: Assumed) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_number

    if spec.method == "psi":
        yield _power_number.of_psi(spec, dict(observed.counts), assumed, spec.at_most)


GATE = Gate(
    "prediction-drift",
    PredictionDrift,
    "Scores, or predicted classes, have not moved further than the limit.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=MappingProxyType(DRIFT_REASONS),
    power=power,
)
