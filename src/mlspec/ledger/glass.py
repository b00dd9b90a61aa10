"""Runs that broke the glass, and their reviews: somebody else looks at each of them, afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.errors import RegistryUnavailableError
from mlspec.ledger._run import in_toto, predicate_of, read_run_statement
from mlspec.ledger._verify import Problem
from mlspec.state import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.state import RunRecord

__all__ = [
    "REVIEW_PREDICATE",
    "GlassReview",
    "review_statement",
    "review_text",
    "verify_reviews",
]

REVIEW_PREDICATE: Final = "https://mlspec.dev/review/v1"


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


def verify_reviews(
    runs: Iterable[RunRecord], statements: Mapping[str, Statement]
) -> tuple[Problem, ...]:
    """Return the runs that hide that they broke the glass, or claim a review that nobody made."""
    return tuple(_problems(runs, statements))


def _problems(runs: Iterable[RunRecord], statements: Mapping[str, Statement]) -> Iterator[Problem]:
    made = set(_reviews_in(statements.values()))
    for run in runs:
        where, glass = f"run {run.run_id}", run.break_glass
        if run.statement in statements and _told(statements[run.statement]) != (
            (glass.role, glass.reason) if glass else None
        ):
            yield Problem(where, "the history hides or invents that it broke the glass")
        if glass and glass.reviewed_by and (run.statement, glass.reviewed_by) not in made:
            yield Problem(where, f"the review of it by `{glass.reviewed_by}` is not there")


def _told(statement: Statement) -> tuple[str, str] | None:
    try:
        glass = read_run_statement(statement).break_glass
    except RegistryUnavailableError:  # told where runs are verified
        return None
    return (glass.role, glass.reason) if glass else None


def _reviews_in(statements: Iterable[Statement]) -> Iterator[tuple[Json, Json]]:
    """Yield which run each review is of, and who made it."""
    from json import loads

    for statement in statements:
        if REVIEW_PREDICATE not in statement.content:
            continue
        try:
            body = loads(statement.content)
        except ValueError:
            continue
        if isinstance(body, dict) and body.get("predicateType") == REVIEW_PREDICATE:
            told = predicate_of(body)
            yield told.get("runDigest"), told.get("principal")
