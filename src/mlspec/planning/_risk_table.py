"""How grave a change is, as data: class x direction, then the tier, then the reach.

The table is written for a model of the highest tier. A lower tier takes one or two steps off, a
wide reach puts one on; neither makes something of nothing. No count leads to `critical`: that is
kept for what has a rule of its own.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from mlspec.planning._model import ChangeDirection, Level
from mlspec.schema import FieldClass

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "LEVELS",
    "REACH",
    "TABLE",
    "WIDE_CONSUMERS",
    "WIDE_DEPENDANTS",
    "WIDE_TRAFFIC",
    "WITH_DATA",
    "Reached",
    "Row",
    "base_level",
    "gravest",
    "level_of_new",
    "lowered",
    "raised",
]

_NONE, _LOW, _MEDIUM, _HIGH, _CRITICAL = LEVELS = tuple(Level)


class Row(NamedTuple):
    """The levels of one class, by what the change does."""

    tightened: Level
    neutral: Level
    loosened: Level


class Reached(StrEnum):
    """When live requests meet a change of a class."""

    BY_ROLLOUT = "by rollout"
    """With the next version: the first step of the rollout says how many."""
    AT_ONCE = "at once"
    """All of them: what watches, and who can step in, is not rolled out."""
    NEVER = "never"


TABLE: Final[Mapping[FieldClass, Row]] = MappingProxyType(
    {
        FieldClass.ARTIFACT: Row(_LOW, _MEDIUM, _HIGH),
        FieldClass.CONTRACT: Row(_LOW, _MEDIUM, _HIGH),
        FieldClass.COSMETIC: Row(_NONE, _NONE, _NONE),
        FieldClass.COST: Row(_LOW, _LOW, _MEDIUM),
        FieldClass.DATA: Row(_LOW, _MEDIUM, _HIGH),
        FieldClass.FEATURE: Row(_LOW, _MEDIUM, _MEDIUM),
        FieldClass.GATE: Row(_LOW, _MEDIUM, _HIGH),
        FieldClass.MONITORING: Row(_LOW, _LOW, _MEDIUM),
        FieldClass.OVERSIGHT: Row(_LOW, _LOW, _HIGH),
        FieldClass.OWNER: Row(_LOW, _LOW, _MEDIUM),
        FieldClass.POLICY: Row(_MEDIUM, _MEDIUM, _HIGH),
        FieldClass.RETRAINING: Row(_LOW, _LOW, _MEDIUM),
        FieldClass.ROLLOUT: Row(_LOW, _LOW, _HIGH),
        FieldClass.SERVING: Row(_LOW, _LOW, _MEDIUM),
        FieldClass.TIER: Row(_LOW, _MEDIUM, _CRITICAL),
    }
)
REACH: Final[Mapping[str, Reached]] = MappingProxyType(
    {
        FieldClass.ARTIFACT: Reached.BY_ROLLOUT,
        FieldClass.CONTRACT: Reached.BY_ROLLOUT,
        FieldClass.COSMETIC: Reached.NEVER,
        FieldClass.COST: Reached.NEVER,
        FieldClass.DATA: Reached.BY_ROLLOUT,
        FieldClass.FEATURE: Reached.BY_ROLLOUT,
        FieldClass.GATE: Reached.BY_ROLLOUT,
        FieldClass.MONITORING: Reached.AT_ONCE,
        FieldClass.OVERSIGHT: Reached.AT_ONCE,
        FieldClass.OWNER: Reached.NEVER,
        FieldClass.POLICY: Reached.NEVER,
        FieldClass.RETRAINING: Reached.NEVER,
        FieldClass.ROLLOUT: Reached.BY_ROLLOUT,
        FieldClass.SERVING: Reached.BY_ROLLOUT,
        FieldClass.TIER: Reached.BY_ROLLOUT,
    }
)
WITH_DATA: Final = frozenset(
    {FieldClass.ARTIFACT, FieldClass.DATA, FieldClass.FEATURE, FieldClass.RETRAINING}
)
"""Classes whose way back needs something trained, computed or loaded again."""

WIDE_TRAFFIC: Final = 0.5
WIDE_CONSUMERS: Final = 5
WIDE_DEPENDANTS: Final = 5

_STEPS: Final = MappingProxyType({"high": 0, "limited": 1, "minimal": 2})
_NEW: Final = MappingProxyType({"high": _HIGH, "limited": _MEDIUM, "minimal": _LOW})


def base_level(field_class: FieldClass, direction: ChangeDirection) -> Level:
    """Return what the table says; what may have loosened counts as loosened."""
    row = TABLE[field_class]
    if direction is ChangeDirection.TIGHTENED:
        return row.tightened
    return row.neutral if direction is ChangeDirection.NEUTRAL else row.loosened


def lowered(level: Level, tier: str) -> Level:
    """Return the level at a tier; "" is the tier of what concerns no model.

    Only `none` leads to `none`, and `critical` stays.
    """
    if level in (_NONE, _CRITICAL):
        return level
    return LEVELS[max(_LOW.rank, level.rank - _STEPS.get(tier, 2))]


def raised(level: Level) -> Level:
    """Return the level where many are reached: one step more, up to `high`."""
    return LEVELS[level.rank + 1] if level in (_LOW, _MEDIUM) else level


def level_of_new(tier: str) -> Level:
    """Return the level of something new at a tier: no change at that tier is graver.

    Except for those that have a rule of their own.
    """
    return _NEW.get(tier, _LOW)


def gravest(levels: tuple[Level, ...]) -> Level:
    """Return the highest of some levels; none of none."""
    return max(levels, key=lambda each: each.rank, default=_NONE)
