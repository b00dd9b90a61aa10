"""What is asked for and on which terms: actions, scope, moves, removals, freezes, approvals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.planning._risk_model import Level

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.ledger import Strength

__all__ = ["Action", "Freeze", "Move", "Removal", "Requirement", "Scope", "ScopeMode"]


class Action(StrEnum):
    """What an operation does to an object of the registry."""

    CREATE = "create"
    UPDATE = "update"
    RENAME = "rename"
    """`moved` says so; the uid stays. May change fields, too."""
    RETIRE = "retire"
    """No longer in the specs: kept, marked."""
    DELETE = "delete"
    """`removed` says so: the record goes, its events stay."""
    ADOPT = "adopt"
    """A forgotten object has a spec again."""
    FORGET = "forget"
    """`removed` says so: kept as it is, and left to others."""


class ScopeMode(StrEnum):
    """What a plan was asked for."""

    FULL = "full"
    TARGET = "target"
    """Some addresses only: the plan is partial."""
    REVERT = "revert"
    """What a run did is undone."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """Approvals that a plan needs: so many different people of a role, at least this strong.

    `because` names the rules and addresses that ask for it, as `R-GATE-LOOSENED model/churn`.
    """

    role: str
    count: int
    strength: Strength
    because: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the requirement as it stands in a plan file."""
        return {
            "role": self.role,
            "count": self.count,
            "strength": self.strength.value,
            "because": list(self.because),
        }


@dataclass(frozen=True, slots=True)
class Freeze:
    """A window in which an environment takes no changes above a level: [start, end), UTC."""

    id: str
    start: str
    end: str
    reason: str
    allow: Level = Level.NONE


@dataclass(frozen=True, slots=True)
class Move:
    """A resource has another address now."""

    previous: str
    address: str


@dataclass(frozen=True, slots=True)
class Removal:
    """A resource is to be deleted or forgotten, which its absence alone never does."""

    address: str
    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a plan was asked for: `targets` are addresses, `reverts` is the id of a run."""

    mode: ScopeMode = ScopeMode.FULL
    targets: tuple[str, ...] = ()
    reverts: str = ""

    @property
    def is_partial(self) -> bool:
        """Whether the plan leaves out changes that the specs ask for."""
        return self.mode is not ScopeMode.FULL
