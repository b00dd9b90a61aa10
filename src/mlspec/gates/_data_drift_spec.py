"""What a spec states of `data-drift`: two sources, and a limit for each feature."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Direction, FieldClass, Identifier, Items, Number, SpecModel, Text, declare

__all__ = ["DataDrift", "DriftMethod", "FeatureLimit"]

DriftMethod = Literal[
    "cramers-v",
    "jensen-shannon",
    "ks",
    "l-infinity",
    "missing-rate",
    "new-category-share",
    "psi",
    "wasserstein",
]


class FeatureLimit(SpecModel):
    """How far one feature, or every other one, may move."""

    name: Text = declare(
        "Column of the feature; `*` is every feature of the reference that is not named.",
        FieldClass.GATE,
        examples=["*", "capital-gain"],
    )
    at_most: Number = declare(
        "The distance must not be larger.", FieldClass.GATE, Direction.LOWER_IS_TIGHTER
    )
    method: DriftMethod | None = declare(
        "Another method than that of the gate.", FieldClass.GATE, Direction.UNKNOWN, default=None
    )


class DataDrift(GateSpecBase):
    """A limit for the distance of each feature from its reference."""

    type: Literal["data-drift"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    reference: Identifier = declare(
        "Source with the reference: a profile, or a table.", FieldClass.GATE, Direction.UNKNOWN
    )
    current: Identifier = declare(
        "Source with what is compared: a table, a profile, or aggregates.",
        FieldClass.GATE,
        Direction.UNKNOWN,
    )
    method: DriftMethod = declare(
        "How distance is measured.", FieldClass.GATE, Direction.UNKNOWN, default="psi"
    )
    features: Items[FeatureLimit] = declare(
        "Limits by feature; a feature that neither has one nor falls under `*` is not judged.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="name",
        min_length=1,
        fallback="*",
    )
    categorical: Items[Text] = declare(
        "Columns of a reference table that hold categories although they look like numbers.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=(),
    )
    ignore: Items[Text] = declare(
        "Columns that `*` leaves out, such as keys.",
        FieldClass.GATE,
        Direction.GROWTH_IS_LOOSER,
        default=(),
    )
