"""`test-set-use`: the labelled rows have not judged too many models before this one.

Every model that is judged on the same rows, and every one that is thrown away for its verdict,
turns the test set a little into training data: of 30 retrained models that are one point worse,
97 % of the time at least one passes a gate on the estimate. The gate counts the models (digests of
artifacts) that gates were run for on these rows, this one included, and passes while there are
`atMost` of them (5 unless stated). It has no interval: a count is exact.

The rows are known by a digest of their keys and labels, whatever the file, its format and its
order. A set from which one row is taken is another set. The count is passed on from record to
record: what the evidence folder holds, of all environments of the model, is what is known, so the
records have to be kept in git or brought back before the next run.

Fail: more models than `atMost`; take fresh labels, or say `required: false` to be told only.
Never inconclusive. Not evaluated: no earlier record counts (the first run begins to), or the rows
or labels can't be read.

Example
    id: holdout-use
    type: test-set-use
    atMost: 10
    required: false
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._port import Gate, GateInputs
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Integer, declare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult
    from mlspec.gates._port import SpecProblem

__all__ = ["GATE", "TestSetUse"]

_METRIC = "models-judged"
_FIVE = 5

REASONS = MappingProxyType(
    {
        "history-missing": ReasonWords(
            "No earlier record tells which models were judged on these rows, so the count is "
            "not known.",
            "Nothing to mend: this record begins to count. Keep the folder of evidence (in git,"
            " or as a CI artifact), so that the next run finds it.",
        ),
    }
)


class TestSetUse(GateSpecBase):
    """A limit for the number of models that the same labelled rows have judged."""

    type: Literal["test-set-use"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    at_most: Integer = declare(
        "Most models that may have been judged on the rows, this one included.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=_FIVE,
        ge=1,
    )


def require(spec: TestSetUse) -> str:
    """Return the requirement as text: `models-judged <= 5`."""
    return f"{_METRIC} <= {spec.at_most}"


def check(_spec: TestSetUse) -> Iterator[SpecProblem]:
    """Yield nothing: every spec of the right shape can be evaluated."""
    return iter(())


def evaluate(spec: TestSetUse, inputs: GateInputs) -> GateResult:
    """Judge how many models were judged on the rows."""
    from mlspec.evidence import Interval
    from mlspec.gates import _decide, _measure

    models = _models(inputs)
    if isinstance(models, Reason):
        return _decide.unmeasured(spec, require(spec), models, metric=_METRIC)
    count = float(len(models))
    exact = Interval("exact", _measure.level_of(spec), count, count)
    counts = (("models", len(models)),)
    measured = _measure.Measured(_METRIC, count, interval=exact, counts=counts)
    return _decide.decided(spec, require(spec), measured, _decide.at_most(spec.at_most))


def _models(inputs: GateInputs) -> set[str] | Reason:
    from mlspec.evidence import labels_digest

    rows = inputs.challenger
    if isinstance(rows, Reason):
        return rows
    data = labels_digest(rows)
    if isinstance(data, Reason):
        return data
    if inputs.history is None:
        return Reason("history-missing", "no earlier record counts the models judged on these rows")
    return {inputs.subject_digest} | {each.subject for each in inputs.history if each.data == data}


GATE = Gate(
    "test-set-use",
    TestSetUse,
    "The labelled rows have not judged too many models before this one.",
    check=check,
    evaluate=evaluate,
    require=require,
    reasons=REASONS,
    reads_history=True,
)
