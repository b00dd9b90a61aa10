"""What an event says: an in-toto statement about the objects that an apply wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.ledger._model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.state import Event, ObjectRecord, RunRecord, Snapshot

__all__ = [
    "APPLY_PREDICATE",
    "Applied",
    "ApplyFacts",
    "apply_statement",
    "verify_objects",
    "verify_position",
    "verify_runs",
]

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

    Finds a registry that was changed behind the ledger's back, guards and bodies included.
    """
    told: dict[str, tuple[int, Mapping[str, Json]]] = {}
    for event in events:
        for operation in _operations(event):
            told[str(operation.get("address", ""))] = (event.sequence, operation)
    return tuple(_differences(told, objects))


def verify_runs(events: Iterable[Event], runs: Iterable[RunRecord]) -> tuple[Problem, ...]:
    """Return the runs that a history would show otherwise than the events tell them."""
    told = {
        str(each.get("run")): (event.sequence, each) for event in events for each in _run(event)
    }
    found = {each.run_id: each for each in runs}
    return tuple(_run_differences(told, found))


def verify_position(events: Sequence[Event], snapshot: Snapshot) -> tuple[Problem, ...]:
    """Return how the counters of a registry differ from those of the newest event.

    The next event and the next run continue from them.
    """
    newest = max(events, key=lambda event: event.sequence, default=None)
    sequence = newest.sequence if newest else 0
    serial: Json = 0
    for event in events:
        serial = next((each.get("serial") for each in _run(event)), serial)
    pairs = (("serial", snapshot.serial, serial), ("newest event", snapshot.sequence, sequence))
    return tuple(
        Problem(sequence, f"the registry says {name} {found}, but the events end at {told}")
        for name, found, told in pairs
        if found != told
    )


def _differences(
    told: Mapping[str, tuple[int, Mapping[str, Json]]], objects: Mapping[str, ObjectRecord]
) -> Iterator[Problem]:
    for address in sorted({*told, *objects}):
        sequence, operation = told.get(address, (0, {}))
        record = objects.get(address)
        if record is None:
            yield Problem(sequence, f"`{address}` was written by it, but is not in the registry")
        elif address not in told:
            yield Problem(0, f"`{address}` is in the registry, but no event wrote it")
        elif not (_is_as_told(record, operation) and _is_whole(record)):
            yield Problem(sequence, f"`{address}` was changed after it without an event")


def _is_as_told(record: ObjectRecord, operation: Mapping[str, Json]) -> bool:
    told = [operation.get(each) for each in ("post", "revision", "uid")]
    is_retired = operation.get("action") == "retire"
    return [record.digest, record.revision, record.uid] == told and record.retired == is_retired


def _is_whole(record: ObjectRecord) -> bool:
    """Tell whether the body is the one of the digest, and the guard the one of the body."""
    if record.body is None:  # it was not read
        return True
    metadata = record.body.get("metadata") if isinstance(record.body, dict) else None
    guard = metadata.get("protect", False) if isinstance(metadata, dict) else False
    try:
        return digest_value(record.body) == record.digest and record.protect == guard
    except ValueError:  # no canonical form, so it was never written
        return False


def _run_differences(
    told: Mapping[str, tuple[int, Mapping[str, Json]]], runs: Mapping[str, RunRecord]
) -> Iterator[Problem]:
    for run_id in sorted({*told, *runs}):
        sequence, predicate = told.get(run_id, (0, {}))
        run = runs.get(run_id)
        if run is None:
            yield Problem(sequence, f"the history has lost its run `{run_id}`")
        elif run_id not in told:
            yield Problem(0, f"the history has a run `{run_id}`, but no event tells it")
        elif _facts(run) != [predicate.get(each) for each in ("plan", "serial", "actor", "at")]:
            yield Problem(
                sequence, f"the history of its run `{run_id}` was changed without an event"
            )


def _facts(run: RunRecord) -> list[Json]:
    return [run.plan_digest, run.serial, run.actor, run.at]


def _run(event: Event) -> Iterator[Mapping[str, Json]]:
    predicate = event.body.get("predicate")
    if isinstance(predicate, dict) and predicate.get("type") == "apply":
        yield predicate


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
