"""What one more approval adds to a plan: it counts, it is spare, or it is refused.

In: the approval, and the decision about all that are there with it. Nothing is read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.errors import ApprovalsMissingError, UsageError
from mlspec.ledger import Strength

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.ledger import Approval
    from mlspec.planning._authority import Authority
    from mlspec.planning._model import Requirement
    from mlspec.planning.approvals import Decision

__all__ = ["given_before", "require_asked", "require_worth"]


def require_asked(role: str, requirements: Sequence[Requirement]) -> None:
    """Refuse to approve as what a plan does not ask for.

    Raises:
        UsageError: the plan needs no approval of that role, or none at all.
    """
    roles = [each.role for each in requirements]
    if role in roles:
        return
    if not roles:
        raise UsageError("the plan needs no approvals", hint="apply it with `mlspec apply PLAN`")
    listed = ", ".join(f"`{each}`" for each in roles)
    close = did_you_mean(role, roles)
    hint = f"did you mean `{close}`?" if close else f"it needs {listed}"
    raise UsageError(f"the plan needs no approval as `{role}`", hint=hint)


def given_before(approval: Approval, decision: Decision, authority: Authority) -> Approval | None:
    """Return what the person said before of the same plan, where the approval says no more.

    `decision` is that without the approval.
    """
    for each in decision.accepted:
        is_same = (each.role, each.plan) == (approval.role, approval.plan)
        is_as_strong = each.strength.rank >= approval.strength.rank
        says_more = (
            approval.comment not in ("", each.comment) and each.strength is approval.strength
        )
        if is_same and is_as_strong and not says_more and _is_by_same(each, approval, authority):
            return each
    return None


def require_worth(approval: Approval, without: Decision, decision: Decision) -> bool:
    """Return whether less is missing with an approval; if not, it may still stand in for others.

    `without` is the decision without it.

    Raises:
        ApprovalsMissingError: it would not count, whoever else agrees.
    """
    for rejected in decision.rejected:
        if rejected.approval.digest == approval.digest:
            raise ApprovalsMissingError(
                f"this approval would not count: {rejected.reason}", hint=_way_out(approval)
            )
    return _number_missing(decision) < _number_missing(without)


def _number_missing(decision: Decision) -> int:
    return sum(each.count for each in decision.missing)


def _way_out(approval: Approval) -> str:
    if approval.strength is Strength.SIGNED:
        return "`mlspec approve PLAN --check` tells what is missing"
    return (
        "sign it with `--sign KEY`, a key in force in `.mlspec/allowed_signers`; where host is "
        "enough, so is a review on the forge, see `apply --reviews`"
    )


def _is_by_same(one: Approval, other: Approval, authority: Authority) -> bool:
    return authority.is_same(one.principal, other.principal)
