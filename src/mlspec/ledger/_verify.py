"""Finding what was done to a ledger: every problem is named, none stops the search.

Whoever can rewrite all events, all checkpoints *and* the head of the registry is not found by
digests alone: that takes signed checkpoints, or a copy of the head somewhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.ledger._bodies import UNREADABLE_BODY, is_sound_body, recorded_body
from mlspec.ledger._checkpoint import heads_named, root_of
from mlspec.ledger._run import predicate_of
from mlspec.state import Head, Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.state import Checkpoint, Event, ObjectRecord, Snapshot

__all__ = [
    "Problem",
    "short",
    "verify_chains",
    "verify_checkpoints",
    "verify_objects",
    "verify_signatures",
]

_SHOWN_CHARACTERS = len("sha256:") + 12


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was done to the ledger, or behind its back, and where it shows."""

    where: str
    what: str


def verify_chains(
    events: Sequence[Event], checkpoints: Sequence[Checkpoint]
) -> tuple[Problem, ...]:
    """Return what is wrong with the chains of events, in order of address.

    Finds an edited event, and events removed, inserted, moved, or cut off at the end: the
    checkpoints tell how far each chain goes.
    """
    known = {(each.address, each.sequence): each.digest for each in events}
    digests = {(each.address, each.digest) for each in events}
    named = {
        (address, head.sequence): head.digest
        for each in checkpoints
        for address, head in heads_named(each).items()
    }
    problems: list[Problem] = []
    ends: dict[str, int] = {}
    for event in events:
        problems += _event_problems(event, known, digests)
        ends[event.address] = event.sequence
    problems += _unlike_checkpoints(known, named, ends)
    return tuple(problems)


def verify_checkpoints(
    checkpoints: Sequence[Checkpoint], snapshot: Snapshot
) -> tuple[Problem, ...]:
    """Return what is wrong with the chain of checkpoints, whose end the registry knows."""
    problems: list[Problem] = []
    before = Head()
    heads: dict[str, Head] = {}
    for each in checkpoints:
        problems += _checkpoint_problems(each, before)
        before = Head(each.sequence, each.digest)
        heads |= heads_named(each)
    if before != Head(snapshot.sequence, snapshot.head):
        told = f"the registry says that its newest checkpoint is {snapshot.sequence}"
        what = f"the end was cut off or replaced: {told}, `{short(snapshot.head)}`"
        problems.append(Problem(f"checkpoint {before.sequence}", what))
    if checkpoints:
        problems += _root_problems(checkpoints[-1], heads, snapshot)
    return tuple(problems)


def verify_signatures(
    checkpoints: Iterable[Checkpoint],
    reason_against: Callable[[Checkpoint], str | None],
    *,
    required: bool = False,
) -> tuple[Problem, ...]:
    """Return the checkpoints whose signature is bad, or gone.

    One may be unsigned as long as none before it was signed, unless signatures are required.
    `reason_against` says what is wrong with the signature of a checkpoint that has one.
    """
    problems: list[Problem] = []
    is_after_signed = False
    for each in checkpoints:
        where = f"checkpoint {each.sequence}"
        if not each.signature:
            if is_after_signed or required:
                why = "but one before it is" if is_after_signed else "and signatures are required"
                problems.append(Problem(where, f"it is not signed, {why}"))
            continue
        is_after_signed = True
        if reason := reason_against(each):
            problems.append(Problem(where, f"its signature does not count: {reason}"))
    return tuple(problems)


def verify_objects(
    events: Iterable[Event], objects: Mapping[str, ObjectRecord], bodies: Mapping[str, Json]
) -> tuple[Problem, ...]:
    """Return the objects that are not as the newest event about them left them.

    `bodies` are those that the events name, by digest. Finds a registry that was changed behind
    the ledger's back, guards and bodies included.
    """
    told: dict[str, Event] = {}
    gone: set[str] = set()
    for event in events:
        told[event.address] = event
        if predicate_of(event.body).get("previousAddress"):
            gone.add(event.previous)
    there = {address: each for address, each in told.items() if _leaves_object(each, gone)}
    return (*_differences(there, objects), *_unreadable(there, objects, bodies))


def _event_problems(
    event: Event, known: Mapping[tuple[str, int], str], digests: set[tuple[str, str]]
) -> Iterator[Problem]:
    where = f"`{event.address}` event {event.sequence}"
    told = predicate_of(event.body)
    says = (told.get("address"), told.get("sequence"), told.get("previous"))
    is_whole = digest_bytes(canonical_json(event.body)) == event.digest
    if not is_whole or says != (event.address, event.sequence, event.previous):
        yield Problem(where, "its content does not match its digest: it was edited")
    if former := told.get("previousAddress"):
        # the address may have had a chain before, so only the checkpoints know its number
        if (former, event.previous) not in digests:
            yield Problem(where, f"what it follows is not there: an event of `{former}`")
    elif known.get((event.address, event.sequence - 1), "") != event.previous:
        what = f"it does not follow event {event.sequence - 1}"
        yield Problem(where, f"{what}: one of them was replaced, inserted or removed")


