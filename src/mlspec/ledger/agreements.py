"""Finding approvals and reviews that do not say what runs were recorded to rest on.

Whether a signature is good is not decided here: each one is told with what it has to be held
against, so that a caller can have many of them verified at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, strict_json
from mlspec.errors import RegistryUnavailableError
from mlspec.ledger._approval import Strength
from mlspec.ledger._change import run_digest_of
from mlspec.ledger._run import predicate_of, read_run_statement
from mlspec.ledger._verify import Problem
from mlspec.ledger.approvals import APPROVAL_PREDICATE, StatementRefusedError, read_claim
from mlspec.ledger.glass import REVIEW_PREDICATE, quorums
from mlspec.ledger.reviews import FORGE_REVIEW_PREDICATE
from mlspec.ledger.signing import APPROVAL_NAMESPACE, CHECKPOINT_NAMESPACE, REVIEW_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.ledger._approval import Approval
    from mlspec.ledger._run import RunFacts
    from mlspec.ledger.glass import Quorum
    from mlspec.state import Checkpoint, RunRecord, Statement

    SignersAt = Callable[[int], str]

__all__ = [
    "Signed",
    "facts_of_runs",
    "signed_checkpoints",
    "signed_documents",
    "verify_approvals",
    "verify_quorums",
]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, and what it has to be held against.

    `signers` are the allowed signers that were in force, and the key has to be valid `at` that
    moment. `principal` is who must have signed; "" is anybody who was allowed to.
    """

    where: str
    content: bytes
    signature: str
    namespace: str
    signers: str
    at: str
    principal: str = ""


def signed_checkpoints(
    checkpoints: Iterable[Checkpoint], signers_at: SignersAt
) -> Iterator[tuple[Checkpoint, Signed]]:
    """Yield the checkpoints that have a signature, and what it has to be held against.

    `signers_at` tells who could sign the run of a serial: what was recorded before it.
    """
    for checkpoint, serial in _next_serials(checkpoints):
        if checkpoint.signature:
            yield (
                checkpoint,
                Signed(
                    where=f"checkpoint {checkpoint.sequence}",
                    content=canonical_json(checkpoint.body),
                    signature=checkpoint.signature,
                    namespace=CHECKPOINT_NAMESPACE,
                    signers=signers_at(serial),
                    at=str(predicate_of(checkpoint.body).get("at", "")),
                ),
            )


def signed_documents(
    runs: Iterable[RunRecord],
    checkpoints: Iterable[Checkpoint],
    statements: Mapping[str, Statement],
    signers_at: SignersAt,
) -> tuple[Signed, ...]:
    """Return the signatures that approvals rest on, and those of reviews."""
    approvals = _signed_approvals(runs, statements, signers_at)
    return (*approvals, *_signed_reviews(checkpoints, statements, signers_at))


def verify_approvals(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement]
) -> tuple[Problem, ...]:
    """Return the approvals whose statements do not approve the plan of the run they count for."""
    return tuple(
        Problem(_where(approval, run.run_id), what)
        for run, facts in facts_of_runs(runs, statements)
        for approval in facts.approvals
        if approval.digest in statements
        for what in _unlike(approval, facts, statements[approval.digest])
    )


def verify_quorums(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement]
) -> tuple[Problem, ...]:
    """Return the runs that needed more approvals than counted, and did not break the glass."""
    return tuple(
        Problem(f"run {run.run_id}", f"it lacks approvals that its plan needed: {_lacking(each)}")
        for run, facts in facts_of_runs(runs, statements)
        if facts.break_glass is None
        for each in quorums(facts)
        if each.lacking
    )


def _lacking(quorum: Quorum) -> str:
    asked = f"{quorum.needed} x {quorum.role}, {quorum.strength.value}"
    return f"{asked}, of which {quorum.counted} counted"


def facts_of_runs(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement]
) -> Iterator[tuple[RunRecord, RunFacts]]:
    """Yield the runs whose statement can be read; the others are told where runs are verified."""
    for run in runs:
        statement = statements.get(run.statement)
        try:
            facts = read_run_statement(statement) if statement else None
        except RegistryUnavailableError:
            continue
        if facts:
            yield run, facts


def _where(approval: Approval, run: str) -> str:
    return f"run {run}, approval by {approval.principal}"


