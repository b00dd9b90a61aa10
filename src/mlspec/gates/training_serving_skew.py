"""`training-serving-skew`: features are served with the values that training computes.

Rows that were served are joined by key to the rows of the offline store; per feature, the share of
keys with another value is counted. Missing equals missing and differs from every value; numbers
may differ by `tolerance` + `relativeTolerance` times the offline value. The interval is Wilson's.
Every feature has to pass: its upper bound is at most `atMost`; it fails when its lower bound is
above.

Inconclusive: fewer than 1000 keys, or an interval on both sides of the limit. Not evaluated: a key
that the offline table lacks or that stands twice, a column that is not there, numbers on one side
and text on the other, an infinite value, the same file on both sides, a feature that is missing for
every key on both sides: nobody recorded it, which is no sign that it is served as it was trained.

Example
    id: served-as-trained
    type: training-serving-skew
    offline: offline-features
    online: served-features
    key: row_id
    atMost: 0.01
    features:
      - name: age
      - name: income
        relativeTolerance: 0.001
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason
from mlspec.gates._drift_spec import DRIFT_REASONS
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._requirement import check_reach
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Identifier, Items, Share, SpecModel, Text, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._power import Assumed, RowsNeeded

__all__ = ["GATE", "ComparedFeature", "TrainingServingSkew"]

REASONS = MappingProxyType(
    {code: DRIFT_REASONS[code] for code in ("limit-out-of-range", "same-data")}
)
"""Those that drift gates share; every other one is of reading, joining or deciding."""


class ComparedFeature(SpecModel):
    """A feature, and by how much its two values may differ and be the same all the same."""

    name: Text = declare("Column of the feature in both tables.", FieldClass.GATE)
    tolerance: float = declare(
        "Difference that counts as none, in the units of the feature.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=0.0,
        ge=0,
        allow_inf_nan=False,
    )
    relative_tolerance: float = declare(
        "Difference that counts as none, as a share of the offline value.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=0.0,
        ge=0,
        lt=1,
    )


class TrainingServingSkew(GateSpecBase):
    """A limit for the share of keys with another value online than offline."""

    type: Literal["training-serving-skew"] = declare(
        "Type of the gate.", FieldClass.GATE, Direction.UNKNOWN
    )
    offline: Identifier = declare(
        "Source with the rows as training computes them.", FieldClass.GATE, Direction.UNKNOWN
    )
    online: Identifier = declare(
        "Source with the rows as they were served.", FieldClass.GATE, Direction.UNKNOWN
    )
    key: Text = declare(
        "Column that identifies a row in both.", FieldClass.GATE, Direction.UNKNOWN, default="id"
    )
    at_most: Share = declare(
        "Largest share of keys with another value.", FieldClass.GATE, Direction.LOWER_IS_TIGHTER
    )
    features: Items[ComparedFeature] = declare(
        "Features that are compared.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="name",
        min_length=1,
    )


def require(spec: TrainingServingSkew) -> str:
    """Return the requirement as text: `skew of age, income <= 0.01`."""
    return f"skew of {', '.join(each.name for each in spec.features)} <= {spec.at_most:.15g}"


def check(spec: TrainingServingSkew) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if spec.offline == spec.online:
        sentence = "`offline` and `online` name the same source"
        yield SpecProblem(("online",), Reason("same-data", sentence))
    if spec.at_most >= 1:
        sentence = "every share is at most 1, so the gate would say nothing"
        yield SpecProblem(("atMost",), Reason("limit-out-of-range", sentence))


def hopeless(spec: TrainingServingSkew) -> Iterator[SpecProblem]:
    """Yield why no data could make the gate pass."""
    yield from check_reach(spec, at_most=0)


def evaluate(spec: TrainingServingSkew, inputs: GateInputs) -> GateResult:
    """Judge the share of keys that differ, feature by feature."""
    from mlspec.gates import _decide, _parts, _skew

    pair = _skew.joined(inputs, spec.offline, spec.online, spec.key)
    if isinstance(pair, Reason):
        return _decide.unmeasured(spec, require(spec), pair, metric="skew")
    bound = _decide.at_most(spec.at_most)
    measured = {each.name: _skew.skew(spec, pair, each) for each in spec.features}
    parts = [_parts.judged_part(spec, name, each, bound) for name, each in measured.items()]
    return _parts.of_parts(spec, require(spec), parts, metric="skew", worse=_parts.beyond({}))


def reads(spec: TrainingServingSkew) -> tuple[Need, ...]:
    """Return what is read: the key and the features of both tables."""
    columns = (spec.key, *(each.name for each in spec.features))
    return (Need(spec.offline, "Frame", columns), Need(spec.online, "Frame", columns))


def power(
    spec: TrainingServingSkew, observed: GateResult, assumed: Assumed
) -> Iterator[RowsNeeded]:
    """Yield the rows that decide at the margin."""
    from mlspec.gates import _power_number

    asked = _power_number.Asked("the share that differs", "keys", spec.at_most, 0.0, 1000)
    return _power_number.of_shares(spec, observed.parts, assumed, asked)


GATE = Gate(
    "training-serving-skew",
    TrainingServingSkew,
    "Features are served with the values that training computes.",
    check=check,
    hopeless=hopeless,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
    power=power,
)
