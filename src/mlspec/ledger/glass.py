"""Runs that broke the glass, and their reviews: somebody else looks at each of them, afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.canonical import canonical_json, digest_bytes, strict_json
from mlspec.errors import RegistryUnavailableError
from mlspec.ledger._change import run_digest_of
from mlspec.ledger._run import in_toto, predicate_of, read_run_statement
from mlspec.ledger._verify import Problem
from mlspec.state import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.ledger._approval import Strength
    from mlspec.ledger._run import RunFacts
    from mlspec.state import BreakGlass, Checkpoint, PassedOver, RunRecord

__all__ = [
    "REVIEW_PREDICATE",
    "GlassReview",
    "MadeReview",
    "Quorum",
    "made_reviews",
    "quorums",
    "review_statement",
    "review_text",
    "verify_reviews",
]

REVIEW_PREDICATE: Final = "https://mlspec.dev/review/v1"


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many people of a role were needed at a strength or above, and how many counted."""

    role: str
    strength: Strength
    needed: int
    counted: int

    @property
    def lacking(self) -> int:
        """How many were missing."""
        return max(0, self.needed - self.counted)


@dataclass(frozen=True, slots=True)
class MadeReview:
    """A review under a checkpoint: of the run with a statement of that digest, by whom as what.

    `serial` is that of the runs that were recorded when it was made.
    """

    run_digest: str
    principal: str
    role: str
    serial: int
    comment: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class GlassReview:
    """Who looked at a run, as what, and what they say. `at` is UTC in ISO 8601."""

    principal: str
    role: str
    comment: str
    at: str


def review_text(review: GlassReview, run: RunRecord, lineage: str) -> str:
    """Return the text of a review: one line of canonical JSON, to be signed."""
    glass = run.break_glass
    predicate: dict[str, Json] = {
        "run": run.run_id,
        "runDigest": run.statement,
        "environment": run.environment,
        "lineage": lineage,
        "serial": run.serial,
        "actor": run.actor,
        "reason": glass.reason if glass else "",
        "principal": review.principal,
        "role": review.role,
        "comment": review.comment,
        "at": review.at,
    }
    return canonical_json(in_toto({"run": run.statement}, REVIEW_PREDICATE, predicate)).decode()


def review_statement(text: str, signature: str) -> Statement:
    """Return a review as it is kept."""
    return Statement(digest_bytes(text.encode()), text, signature)


def quorums(facts: RunFacts) -> Iterator[Quorum]:
    """Yield what a run needed of each role and strength, and how many different people it had."""
    for asked in facts.required:
        rank, role = asked.strength.rank, asked.role
        needed = sum(
            each.count
            for each in facts.required
            if each.role == role and each.strength.rank >= rank
        )
        people = {
            each.principal
            for each in facts.approvals
            if each.role == role and each.strength.rank >= rank
        }
        yield Quorum(role, asked.strength, needed, len(people))


def made_reviews(
    checkpoints: Iterable[Checkpoint], statements: Mapping[str, Statement]
) -> Iterator[MadeReview]:
    """Yield the reviews that checkpoints name."""
    for checkpoint in checkpoints:
        statement = statements.get(run_digest_of(checkpoint))
        told = _review_in(statement) if statement else {}
        serial = predicate_of(checkpoint.body).get("serial")
        if told and isinstance(serial, int):
            digest, principal, role, comment, at = (
                str(told.get(each, ""))
                for each in ("runDigest", "principal", "role", "comment", "at")
            )
            yield MadeReview(digest, principal, role, serial, comment, at)


def verify_reviews(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement]
) -> tuple[Problem, ...]:
    """Return the runs that hide that they broke the glass, or claim a review that nobody made."""
    return tuple(_problems(runs, statements))


def _problems(runs: Iterable[RunRecord], statements: Mapping[str, Statement]) -> Iterator[Problem]:
    made = set(_reviews_in(statements.values()))
    for run in runs:
        where, glass = f"run {run.run_id}", run.break_glass
        if run.statement in statements:
            yield from _unlike(where, glass, _facts(statements[run.statement]))
        if glass and glass.reviewed_by and (run.statement, glass.reviewed_by) not in made:
            yield Problem(where, f"the review of it by `{glass.reviewed_by}` is not there")


def _unlike(where: str, glass: BreakGlass | None, facts: RunFacts | None) -> Iterator[Problem]:
    told = facts.break_glass if facts else None
    if _said(told) != _said(glass):
        yield Problem(where, "the history hides or invents that it broke the glass")
    if facts and told:
        yield from _unaccounted(where, facts, told.passed_over)


def _facts(statement: Statement) -> RunFacts | None:
    try:
        return read_run_statement(statement)
    except RegistryUnavailableError:  # told where runs are verified
        return None


def _said(glass: BreakGlass | None) -> tuple[str, str, PassedOver] | None:
    """Return what never changes of a broken glass: a review comes later."""
    return (glass.role, glass.reason, glass.passed_over) if glass else None


def _unaccounted(where: str, facts: RunFacts, passed: PassedOver) -> Iterator[Problem]:
    """Yield what was passed over otherwise than it was missing: approvals by role, and rules."""
    told = {each.role: each.count for each in passed.approvals}
    for role in sorted({*told, *(each.role for each in facts.required)}):
        lacked = max((each.lacking for each in quorums(facts) if each.role == role), default=0)
        if lacked != told.get(role, 0):
            what = f"it says that it passed over {told.get(role, 0)} x {role}, but {lacked} lacked"
            yield Problem(where, what)
    if passed.rules != facts.policy.passable:
        said = ", ".join(passed.rules) or "no rule"
        denied = ", ".join(facts.policy.passable) or "no rule"
        yield Problem(where, f"it says that it passed over {said}, but {denied} denied it")


def _reviews_in(statements: Iterable[Statement]) -> Iterator[tuple[Json, Json]]:
    """Yield which run each review is of, and who made it."""
    for told in map(_review_in, statements):
        if told:
            yield told.get("runDigest"), told.get("principal")


def _review_in(statement: Statement) -> Mapping[str, Json]:
    """Return what a review says; nothing where a statement is none."""
    if REVIEW_PREDICATE not in statement.content:
        return {}
    try:
        body = strict_json(statement.content)
    except ValueError:
        return {}
    is_review = isinstance(body, dict) and body.get("predicateType") == REVIEW_PREDICATE
    return predicate_of(body) if isinstance(body, dict) and is_review else {}
