"""Reviewing a run that broke the glass: by somebody else, who holds a role.

The review is a statement under a checkpoint of its own; the run keeps its place in the history.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.errors import OpenRunError, PolicyDeniedError, UsageError
from mlspec.ledger import RunFacts, Strength, make_checkpoint
from mlspec.planning._sealing import require_heads
from mlspec.planning.approvers import meant
from mlspec.state import Head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlspec.ledger.glass import GlassReview
    from mlspec.planning._authority import Authority
    from mlspec.registry import Backend
    from mlspec.state import BreakGlass, Checkpoint, RunRecord, Statement

    Sign = Callable[[Checkpoint], str]

__all__ = [
    "error_of_reviewer",
    "record_review",
    "require_reviewer",
    "require_signature_of",
    "reviewable",
]


def reviewable(runs: Iterable[RunRecord], run_id: str) -> RunRecord:
    """Return the run that is to be reviewed; it may have been already.

    Raises:
        UsageError: there is no such run, or it had its approvals.
    """
    known = {each.run_id: each for each in runs}
    found = known.get(run_id)
    if found is None:
        close = did_you_mean(run_id, known)
        hint = f"did you mean `{close}`?" if close else "`mlspec history` lists the runs"
        raise UsageError(f"there is no run `{run_id}`", hint=hint)
    if found.break_glass is None:
        raise UsageError(f"run `{run_id}` broke no glass: there is nothing to review")
    return found


def require_reviewer(review: GlassReview, facts: RunFacts, authority: Authority) -> None:
    """Require that a reviewer is another person than who applied or made the change.

    They hold the role that they name, and it is one whose approval the plan needed, if it needed
    any. `facts` are what the run says of itself.

    Raises:
        PolicyDeniedError: they are not, do not, or it is not.
    """
    error = error_of_reviewer(review.principal, review.role, facts, authority)
    if error is not None:
        raise error


def error_of_reviewer(
    principal: str, role: str, facts: RunFacts, authority: Authority
) -> PolicyDeniedError | None:
    """Return why somebody may not review a run as a role; None if they may."""
    return _error_of_person(principal, facts, authority) or _error_of_role(
        principal, role, facts, authority
    )


def _error_of_person(
    principal: str, facts: RunFacts, authority: Authority
) -> PolicyDeniedError | None:
    if authority.is_same(principal, facts.actor):
        did = f"`{principal}` applied run `{facts.run_id}`"
    elif any(authority.is_same(principal, each) for each in facts.authors):
        did = f"`{principal}` made what run `{facts.run_id}` applied"
    else:
        return None
    return PolicyDeniedError(f"{did}, and so can't review it", hint="somebody else has to")


def _error_of_role(
    principal: str, role: str, facts: RunFacts, authority: Authority
) -> PolicyDeniedError | None:
    held = authority.roles_of(principal)
    needed = sorted({each.role for each in facts.required})
    if role not in held:
        return PolicyDeniedError(
            f"no team in force gives `{principal}` the role `{role}`",
            details=(f"roles held: {', '.join(sorted(held)) or 'none'}",),
            hint=meant(principal, role, authority)
            or "what is recorded in the registry counts; see `kind: Team`",
        )
    if needed and role not in needed:
        return PolicyDeniedError(
            f"run `{facts.run_id}` did not lack an approval as `{role}`",
            details=(f"its plan needed: {', '.join(needed)}",),
            hint="somebody who could have approved the plan reviews the run",
        )
    return None


def require_signature_of(facts: RunFacts, signers: str, *, is_signed: bool) -> None:
    """Require a signature where a key is in force, or the plan asked for more than names.

    Raises:
        PolicyDeniedError: there is none.
    """
    asked = any(each.strength is not Strength.ASSERTED for each in facts.required)
    if not is_signed and (signers or asked):
        raise PolicyDeniedError(
            "the review has no signature: anybody could have written it",
            hint="sign it with a key in force: `--sign KEY`",
        )


def record_review(
    backend: Backend,
    run: RunRecord,
    review: GlassReview,
    statement: Statement,
    owner: str,
    sign: Sign | None = None,
) -> RunRecord:
    """Keep a review, name it in a checkpoint, and return the run as reviewed.

    A run that somebody has reviewed meanwhile stays as it is.

    Raises:
        OpenRunError: a run was stopped half way: it has to be finished first.
        RegistryLockedError, RegistryUnavailableError: the registry can't be written.
        TamperedPlanError: the heads of the chains are not those of the newest checkpoint.
    """
    with backend.transaction(owner) as transaction:
        if (journal := transaction.journal()) is not None:
            raise OpenRunError(
                f"run `{journal.run_id}` was stopped half way",
                hint="apply its plan again, which finishes it, then review",
            )
        require_heads(backend, transaction)
        runs = transaction.runs_of(run.plan_digest)
        current = next(each for each in runs if each.serial == run.serial)
        glass = current.break_glass
        if glass is None or glass.reviewed_by:
            return current
        snapshot, heads = transaction.snapshot(), transaction.heads()
        facts = _facts(current, review, snapshot.lineage, snapshot.serial)
        previous = Head(snapshot.sequence, snapshot.head)
        checkpoint = make_checkpoint(previous, facts, statement.digest, heads, ())
        if sign is not None:
            checkpoint = replace(checkpoint, signature=sign(checkpoint))
        transaction.keep([statement])
        transaction.seal(checkpoint)
        reviewed = replace(current, break_glass=_reviewed(glass, review))
        transaction.finish(reviewed)
        return reviewed


def _reviewed(glass: BreakGlass, review: GlassReview) -> BreakGlass:
    return replace(glass, reviewed_by=review.principal)


def _facts(run: RunRecord, review: GlassReview, lineage: str, serial: int) -> RunFacts:
    """Return what the checkpoint says: the run that was reviewed, when, and at which serial."""
    return RunFacts(
        run_id=run.run_id,
        plan_digest=run.plan_digest,
        risk_digest="",
        spec_digest="",
        commit="",
        environment=run.environment,
        lineage=lineage,
        serial=serial,
        actor=review.principal,
        at=review.at,
        outcome=run.outcome,
    )
