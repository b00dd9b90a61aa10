"""What an event says: an in-toto statement about the objects that an apply wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ledger._model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.state import Event, ObjectRecord

__all__ = ["APPLY_PREDICATE", "Applied", "ApplyFacts", "apply_statement", "verify_objects"]

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
APPLY_PREDICATE = "https://mlspec.dev/apply/v1"


@dataclass(frozen=True, slots=True)
class Applied:
    """What happened to one object; `pre` and `post` are digests, "" where there was none."""

    address: str
    action: str
    uid: str
    revision: int
    pre: str
    post: str


@dataclass(frozen=True, slots=True)
class ApplyFacts:
    """Who applied what, where and when. `at` is UTC in ISO 8601, given by the caller."""

    run_id: str
    plan_digest: str
    spec_digest: str
    environment: str
    lineage: str
    serial: int
    actor: str
    at: str


def apply_statement(facts: ApplyFacts, operations: Iterable[Applied]) -> dict[str, Json]:
    """Return the statement of one apply, as the body of an event."""
    listed = list(operations)
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": each.address, "digest": _hashes(each.post)} for each in listed],
        "predicateType": APPLY_PREDICATE,
        "predicate": {
            "type": "apply",
            "run": facts.run_id,
            "plan": facts.plan_digest,
            "specs": facts.spec_digest,
            "environment": facts.environment,
            "lineage": facts.lineage,
            "serial": facts.serial,
            "actor": facts.actor,
            "at": facts.at,
            "operations": [_operation(each) for each in listed],
        },
    }


def verify_objects(
    events: Iterable[Event], objects: Mapping[str, ObjectRecord]
) -> tuple[Problem, ...]:
    """Return the objects that are not as the newest event about them left them.

    Finds a registry that was changed behind the ledger's back.
    """
    told: dict[str, tuple[int, str, object]] = {}
    for event in events:
        for operation in _operations(event):
            address = str(operation.get("address", ""))
            told[address] = (event.sequence, str(operation.get("post")), operation.get("revision"))
    return tuple(_differences(told, objects))


def _differences(
    told: Mapping[str, tuple[int, str, object]], objects: Mapping[str, ObjectRecord]
) -> Iterator[Problem]:
    for address in sorted({*told, *objects}):
        sequence, digest, revision = told.get(address, (0, "", None))
        record = objects.get(address)
        if record is None:
            yield Problem(sequence, f"`{address}` was written by it, but is not in the registry")
        elif address not in told:
            yield Problem(0, f"`{address}` is in the registry, but no event wrote it")
        elif (record.digest, record.revision) != (digest, revision):
            yield Problem(sequence, f"`{address}` was changed after it without an event")


def _operations(event: Event) -> Iterator[Mapping[str, Json]]:
    predicate = event.body.get("predicate")
    listed = predicate.get("operations") if isinstance(predicate, dict) else None
    for operation in listed if isinstance(listed, list) else ():
        if isinstance(operation, dict):
            yield operation


def _operation(applied: Applied) -> dict[str, Json]:
    return {
        "address": applied.address,
        "action": applied.action,
        "uid": applied.uid,
        "revision": applied.revision,
        "pre": applied.pre,
        "post": applied.post,
    }


def _hashes(digest: str) -> dict[str, Json]:
    algorithm, _, value = digest.partition(":")
    return {algorithm: value}
