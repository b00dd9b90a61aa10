"""`row-count`: the predictions have at least so many rows."""

from typing import Literal

from mlspec.evidence import GateResult, Reason, Verdict
from mlspec.gates import Gate, GateSpecBase
from mlspec.schema import Count, Direction, FieldClass, declare


class RowCount(GateSpecBase):
    """A floor for the number of rows."""

    type: Literal["row-count"] = declare("Type of the gate.", FieldClass.GATE)
    at_least: Count = declare(
        "Fewest rows of the predictions.", FieldClass.GATE, Direction.HIGHER_IS_TIGHTER
    )


def require(spec):
    """Return the requirement as text."""
    return f"rows >= {spec.at_least}"


def check(_spec):
    """Every spec of the right shape can be evaluated."""
    return iter(())


def evaluate(spec, inputs):
    """Judge the number of rows."""
    rows = inputs.challenger
    if isinstance(rows, Reason):
        return GateResult(
            spec.id, "row-count", Verdict.NOT_EVALUATED, require(spec), rows.sentence, rows.code
        )
    verdict = Verdict.PASS if len(rows.keys) >= spec.at_least else Verdict.FAIL
    return GateResult(
        spec.id,
        "row-count",
        verdict,
        require(spec),
        counts=(("n", len(rows.keys)),),
        decide="point",
    )


GATE = Gate("row-count", RowCount, "Enough rows.", check, evaluate, require)
