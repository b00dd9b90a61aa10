"""What every gate spec has in common."""

from __future__ import annotations

from typing import Literal

from mlspec.schema import Count, Date, Direction, FieldClass, Identifier, SpecModel, Text, declare

__all__ = ["Decide", "GateSpecBase", "GateWaiver"]

Decide = Literal["point", "bound"]


class GateWaiver(SpecModel):
    """Why promotion need not wait for a gate, for how long, and who answers for that."""

    reason: Text = declare("Why the gate may be passed over.", FieldClass.GATE)
    owner: Text = declare("Who mends what the gate found.", FieldClass.GATE)
    approver: Text = declare("Who agreed to the waiver.", FieldClass.GATE, Direction.UNKNOWN)
    until: Date = declare(
        "The last day on which the waiver holds, in UTC.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        examples=["2027-01-31"],
    )


class GateSpecBase(SpecModel):
    """A condition for promotion. A subclass adds `type`, a literal of one value."""

    id: Identifier = declare(
        "Name of the gate, unique within the model.", FieldClass.GATE, examples=["auc-floor"]
    )
    required: bool = declare(
        "Whether promotion depends on the gate; otherwise its verdict is only reported.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=True,
    )
    decide: Decide = declare(
        "Decide on the confidence bound, or on the point estimate alone.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="bound",
        order=("point", "bound"),
    )
    confidence: float = declare(
        "One-sided confidence of the bound; 0.95 uses the bounds of a 90 % interval.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=0.95,
        gt=0.5,
        le=0.9999,
    )
    minimum_rows: Count = declare(
        "Fewest rows to decide on; every method has a floor of its own, which this can only raise.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=0,
    )

    on_inconclusive: Literal["allow", "review", "block"] = declare(
        "What an interval on both sides of the requirement does to promotion: it is let through, "
        "waits for an approval of the plan, or blocks. The verdict stays, and too little data "
        "block in any case.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default="block",
        order=("allow", "review", "block"),
    )
    waiver: GateWaiver | None = declare(
        "A waiver, with its end: the verdict stays in the record, but does not count.",
        FieldClass.GATE,
        Direction.GROWTH_IS_LOOSER,
        default=None,
    )

    @property
    def gate_type(self) -> str:
        """The value of `type`: which gate evaluates this spec."""
        return str(getattr(self, "type", ""))
