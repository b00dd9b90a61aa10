"""What a spec says about attacks on the model."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._spec import GateSpecBase
from mlspec.schema import Count, Direction, FieldClass, Identifier, Items, Share, Text, declare

__all__ = ["WITHOUT_FAMILY", "AttackResistance"]

WITHOUT_FAMILY = "withoutFamily"
"""The fact that tells how many attacks were submitted that are of no family."""


class AttackResistance(GateSpecBase):
    """A floor for the share of attacks that a model resists."""

    type: Literal["attack-resistance"] = declare(
        "Type of the gate.", FieldClass.GATE, Direction.UNKNOWN
    )
    source: Identifier = declare(
        "Name of the source: a table with one row per attack, or a report whose cases pass where "
        "the model resists.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        examples=["red-team"],
    )
    at_least: Share = declare(
        "The share of submitted attacks that must be resisted, in each family and in any.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
    )
    key: Text = declare(
        "Column of what is attacked: a behaviour, a question.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="id",
    )
    broken: Text | None = declare(
        "Column that is 1 where the attack succeeded and 0 where the model resisted.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    submitted: Text | None = declare(
        "Column that is 1 where the attack reached the model; absent, every row did.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    family: Text | None = declare(
        "Column of the family of the attack, each judged by itself; reports name it themselves.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default=None,
    )
    families: Items[Text] = declare(
        "Families that have to be there.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        default=(),
    )
    planned_attacks: Count = declare(
        "Attacks that were planned in each family; the rows of the source are planned anyway.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=0,
    )
    minimum_coverage: Share = declare(
        "The share of planned attacks that has to be submitted and answered.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=0.95,
    )
