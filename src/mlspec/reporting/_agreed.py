"""What a run rests on, told the same in every report of it: its plan or order, its approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.reporting._cells import clean, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.ledger import Approval, RunFacts

__all__ = ["agreed_json", "carried_lines", "carried_words", "subject_json"]


def subject_json(digest: str, facts: RunFacts | None) -> dict[str, Json]:
    """Return what a run carried out: the digest of a plan, or of an order for an edit by hand.

    `reason` is what was given for the edit, or for giving a run up.
    """
    is_ordered = facts is not None and facts.is_ordered
    return {
        "plan": None if is_ordered else digest,
        "order": digest if is_ordered else None,
        "reason": facts.reason if facts else "",
    }


def agreed_json(approval: Approval, plan_digest: str) -> dict[str, Json]:
    """Return an approval as a JSON value, with the plan that it was given to."""
    return {
        "principal": approval.principal,
        "role": approval.role,
        "strength": approval.strength.value,
        "statement": approval.digest,
        "at": approval.at,
        "comment": approval.comment,
        "plan": approval.plan,
        "carriedOver": approval.plan != plan_digest,
    }


def carried_words(approval: Approval, plan_digest: str) -> str:
    """Return which other plan an approval was given to; "" where it was given to this one."""
    is_own = approval.plan == plan_digest
    return "" if is_own else f"carried over, given to plan {short(approval.plan)}"


def carried_lines(approvals: Iterable[Approval], plan_digest: str) -> Iterator[str]:
    """Yield a line for each approval that was given to another plan."""
    for each in approvals:
        if words := carried_words(each, plan_digest):
            role = f" as {each.role}" if each.role else ""
            yield clean(f"Approval by {each.principal}{role}: {words}")
