"""The spec of `fairness`: how people are grouped, and what disparity is acceptable."""

from __future__ import annotations

from typing import Literal

from mlspec.gates._parts_spec import BETWEEN, OfColumns, SmallParts, fewest_rows, small_parts
from mlspec.gates._spec import GateSpecBase
from mlspec.schema import (
    Direction,
    FieldClass,
    Integer,
    Items,
    Share,
    SpecModel,
    Text,
    declare,
)

__all__ = ["RATES", "Fairness", "FairnessMetric", "GroupColumn", "reference_among", "titles"]

RATES = {
    "selection-rate-ratio": ("selection rate",),
    "selection-rate-difference": ("selection rate",),
    "equal-opportunity": ("true positive rate",),
    "equalised-odds": ("true positive rate", "false positive rate"),
}
"""The shares that a metric compares; none where it looks inside each group."""

FairnessMetric = Literal[
    "calibration-error",
    "equal-opportunity",
    "equalised-odds",
    "selection-rate-difference",
    "selection-rate-ratio",
]


class GroupColumn(SpecModel):
    """A column whose values are groups."""

    column: Text = declare("Name of the column.", FieldClass.GATE, examples=["sex"])
    reference: Text | None = declare(
        "The group that all others are compared with; absent, every two groups are compared.",
        FieldClass.GATE,
        Direction.GROWTH_IS_LOOSER,
        default=None,
        replacing=Direction.UNKNOWN,
    )


class Fairness(OfColumns, GateSpecBase):
    """A limit for the disparity between groups of people."""

    type: Literal["fairness"] = declare("Type of the gate.", FieldClass.GATE, Direction.UNKNOWN)
    metric: FairnessMetric = declare("The disparity.", FieldClass.GATE, Direction.UNKNOWN)
    groups: Items[GroupColumn] = declare(
        "Columns whose values are the groups.",
        FieldClass.GATE,
        Direction.GROWTH_IS_TIGHTER,
        list_key="column",
        min_length=1,
    )
    intersections: bool = declare(
        "Compare the combinations of all columns as well, such as women of one origin.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=False,
    )
    favourable: Literal["positive", "negative"] = declare(
        "Which predicted class people want: selection means to get it.",
        FieldClass.GATE,
        Direction.UNKNOWN,
        default="positive",
    )
    at_least: Share | None = declare(
        "Lowest ratio of the shares of two groups.",
        FieldClass.GATE,
        Direction.HIGHER_IS_TIGHTER,
        default=None,
        examples=[0.8],
    )
    at_most: Share | None = declare(
        "Highest difference between two groups, or highest calibration error of a group.",
        FieldClass.GATE,
        Direction.LOWER_IS_TIGHTER,
        default=None,
        examples=[0.1],
    )
    minimum_group_rows: Integer = fewest_rows(
        "Fewest rows of a group to judge it.", least=10, listed_by="smallGroups"
    )
    minimum_group_positives: Integer = fewest_rows(
        "Fewest rows with the favourable label, for the true positive rate of a group.",
        least=10,
        listed_by="smallGroups",
    )
    minimum_group_negatives: Integer = fewest_rows(
        "Fewest rows with the other label, for the false positive rate of a group.",
        least=10,
        listed_by="smallGroups",
    )
    small_groups: SmallParts = small_parts(
        "Groups below the minimum make the gate inconclusive, or are listed and left out."
    )


def titles(spec: Fairness) -> list[tuple[str, str]]:
    """Return how the parts of the gate are called before the colon: the columns, and the rate.

    The rate is told where there are two, which are judged apart.
    """
    columns = [each.column for each in spec.groups]
    crossed = [BETWEEN.join(columns)] if spec.intersections else []
    rates = RATES.get(spec.metric, ("",))
    words = [f" {each}" if len(rates) > 1 else "" for each in rates]
    return [(title, word) for title in (*columns, *crossed) for word in words]


def reference_among(spec: Fairness, title: str) -> str | None:
    """Return the group that others are compared with; of combinations, where all columns say it."""
    stated = {each.column: each.reference for each in spec.groups}
    if title in stated:
        return stated[title]
    references = list(stated.values())
    return None if None in references else BETWEEN.join(each for each in references if each)
