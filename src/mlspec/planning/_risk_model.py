"""What an operation means, as values: its level, why, whom it reaches, the way back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "Blast",
    "Compatibility",
    "ContractChange",
    "Level",
    "Reversibility",
    "Risk",
    "RiskReason",
]


class Level(StrEnum):
    """How risky an operation is."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """The place in the order, 0 for none to 4 for critical."""
        return list(Level).index(self)


class Reversibility(StrEnum):
    """What it takes to undo an operation."""

    REVERSIBLE = "reversible"
    """Applying the state before brings it back."""
    WITH_DATA = "with-data"
    """What was computed or lost in between has to be made again."""
    IRREVERSIBLE = "irreversible"


class Compatibility(StrEnum):
    """What a change of an output contract does to those who read it."""

    COMPATIBLE = "backward-compatible"
    BREAKING = "breaking"


@dataclass(frozen=True, slots=True)
class RiskReason:
    """A rule that set the level of an operation: its stable name, what it asks for, and why."""

    rule: str
    level: Level
    because: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Blast:
    """Whom an operation reaches.

    `traffic` is the share of live requests, in 0..1, that meets the change at once; `consumers`
    are systems that read the outputs; `dependants` are the addresses that refer to the resource,
    directly or through others.
    """

    traffic: float = 0.0
    consumers: tuple[str, ...] = ()
    dependants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Risk:
    """What an operation means. Tiers are "" where no model is concerned.

    `judged_at` is the higher of the tiers before and after. `reasons` come gravest first.
    """

    level: Level = Level.HIGH
    reasons: tuple[RiskReason, ...] = ()
    tier_old: str = ""
    tier_new: str = ""
    judged_at: str = ""
    reversibility: Reversibility = Reversibility.REVERSIBLE
    blast: Blast = field(default_factory=Blast)


@dataclass(frozen=True, slots=True)
class ContractChange:
    """What becomes of the output contract of a model: the verdict, why, and whom it breaks."""

    compatibility: Compatibility
    reasons: tuple[str, ...] = ()
    consumers: tuple[str, ...] = ()
