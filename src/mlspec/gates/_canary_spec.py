"""What a spec states of `canary`: two arms, and how much worse one may be."""

from __future__ import annotations

from mlspec.gates._counts import CountColumns
from mlspec.gates._looks import Looks
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Direction,
    FieldClass,
    Identifier,
    Number,
    SpecModel,
    Text,
    declare,
)

__all__ = ["CanarySpec", "ValueColumns", "limit"]


class ValueColumns(SpecModel):
    """Where values stand: one row per request or user."""

    by: Text = declare(
        "Column that names the arm.", FieldClass.GATE, Direction.UNKNOWN, examples=["role"]
    )
    value: Text = declare(
        "Column of the value.", FieldClass.GATE, Direction.UNKNOWN, examples=["latency_ms"]
    )


class CanarySpec(GateSpecBase):
    """A limit for how much worse the canary may be than the baseline."""

    source: Identifier = declare(
        "The evidence source: a table, or answers of Prometheus.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["rollout"],
    )
    canary: Text = declare(
        "Name of the canary's arm.", FieldClass.GATE, Direction.UNKNOWN, default="canary"
    )
    baseline: Text = declare(
        "Name of the baseline's arm.", FieldClass.GATE, Direction.UNKNOWN, default="baseline"
    )
    canary_share: Number = declare(
        "Planned share of the canary in the traffic of both arms.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        gt=0,
        lt=1,
    )
    counts: CountColumns | None = declare(
        "Bad events and trials; `by` names the arm.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    values: ValueColumns | None = declare(
        "Values of which larger ones are worse.", FieldClass.GATE, Direction.UNKNOWN, default=None
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
        "A test that may be looked at more than once.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )


def limit(spec: CanarySpec) -> tuple[str, float]:
    """Return the stated limit and what it is of, in the words of the requirement."""
    stated = (
        ("increase of the share", spec.maximum_increase),
        ("ratio of the shares", spec.maximum_ratio),
        ("shift", spec.maximum_shift),
    )
    return next(((words, value) for words, value in stated if value is not None), ("", 0.0))