def _signed_approvals(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement], signers_at: SignersAt
) -> Iterator[Signed]:
    for _, facts in facts_of_runs(runs, statements):
        for approval in facts.approvals:
            if approval.strength is Strength.SIGNED and approval.digest in statements:
                yield from _signed(approval, facts, statements[approval.digest], signers_at)


def _signed_reviews(
    checkpoints: Iterable[Checkpoint], statements: Mapping[str, Statement], signers_at: SignersAt
) -> Iterator[Signed]:
    for checkpoint, serial in _next_serials(checkpoints):
        statement = statements.get(run_digest_of(checkpoint))
        review = _signed_review(statement, signers_at(serial)) if statement else None
        if review is not None:
            yield review


def _signed(
    approval: Approval, facts: RunFacts, statement: Statement, signers_at: SignersAt
) -> Iterator[Signed]:
    """Yield an approval twice: its key had to be valid when it was given and when it was used."""
    signed = partial(
        Signed,
        where=_where(approval, facts.run_id),
        content=statement.content.encode(),
        signature=statement.signature,
        namespace=APPROVAL_NAMESPACE,
        signers=signers_at(facts.serial),
        principal=approval.principal,
    )
    yield from (signed(at=moment) for moment in sorted({approval.at, facts.at}))


def _signed_review(statement: Statement, signers: str) -> Signed | None:
    if not statement.signature or REVIEW_PREDICATE not in statement.content:
        return None
    told = predicate_of(_body(statement))
    return Signed(
        where=f"review of run {told.get('run')} by {told.get('principal')}",
        content=statement.content.encode(),
        signature=statement.signature,
        namespace=REVIEW_NAMESPACE,
        signers=signers,
        at=str(told.get("at", "")),
        principal=str(told.get("principal", "")),
    )


def _next_serials(checkpoints: Iterable[Checkpoint]) -> Iterator[tuple[Checkpoint, int]]:
    """Yield each checkpoint with the serial of the run that it was, or would have been, of.

    That of a review has the serial of the run before it: what was recorded until then holds.
    """
    before = 0
    for checkpoint in checkpoints:
        told = predicate_of(checkpoint.body).get("serial")
        serial = told if isinstance(told, int) else before
        yield checkpoint, serial if serial > before else serial + 1
        before = serial


def _unlike(approval: Approval, facts: RunFacts, statement: Statement) -> Iterator[str]:
    """Yield what the statement of an approval says otherwise than the run that it counts for."""
    told = _told(statement)
    if isinstance(told, str):
        yield f"its statement does not count: {told}"
    else:
        yield from _of_another_run(told, facts)
        yield from _otherwise_given(told, approval, statement)


def _of_another_run(told: Mapping[str, Json], facts: RunFacts) -> Iterator[str]:
    is_of_plan = told.get("plan") == facts.plan_digest
    is_of_risk = bool(facts.risk_digest) and told.get("riskDigest") == facts.risk_digest
    if not (is_of_plan or is_of_risk):
        yield "it is for another plan than the one that was applied"
    if told.get("environment") != facts.environment:
        yield "it is for another environment"


def _otherwise_given(
    told: Mapping[str, Json], approval: Approval, statement: Statement
) -> Iterator[str]:
    is_of_forge = told.get("source") is not None
    # a review on a forge has no role: it counts for one that its person has
    role = approval.role if is_of_forge else told.get("role", "")
    said = (told.get("principal"), role, told.get("at"))
    if said != (approval.principal, approval.role, approval.at):
        yield "the run names another person, role or time than its statement"
    if approval.strength is Strength.SIGNED and not statement.signature:
        yield "it counted as signed, and its signature is gone"
    if is_of_forge is not (approval.strength is Strength.HOST):
        yield f"it counted as {approval.strength.value}, which its statement can't be"


def _told(statement: Statement) -> Mapping[str, Json] | str:
    """Return what the statement of an approval says, or why it does not count."""
    body = _body(statement)
    if body.get("predicateType") == FORGE_REVIEW_PREDICATE:
        return predicate_of(body)
    if body.get("predicateType") != APPROVAL_PREDICATE:
        return "it is no approval"
    try:
        read_claim(statement.content)
    except StatementRefusedError as error:
        return str(error)
    return predicate_of(body)


def _body(statement: Statement) -> Mapping[str, Json]:
    try:
        body = strict_json(statement.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
