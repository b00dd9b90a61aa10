"""What a spec states of `ab-test`: arms, guardrails, and when the treatment is better."""

from __future__ import annotations

from mlspec.gates._counts import CountColumns
from mlspec.gates._looks import Looks
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Direction,
    FieldClass,
    Identifier,
    Items,
    Number,
    SpecModel,
    Text,
    declare,
)

__all__ = ["AbTestSpec", "Arm", "Guardrail"]


class Arm(SpecModel):
    """One arm of the experiment."""

    name: Text = declare(
        "Name of the arm, as the data say it.", FieldClass.GATE, examples=["control"]
    )
    share: Number = declare(
        "Planned share of the traffic; shares are scaled to add up to 1.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        gt=0,
    )


class Guardrail(SpecModel):
    """A limit for how much more often something bad may happen in an arm than in the control."""

    name: Identifier = declare("Name of the guardrail.", FieldClass.GATE, examples=["errors"])
    counts: CountColumns = declare(
        "Bad events and trials; `by` names the arm.", FieldClass.GATE, Direction.UNKNOWN
    )
    maximum_increase: Number = declare(
        "By how much the share of bad events may be larger.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        ge=0,
        lt=1,
    )


class AbTestSpec(GateSpecBase):
    """An experiment with a control, a treatment, and maybe more arms."""

    source: Identifier = declare(
        "The evidence source: a table, or answers of Prometheus.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["experiment"],
    )
    arms: Items[Arm] = declare(
        "All arms of the experiment, and their planned shares.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        list_key="name",
        min_length=2,
    )
    control: Text = declare(
        "The arm that guardrails compare with.", FieldClass.GATE, Direction.UNKNOWN
    )
    treatment: Text = declare("The arm that is this model.", FieldClass.GATE, Direction.UNKNOWN)
    counts: CountColumns = declare(
        "Successes and trials; `by` names the arm.", FieldClass.GATE, Direction.UNKNOWN
    )
    minimum_gain: Number | None = declare(
        "By how much the treatment's share of successes has to be larger; absent means 0.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
        ge=0,
        lt=1,
    )
    chance_of_best: Number | None = declare(
        "Decide on the posterior chance that the treatment is the best arm, at least this.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
        gt=0.5,
        lt=1,
    )
    sequential: Looks | None = declare(
        "A test that may be looked at more than once.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    guardrails: Items[Guardrail] = declare(
        "What must not get worse meanwhile.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="name",
        default=(),
    )