def _unlike_checkpoints(
    known: Mapping[tuple[str, int], str],
    named: Mapping[tuple[str, int], str],
    ends: Mapping[str, int],
) -> Iterator[Problem]:
    """Yield events that are not those which the checkpoints name: each one is named by one."""
    for address, sequence in sorted({*known, *named}):
        there, told = known.get((address, sequence)), named.get((address, sequence))
        if there == told:
            continue
        where = f"`{address}` event {sequence}"
        if there is None:
            is_cut = sequence > ends.get(address, 0)
            yield Problem(where, "it is missing" + (": the end was cut off" if is_cut else ""))
        elif told is None:
            yield Problem(where, "no checkpoint knows it: it was added without a run")
        else:
            yield Problem(where, "it is another one than its checkpoint names: it was replaced")


def _checkpoint_problems(checkpoint: Checkpoint, before: Head) -> Iterator[Problem]:
    where = f"checkpoint {checkpoint.sequence}"
    told = predicate_of(checkpoint.body)
    says = (told.get("sequence"), told.get("previous"))
    is_whole = digest_bytes(canonical_json(checkpoint.body)) == checkpoint.digest
    if not is_whole or says != (checkpoint.sequence, checkpoint.previous):
        yield Problem(where, "its content does not match its digest: it was edited")
    if checkpoint.sequence > before.sequence + 1:
        missing = checkpoint.sequence - before.sequence - 1
        yield Problem(
            where, f"{missing} checkpoint{'s are' if missing > 1 else ' is'} missing before it"
        )
    elif checkpoint.previous != before.digest:
        what = f"it does not follow checkpoint {before.sequence}: one of them was replaced"
        yield Problem(where, what)


def _root_problems(
    checkpoint: Checkpoint, heads: Mapping[str, Head], snapshot: Snapshot
) -> Iterator[Problem]:
    told, where = predicate_of(checkpoint.body), f"checkpoint {checkpoint.sequence}"
    if (told.get("root"), told.get("chains")) != (root_of(heads), len(heads)):
        yield Problem(where, "the heads of all chains are not those that it covers")
    if told.get("serial") != snapshot.serial:
        told_serial = told.get("serial")
        what = f"the registry says serial {snapshot.serial}, but it is of serial {told_serial}"
        yield Problem(where, what)
    if told.get("lineage") != snapshot.lineage:
        yield Problem(where, "it is of another registry: the lineage was changed")


def _leaves_object(event: Event, gone: set[str]) -> bool:
    return event.digest not in gone and bool(predicate_of(event.body).get("post"))


def _differences(
    told: Mapping[str, Event], objects: Mapping[str, ObjectRecord]
) -> Iterator[Problem]:
    for address in sorted({*told, *objects}):
        event, record = told.get(address), objects.get(address)
        if event is None:
            yield Problem(f"`{address}`", "it is in the registry, but no event wrote it")
        elif record is None:
            where = f"`{address}` event {event.sequence}"
            yield Problem(where, f"`{address}` was written by it, but is not in the registry")
        elif not _is_as_told(record, predicate_of(event.body)) or _is_misguarded(record):
            where = f"`{address}` event {event.sequence}"
            yield Problem(where, f"`{address}` was changed after it without an event")


def _unreadable(
    told: Mapping[str, Event], objects: Mapping[str, ObjectRecord], bodies: Mapping[str, Json]
) -> Iterator[Problem]:
    for address, event in sorted(told.items()):
        post = str(predicate_of(event.body).get("post"))
        if not is_sound_body(post, recorded_body(post, objects.get(address), bodies)):
            yield Problem(f"`{address}`", UNREADABLE_BODY)


def _is_as_told(record: ObjectRecord, told: Mapping[str, Json]) -> bool:
    held = (record.digest, record.revision, record.uid, record.lifecycle.value, record.protect)
    names = ("post", "revision", "uid", "lifecycle", "protect")
    return held == tuple(told.get(each) for each in names)


def _is_misguarded(record: ObjectRecord) -> bool:
    """Tell whether a live object has another guard than its body says."""
    metadata = record.body.get("metadata") if isinstance(record.body, dict) else None
    guard = metadata.get("protect", False) if isinstance(metadata, dict) else False
    is_known = record.lifecycle is Lifecycle.LIVE and is_sound_body(record.digest, record.body)
    return is_known and record.protect != guard


def short(digest: str) -> str:
    """Return the start of a digest, as problems name it."""
    return digest[:_SHOWN_CHARACTERS]
