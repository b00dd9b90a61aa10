"""Finding what was done to the history of runs, and to the documents that runs rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes
from mlspec.ledger._change import run_digest_of
from mlspec.ledger._run import predicate_of
from mlspec.ledger._verify import Problem, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.state import Checkpoint, Event, RunRecord, Snapshot, Statement

__all__ = ["verify_history", "verify_runs", "verify_statements"]


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
            yield Problem(where, f"the statement `{short(digest)}` that it rests on is gone")


def _edited(statements: Mapping[str, Statement]) -> Iterator[Problem]:
    for digest, statement in sorted(statements.items()):
        if digest_bytes(statement.content.encode()) != digest:
            yield Problem(f"statement {short(digest)}", "its content was edited")


def _approvals_in(statement: Statement) -> Iterator[str]:
    from json import loads

    try:
        listed = predicate_of(loads(statement.content)).get("approvals")
    except (AttributeError, ValueError):
        return
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("statement"):
            yield str(each["statement"])


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
