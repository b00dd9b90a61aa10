"""`GateSet`: gates that several models share."""

from __future__ import annotations

from mlspec.gates import GateSpec
from mlspec.kinds._port import Kind
from mlspec.schema import Direction, FieldClass, Items, SpecModel, declare

__all__ = ["KIND", "GateSetSpec"]


class GateSetSpec(SpecModel):
    """Conditions for promotion, declared once."""

    gates: Items[GateSpec] = declare(
        "The gates.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="id",
        min_length=1,
    )


KIND = Kind("GateSet", GateSetSpec, "Gates that several models share.")
