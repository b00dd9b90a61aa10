"""`review`: looking at a run that broke the glass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.api._signing import signing_with
from mlspec.api._stamp import owner_of, stamp_of
from mlspec.api.context import wanted_objects
from mlspec.api.session import open_session
from mlspec.errors import UsageError
from mlspec.ledger.glass import GlassReview, review_statement, review_text
from mlspec.ledger.signing import REVIEW_NAMESPACE, sign, verify
from mlspec.planning.approvals import trust_in_force
from mlspec.planning.glass_review import record_review, require_reviewer, reviewable

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.planning.approvals import Trust
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
    """Record that somebody looked at a run that was applied without the approvals it needs.

    Raises:
        UsageError: there is no such run, it broke no glass, or a key can't sign.
        PolicyDeniedError: the reviewer applied it, or does not hold the role.
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
    require_reviewer(told, run, trust.authority)
    text = review_text(told, run, backend.observe(bodies=False).lineage)
    statement = review_statement(text, _signature(text, asked, trust))
    seal = signing_with(asked.checkpoint_key) if asked.checkpoint_key else None
    return Reviewed(
        record_review(backend, run, told, statement, owner_of(stamp), seal), is_new=True
    )


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
