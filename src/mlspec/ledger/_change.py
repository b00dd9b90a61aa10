"""The events: one statement per operation, each naming the one before it about the same object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.ledger._run import in_toto, predicate_of
from mlspec.state import Checkpoint, Event, Head, Lifecycle

if TYPE_CHECKING:
    from mlspec.ledger._run import RunFacts

__all__ = [
    "CHANGE_PREDICATE",
    "Applied",
    "change_event",
    "renamed_head",
    "run_digest_of",
]

CHANGE_PREDICATE = "https://mlspec.dev/change/v1"


@dataclass(frozen=True, slots=True)
class Applied:
    """What happened to one object; `pre` and `post` are digests, "" where there was none.

    `level` is the risk of the operation and `evidence` the digest of the record that let a model
    through; both are "" where nothing was judged. `reason` is what people gave for taking an object
    out or for editing it by hand.
    """

    address: str
    action: str
    uid: str
    revision: int
    pre: str
    post: str
    previous_address: str = ""
    protect: bool = False
    lifecycle: Lifecycle = Lifecycle.LIVE
    level: str = ""
    evidence: str = ""
    reason: str = ""


def change_event(head: Head, facts: RunFacts, run_digest: str, applied: Applied) -> Event:
    """Return the event that follows `head` in the chain of its object.

    After a rename, `head` is that of the address before: the chain goes on under the new one. Its
    number must then be above those of both chains (see `renamed_head`).
    """
    body = in_toto(
        {applied.address: applied.post or applied.pre},
        CHANGE_PREDICATE,
        {
            "address": applied.address,
            "sequence": head.sequence + 1,
            "previous": head.digest,
            "previousAddress": applied.previous_address,
            "action": applied.action,
            "uid": applied.uid,
            "revision": applied.revision,
            "pre": applied.pre,
            "post": applied.post,
            "protect": applied.protect,
            "lifecycle": applied.lifecycle.value,
            "risk": applied.level,
            "evidence": applied.evidence,
            "reason": applied.reason,
            "run": facts.run_id,
            "runDigest": run_digest,
            "serial": facts.serial,
            "environment": facts.environment,
            "lineage": facts.lineage,
            "actor": facts.actor,
            "at": facts.at,
        },
    )
    digest = digest_bytes(canonical_json(body))
    return Event(applied.address, head.sequence + 1, head.digest, body, digest)


def renamed_head(before: Head, there: Head) -> Head:
    """Return what the first event after a rename follows.

    `before` is the head of the old address, `there` that of the new one, which may have had
    events of another object.
    """
    return Head(max(before.sequence, there.sequence), before.digest)


def run_digest_of(link: Event | Checkpoint) -> str:
    """Return the digest of the statement of the run that wrote an event or a checkpoint."""
    return str(predicate_of(link.body).get("runDigest", ""))
