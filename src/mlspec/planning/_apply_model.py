"""What an apply is given and what comes out of it. Plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.errors import MlspecError
    from mlspec.ledger import Approval
    from mlspec.ledger.item_facts import ItemFact
    from mlspec.planning._model import EvidenceEntry, PlanContext
    from mlspec.planning._plan import Plan
    from mlspec.planning.desired import Desired
    from mlspec.planning.law import Law
    from mlspec.state import BreakGlass, Checkpoint, Publication, RunRecord, Statement, StepStatus

__all__ = [
    "ApplyOptions",
    "ApplyResult",
    "Checkout",
    "OnError",
    "Outcome",
    "Stamp",
    "StepReport",
]


class Outcome(StrEnum):
    """How an apply ended."""

    APPLIED = "applied"
    PARTIAL = "partial"
    """Some operations are done; the same command finishes the rest."""
    INTERRUPTED = "interrupted"
    """As partial, because it was asked to stop."""
    ALREADY_APPLIED = "already-applied"
    NO_CHANGES = "no-changes"


class OnError(StrEnum):
    """What becomes of the other operations when one is blocked or fails."""

    STOP = "stop"
    CONTINUE = "continue"
    """Those that do not depend on it are applied."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who applies, and when: UTC in ISO 8601, given by the caller."""

    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is checked out now, and what is known of the models today.

    Where `evidence` is None, what the plan says of them stands. `has_authors` tells that all who
    made the change are known: no approval counts otherwise. `law` judges what is written; None
    where no policy pack is in force.
    """

    desired: Mapping[str, Desired]
    context: PlanContext
    evidence: Mapping[str, EvidenceEntry] | None = None
    has_authors: bool = True
    law: Law | None = None


@dataclass(frozen=True, slots=True)
class StepReport:
    """An operation has ended, as `number` of `total`; `note` says why it did not succeed."""

    address: str
    action: str
    status: StepStatus
    number: int
    total: int
    note: str = ""


def _never() -> bool:
    return False


def _unheard(_step: StepReport) -> None:
    return None


def _give_up(_error: MlspecError, _attempt: int) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """How to apply, and what the caller lends: ears, patience and a key.

    `statements` are the documents behind `approvals`, `records` those behind the evidence and
    `items`, which is told of evidence items: what the run rests on is kept. `commit` is what is
    checked out now.
    `interrupted` is asked between operations. `wait` is told why the registry can't be had, and
    how often it was waited for: it waits and says whether to try again. `sign` returns a
    signature over a checkpoint.
    """

    approvals: tuple[Approval, ...] = ()
    statements: tuple[Statement, ...] = ()
    records: tuple[Statement, ...] = ()
    items: tuple[ItemFact, ...] = ()
    on_error: OnError = OnError.STOP
    break_glass: BreakGlass | None = None
    publication: Publication | None = None
    owner: str = ""
    commit: str = ""
    interrupted: Callable[[], bool] = field(default=_never, compare=False)
    report: Callable[[StepReport], None] = field(default=_unheard, compare=False)
    wait: Callable[[MlspecError, int], bool] = field(default=_give_up, compare=False)
    sign: Callable[[Checkpoint], str] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What an apply did. `run` is the one that applied the plan, now or earlier.

    `approvals` are those that it rests on; one of another plan carried over.
    """

    outcome: Outcome
    plan: Plan
    run: RunRecord | None = None
    notices: tuple[str, ...] = ()
    """What every report of the environment starts with: break-glass runs nobody reviewed."""
    approvals: tuple[Approval, ...] = ()
