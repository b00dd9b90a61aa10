"""The spec of `calibration`: how far scores may be from what comes true."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Integer, Number, declare

__all__ = ["Calibration"]


class Calibration(GateSpecBase):
    """A limit for how far scores are from what comes true."""

    type: Literal["calibration"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    metric: Literal["brier", "ece", "intercept", "mce", "slope"] = declare(
        "What is measured.", FieldClass.GATE, Direction.UNKNOWN
    )
    at_least: Number | None = declare(
        "Lowest slope or intercept.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
        examples=[0.8],
    )
    at_most: Number | None = declare(
        "Highest error, slope or intercept.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        examples=[0.05],
    )
    binning: Literal["equal-mass", "equal-width"] = declare(
        "How scores are cut into bins.", FieldClass.GATE, Direction.UNKNOWN, default="equal-mass"
    )
    bins: Integer = declare(
        "How many bins; tied scores may leave fewer.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=10,
        ge=2,
        le=100,
    )
