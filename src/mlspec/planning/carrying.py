"""Carrying over: when an approval of one plan counts for another that means the same.

It does until a run has made that change, and as long as a plan of that level would be good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.planning._expiry import expiry_of, has_passed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.ledger import Approval, RunFacts
    from mlspec.planning._plan import Plan

__all__ = ["carried", "reason_against_carrying"]

_SPENT = "an earlier run has used it, for another plan"


def carried(approvals: Iterable[Approval], plan: Plan) -> tuple[Approval, ...]:
    """Return the approvals that were given to another plan than this one."""
    return tuple(each for each in approvals if each.plan != plan.digest)


def reason_against_carrying(
    approval: Approval, plan: Plan, runs: Iterable[RunFacts], now: str
) -> str:
    """Return why an approval of another plan does not count for this one; "" if it does.

    A run that made the same change spends all that was agreed to before it, whether it needed
    that or not, and whether it was shown that or not.
    """
    made = (each.at for each in runs if each.risk_digest == plan.risk_digest)
    if any(has_passed(approval.at, each) for each in made):
        return _SPENT
    until = expiry_of(approval.at, plan.summary.max_risk)
    if has_passed(until, now):
        return f"it was given to another plan, and carried over until {until} only"
    return ""
