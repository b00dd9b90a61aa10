"""Verifying all that a registry keeps: what was done to it, or behind its back, is named.

In: a backend, and who judges signatures. Out: a verdict. Nothing stops at the first problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.errors import RegistryMovedError
from mlspec.ledger import (
    Problem,
    predicate_of,
    run_digest_of,
    verify_chains,
    verify_checkpoints,
    verify_copies,
    verify_heads,
    verify_history,
    verify_objects,
    verify_runs,
    verify_signatures,
    verify_statements,
)
from mlspec.ledger.agreements import (
    signed_checkpoints,
    signed_documents,
    verify_approvals,
    verify_quorums,
)
from mlspec.ledger.evidence_seals import signed_evidence, verify_seals
from mlspec.ledger.glass import verify_reviews
from mlspec.planning._reviewers_then import verify_reviewers
from mlspec.planning.break_glass import unreviewed
from mlspec.planning.signers_then import signers_then
from mlspec.planning.views import AuditView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.ledger.agreements import Signed
    from mlspec.registry import Backend
    from mlspec.state import Checkpoint, Event, Head, RunRecord, Snapshot, Statement

    Judge = Callable[[Sequence[Signed]], Sequence[str | None]]

__all__ = ["audit_view"]

_READS = 3


def audit_view(
    backend: Backend,
    judge: Judge,
    *,
    require_signatures: bool = False,
    copies: Sequence[Head] = (),
) -> AuditView:
    """Verify the ledger of a registry, and its objects and its history against it.

    `copies` are checkpoints as they were written down elsewhere: each has to be there still.

    `judge` returns for each signature what is wrong with it, None for a good one. A checkpoint
    whose key nobody could vouch for, as no allowed signers were recorded, counts as unsigned.
    """
    held = _held(backend)
    wrong, not_counting = _judged(held, backend, judge)
    problems = (
        *verify_chains(held.events, held.checkpoints),
        *verify_checkpoints(held.checkpoints, held.snapshot),
        *verify_heads(held.heads, held.events, held.checkpoints),
        *verify_copies(held.checkpoints, copies),
        *_unsealed(held.checkpoints, wrong, required=require_signatures),
        *_run_problems(held),
        *verify_reviewers(held.events, held.checkpoints, held.statements, backend.bodies),
        *not_counting,
    )
    return AuditView(
        environment=held.snapshot.environment,
        lineage=held.snapshot.lineage,
        events=len(held.events),
        checkpoints=len(held.checkpoints),
        signed=sum(reason is None for reason in wrong.values()),
        head=held.snapshot.head,
        sequence=held.snapshot.sequence,
        problems=tuple(dict.fromkeys(problems)),
        notices=unreviewed(held.runs),
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """All that a registry holds, of one moment."""

    snapshot: Snapshot
    events: tuple[Event, ...]
    bodies: Mapping[str, Json]
    heads: Mapping[str, Head]
    checkpoints: tuple[Checkpoint, ...]
    runs: tuple[RunRecord, ...]
    statements: Mapping[str, Statement]


def _judged(
    held: _Held, backend: Backend, judge: Judge
) -> tuple[dict[str, str | None], tuple[Problem, ...]]:
    """Return what is wrong with the seal of each checkpoint, and with signatures of documents."""
    then = signers_then(held.events, backend.bodies)
    sealed = [each for each in signed_checkpoints(held.checkpoints, then.of_run) if each[1].signers]
    documents = (
        *signed_documents(held.runs, held.checkpoints, held.statements, then.of_run),
        *signed_evidence(held.runs, held.statements, then.of_run),
    )
    reasons = judge([*(signed for _, signed in sealed), *documents])
    wrong = {each.digest: reason for (each, _), reason in zip(sealed, reasons, strict=False)}
    return wrong, tuple(_not_counting(documents, reasons[len(sealed) :]))


def _held(backend: Backend) -> _Held:
    """Read everything, again where a run ended meanwhile."""
    for _ in range(_READS):
        snapshot, events = backend.observe(), tuple(backend.events())
        held = _Held(
            snapshot,
            events,
            _bodies(backend, snapshot, events),
            backend.heads(),
            tuple(backend.checkpoints()),
            tuple(backend.runs()),
            backend.statements(),
        )
        after = backend.observe(bodies=False)
        if (after.serial, after.head) == (held.snapshot.serial, held.snapshot.head):
            return held
    raise RegistryMovedError(
        "runs end faster than they can be verified", hint="run the same command again"
    )


def _bodies(backend: Backend, snapshot: Snapshot, events: Sequence[Event]) -> Mapping[str, Json]:
    """Return the bodies that the newest events name, and those that the objects have."""
    read = {each.digest: each.body for each in snapshot.objects.values() if each.body is not None}
    newest = {each.address: str(predicate_of(each.body).get("post", "")) for each in events}
    return {**backend.bodies({*newest.values()} - read.keys() - {""}), **read}


def _unsealed(
    checkpoints: Sequence[Checkpoint], wrong: Mapping[str, str | None], *, required: bool
) -> tuple[Problem, ...]:
    """Return the checkpoints without a good signature; `wrong` has the reasons by digest."""
    known = [each if each.digest in wrong else replace(each, signature="") for each in checkpoints]
    return verify_signatures(known, lambda each: wrong[each.digest], required=required)


def _run_problems(held: _Held) -> tuple[Problem, ...]:
    named = {run_digest_of(each) for each in held.checkpoints}
    sealed = {digest: each for digest, each in held.statements.items() if digest in named}
    return (
        *verify_statements(held.events, held.checkpoints, held.runs, held.statements),
        *verify_objects(held.events, held.snapshot.objects, held.bodies),
        *verify_runs(held.runs, held.statements, held.snapshot),
        *verify_history(held.runs, held.checkpoints),
        *verify_reviews(held.runs, sealed),
        *verify_approvals(held.runs, held.statements),
        *verify_quorums(held.runs, held.statements),
        *verify_seals(held.runs, held.statements),
    )


def _not_counting(
    documents: Sequence[Signed], reasons: Sequence[str | None]
) -> tuple[Problem, ...]:
    return tuple(
        Problem(each.where, f"its signature does not count: {reason}")
        for each, reason in zip(documents, reasons, strict=True)
        if reason
    )
