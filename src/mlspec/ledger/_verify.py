"""Finding what was done to a ledger: every problem is named, none stops the search.

Whoever can rewrite all events, all checkpoints *and* the head of the registry is not found by
digests alone: that takes signed checkpoints, or a copy of the head somewhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, digest_bytes, digest_value
from mlspec.ledger._change import run_digest_of
from mlspec.ledger._checkpoint import heads_named, root_of
from mlspec.ledger._run import predicate_of
from mlspec.state import Head, Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.state import Checkpoint, Event, ObjectRecord, RunRecord, Snapshot, Statement

__all__ = [
    "Problem",
    "verify_chains",
    "verify_checkpoints",
    "verify_copies",
    "verify_history",
    "verify_objects",
    "verify_runs",
    "verify_signatures",
    "verify_statements",
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
        what = f"the end was cut off or replaced: {told}, `{_short(snapshot.head)}`"
        problems.append(Problem(f"checkpoint {before.sequence}", what))
    if checkpoints:
        problems += _root_problems(checkpoints[-1], heads, snapshot)
    return tuple(problems)


def verify_copies(checkpoints: Iterable[Checkpoint], copies: Iterable[Head]) -> tuple[Problem, ...]:
    """Return the checkpoints that were copied elsewhere and are not, or not so, in the record."""
    known = {each.sequence: each.digest for each in checkpoints}
    newest = max(known, default=0)
    lost = f"the copy has it, but the record ends at {newest}: it was rolled back or replaced"
    return tuple(
        Problem(
            f"checkpoint {copy.sequence}",
            "it is another one than the copy says: the record was written anew"
            if copy.sequence in known
            else lost,
        )
        for copy in copies
        if known.get(copy.sequence) != copy.digest
    )


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
    for each in checkpoints:
        where = f"checkpoint {each.sequence}"
        if not each.signature:
            if required:
                problems.append(Problem(where, "it is not signed, as those before it are"))
            continue
        required = True
        if reason := reason_against(each):
            problems.append(Problem(where, f"its signature does not count: {reason}"))
    return tuple(problems)


def verify_objects(
    events: Iterable[Event], objects: Mapping[str, ObjectRecord]
) -> tuple[Problem, ...]:
    """Return the objects that are not as the newest event about them left them.

    The bodies must have been read. Finds a registry that was changed behind the ledger's back,
    guards and bodies included.
    """
    told: dict[str, Event] = {}
    gone: set[str] = set()
    for event in events:
        told[event.address] = event
        if predicate_of(event.body).get("previousAddress"):
            gone.add(event.previous)
    there = {address: each for address, each in told.items() if _leaves_object(each, gone)}
    return tuple(_differences(there, objects))


def verify_runs(
    runs: Sequence[RunRecord], statements: Mapping[str, Statement], snapshot: Snapshot
) -> tuple[Problem, ...]:
    """Return the runs that a history would show otherwise than their statements tell them."""
    problems = [
        Problem(f"run {run.run_id}", "the history shows it otherwise than its statement")
        for run in runs
        if run.statement in statements and not _is_as_stated(run, statements[run.statement])
    ]
    newest = max((each.serial for each in runs), default=0)
    if newest != snapshot.serial:
        what = f"the registry says serial {snapshot.serial}, but its runs end at {newest}"
        problems.append(Problem(f"run {newest}", what))
    return tuple(problems)


def verify_history(
    runs: Iterable[RunRecord], checkpoints: Iterable[Checkpoint]
) -> tuple[Problem, ...]:
    """Return the runs that a history lacks, and those that no checkpoint knows."""
    shown = {each.run_id: each.statement for each in runs}
    sealed: dict[str, set[str]] = {}
    for checkpoint in checkpoints:
        run = str(predicate_of(checkpoint.body).get("run", ""))
        sealed.setdefault(run, set()).add(run_digest_of(checkpoint))
    lost = [Problem(f"run {run}", "the history has lost it") for run in sealed if run not in shown]
    return (
        *lost,
        *(
            Problem(f"run {run}", "no checkpoint knows it with the statement that it names")
            for run, statement in shown.items()
            if statement not in sealed.get(run, ())
        ),
    )


def verify_statements(
    events: Iterable[Event],
    checkpoints: Iterable[Checkpoint],
    runs: Iterable[RunRecord],
    statements: Mapping[str, Statement],
) -> tuple[Problem, ...]:
    """Return the documents that something refers to and that are gone, or were edited."""
    needed: dict[str, str] = {}
    for event in events:
        needed.setdefault(run_digest_of(event), f"`{event.address}` event {event.sequence}")
    for checkpoint in checkpoints:
        needed.setdefault(run_digest_of(checkpoint), f"checkpoint {checkpoint.sequence}")
    for run in runs:
        needed[run.statement] = f"run {run.run_id}"
    for digest in [each for each in needed if each in statements]:
        for approval in _approvals_in(statements[digest]):
            needed.setdefault(approval, needed[digest])
    return (*_lost(needed, statements), *_edited(statements))


def _lost(needed: Mapping[str, str], statements: Mapping[str, Statement]) -> Iterator[Problem]:
    for digest, where in needed.items():
        if digest not in statements:
            yield Problem(where, f"the statement `{_short(digest)}` that it rests on is gone")


def _edited(statements: Mapping[str, Statement]) -> Iterator[Problem]:
    for digest, statement in sorted(statements.items()):
        if digest_bytes(statement.content.encode()) != digest:
            yield Problem(f"statement {_short(digest)}", "its content was edited")


def _approvals_in(statement: Statement) -> Iterator[str]:
    from json import loads

    try:
        listed = predicate_of(loads(statement.content)).get("approvals")
    except (AttributeError, ValueError):
        return
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("statement"):
            yield str(each["statement"])


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
        elif record.body is None:
            yield Problem(f"`{address}`", "the registry has lost its body")
        elif not (_is_as_told(record, predicate_of(event.body)) and _is_whole(record)):
            where = f"`{address}` event {event.sequence}"
            yield Problem(where, f"`{address}` was changed after it without an event")


def _is_as_told(record: ObjectRecord, told: Mapping[str, Json]) -> bool:
    held = (record.digest, record.revision, record.uid, record.lifecycle.value, record.protect)
    names = ("post", "revision", "uid", "lifecycle", "protect")
    return held == tuple(told.get(each) for each in names)


def _is_whole(record: ObjectRecord) -> bool:
    """Tell whether the body is the one of the digest, and the guard the one of the body."""
    metadata = record.body.get("metadata") if isinstance(record.body, dict) else None
    guard = metadata.get("protect", False) if isinstance(metadata, dict) else False
    try:
        is_same = digest_value(record.body) == record.digest
    except ValueError:  # no canonical form, so it was never written
        return False
    return is_same and (record.protect == guard or record.lifecycle is not Lifecycle.LIVE)


def _is_as_stated(run: RunRecord, statement: Statement) -> bool:
    from mlspec.errors import RegistryUnavailableError
    from mlspec.ledger._run import read_run_statement

    try:
        facts = read_run_statement(statement)
    except RegistryUnavailableError:
        return False
    told = (facts.run_id, facts.plan_digest, facts.environment, facts.serial, facts.actor)
    shown = (run.run_id, run.plan_digest, run.environment, run.serial, run.actor)
    became = (facts.at, facts.outcome, facts.operations)
    return told == shown and became == (run.at, run.outcome, run.operations)


def _short(digest: str) -> str:
    return digest[:_SHOWN_CHARACTERS]
