"""`review`: looking at a run that broke the glass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api._signing import signing_with
from mlspec.api._stamp import owner_of, stamp_of
from mlspec.api.context import wanted_objects
from mlspec.api.session import open_session
from mlspec.errors import RegistryUnavailableError, UsageError
from mlspec.ledger import read_run_statement
from mlspec.ledger.glass import GlassReview, review_statement, review_text
from mlspec.ledger.signing import REVIEW_NAMESPACE, sign, verify
from mlspec.planning.approvals import trust_in_force
from mlspec.planning.glass_review import (
    record_review,
    require_reviewer,
    require_signature_of,
    reviewable,
)

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.ledger import RunFacts
    from mlspec.planning.approvals import Trust
    from mlspec.registry import Backend
    from mlspec.state import RunRecord

__all__ = ["ReviewAsked", "Reviewed", "review"]

_COMMENT_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class ReviewAsked:
    """Who reviews as what, and what they say; `sign_key` signs it, `checkpoint_key` the record."""

    principal: str
    role: str
    comment: str
    sign_key: Path | None = None
    checkpoint_key: Path | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The run as reviewed; `is_new` is false where somebody had done so already."""

    run: RunRecord
    is_new: bool


def review(
    run_id: str, asked: ReviewAsked, directory: Path | None = None, environment: str | None = None
) -> Reviewed:
    """Record that somebody looked at a run that was applied past what its plan needed.

    Raises:
        UsageError: there is no such run, it broke no glass, or a key can't sign.
        PolicyDeniedError: the reviewer applied or made it, does not hold a role that its plan
            needed, or does not sign where keys are in force.
        RegistryLockedError, RegistryUnavailableError: the registry can't be written.
        SpecInvalidError: the specs have errors.
    """
    session = open_session(directory)
    workspace = session.environment(environment)
    backend = session.backend(workspace.environment)
    run = reviewable(backend.runs(), run_id)
    if run.break_glass and run.break_glass.reviewed_by:
        return Reviewed(run, is_new=False)
    trust = trust_in_force(backend, wanted_objects(session, workspace))
    stamp = stamp_of(asked.principal)
    told = GlassReview(asked.principal, asked.role, _comment(asked.comment), stamp.at)
    facts = _facts(backend, run)
    require_reviewer(told, facts, trust.authority)
    require_signature_of(facts, trust.signers, is_signed=asked.sign_key is not None)
    text = review_text(told, run, backend.observe(bodies=False).lineage)
    statement = review_statement(text, _signature(text, asked, trust))
    seal = signing_with(asked.checkpoint_key) if asked.checkpoint_key else None
    return Reviewed(
        record_review(backend, run, told, statement, owner_of(stamp), seal), is_new=True
    )


def _facts(backend: Backend, run: RunRecord) -> RunFacts:
    kept = backend.statements([run.statement]).get(run.statement)
    if kept is None:
        raise RegistryUnavailableError(
            f"the registry has lost the statement of run `{run.run_id}`",
            hint="run `mlspec audit verify`",
        )
    return read_run_statement(kept)


def _comment(text: str) -> str:
    if not text.strip() or len(text) > _COMMENT_CHARACTERS:
        raise UsageError(
            "what was found? the record wants to know",
            hint=f"add `--comment TEXT`, of at most {_COMMENT_CHARACTERS:,} characters",
        )
    return text.strip()


def _signature(text: str, asked: ReviewAsked, trust: Trust) -> str:
    """Return the signature of a review; one that nobody could verify is refused at once."""
    if asked.sign_key is None:
        return ""
    content = text.encode()
    signature = sign(content, asked.sign_key, REVIEW_NAMESPACE)
    wrong = verify(content, signature, trust.signers, asked.principal, REVIEW_NAMESPACE, None)
    if wrong:
        raise UsageError(f"this signature would not count: {wrong}")
    return signature
