"""What a registry keeps: objects, runs, events, statements. Plain values; backends store them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = [
    "BreakGlass",
    "Checkpoint",
    "Event",
    "Head",
    "Journal",
    "LackingApprovals",
    "Lifecycle",
    "ObjectRecord",
    "PassedOver",
    "Publication",
    "RunOperation",
    "RunOutcome",
    "RunRecord",
    "Snapshot",
    "Statement",
    "StepStatus",
]


class Lifecycle(StrEnum):
    """Whether mlspec looks after an object."""

    LIVE = "live"
    RETIRED = "retired"
    """Kept, but no longer in the specs."""
    FORGOTTEN = "forgotten"
    """Kept, and left to others: a spec for it adopts it again."""


@dataclass(frozen=True, slots=True)
class ObjectRecord:
    """One resource as a registry knows it.

    `uid` is given at creation and survives renames; `revision` counts the writes; `digest` is the
    digest of `body` (the canonical spec), which is None where it was not read; `protect` is the
    guard that outlives the spec's text. `op_id` names the operation that wrote it last.
    """

    address: str
    uid: str
    revision: int
    digest: str
    body: Json = None
    protect: bool = False
    lifecycle: Lifecycle = Lifecycle.LIVE
    op_id: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The objects of one environment at one moment.

    `lineage` names the registry for its whole life, `serial` counts the runs that changed the
    environment, `sequence` and `head` are the number and the digest of its newest checkpoint. All
    are empty where the registry does not exist yet.
    """

    environment: str
    lineage: str
    serial: int
    head: str
    objects: Mapping[str, ObjectRecord] = field(default_factory=dict)
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link of a chain: its number, from 1, and its digest; 0 and "" before the first."""

    sequence: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One link of the chain of an address: an in-toto statement under the digest of its bytes.

    `sequence` and `previous` stand in the predicate of `body`, so `digest` covers them.
    """

    address: str
    sequence: int
    previous: str
    body: Mapping[str, Json]
    digest: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A statement over the heads of all chains after a run; it links to the checkpoint before.

    `signature` is an armoured SSH signature over the canonical bytes of `body`, or "".
    """

    sequence: int
    previous: str
    body: Mapping[str, Json]
    digest: str
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A document that events refer to by digest: what a run did, an approval, a review.

    `content` holds its exact bytes as text; `signature` is an armoured SSH signature, or "".
    """

    digest: str
    content: str
    signature: str = ""


class RunOutcome(StrEnum):
    """How far a run came."""

    APPLIED = "applied"
    PARTIAL = "partial"
    """Some operations are done; the same plan finishes the rest."""
    ABANDONED = "abandoned"


class StepStatus(StrEnum):
    """How far one operation of a run came."""

    PENDING = "pending"
    INTENT = "intent"
    """It was about to be written: whether it was is to be probed."""
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunOperation:
    """One operation of a run. `note` says why it failed or was not started."""

    address: str
    action: str
    op_id: str = ""
    status: StepStatus = StepStatus.DONE
    note: str = ""


@dataclass(frozen=True, slots=True)
class LackingApprovals:
    """How many people of a role had not agreed."""

    role: str
    count: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """What would have stopped a run that broke the glass.

    `expired_at` is when its plan had expired, "" where it had not; `freezes` are the ids of those
    that forbade it; `rules` are those of policy that stopped it and could be waived, each with an
    address. Where authors were not known, nobody's approval counted.
    """

    approvals: tuple[LackingApprovals, ...] = ()
    expired_at: str = ""
    freezes: tuple[str, ...] = ()
    authors_unknown: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """A run with fewer approvals than its plan needs: as which role, and why.

    `reviewed_by` is empty until somebody else has looked at it; `passed_over` is found by apply.
    """

    role: str
    reason: str
    reviewed_by: str = ""
    passed_over: PassedOver = PassedOver()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run that ended. A plan that was resumed has several, oldest first.

    `statement` is the digest of the run's statement: who, what, why, with which approvals.
    """

    run_id: str
    plan_digest: str
    environment: str
    serial: int
    actor: str
    at: str
    operations: tuple[RunOperation, ...]
    outcome: RunOutcome = RunOutcome.APPLIED
    statement: str = ""
    break_glass: BreakGlass | None = None


@dataclass(frozen=True, slots=True)
class Journal:
    """What a run that has not ended means to do, kept by backends that can't write all at once."""

    run_id: str
    plan_digest: str
    actor: str
    at: str
    steps: Mapping[str, StepStatus]
    """By op id."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Compiled artifacts for a branch that a GitOps controller watches: content by path."""

    branch: str
    files: Mapping[str, bytes]
    message: str
