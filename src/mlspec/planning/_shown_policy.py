"""Whether what a plan shows of policy can be true, by what policy says now.

A later day or newer evidence may move an outcome. It may not be better in the plan than it is:
people agreed to what they were shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import StalePlanError
from mlspec.ledger.policy_facts import STATED
from mlspec.planning._checks import AGAIN, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.ledger.policy_facts import PolicyEntry, PolicyView, RuleEntry
    from mlspec.planning._model import Operation
    from mlspec.planning._plan import Plan

__all__ = ["require_policy_shown", "untrue_policy"]


def untrue_policy(plan: Plan, now: PolicyView) -> Iterator[str]:
    """Yield what of policy no planning would have told so, whatever the day was."""
    said = plan.policy
    if (said.packs, said.faults) != (now.packs, now.faults):
        yield "altered in the plan: the policy packs in force"
    if [each.address for each in said.entries] != sorted({each.address for each in said.entries}):
        yield "altered in the plan: the order of what policy says"
    written = {each.address for each in plan.operations if each.writes}
    for entry in now.entries:
        if entry.address in written and said.of(entry.address) is None:
            yield f"`{entry.address}`: the plan lacks what policy says"


def require_policy_shown(plan: Plan, operations: Iterable[Operation], now: PolicyView) -> None:
    """Require that policy says nothing worse of operations than the plan shows.

    What stops an operation by now is told as that.

    Raises:
        StalePlanError: it does: people agreed to something else.
    """
    written = {each.address for each in operations}
    worse = [
        f"`{entry.address}`: {told}"
        for entry in now.entries
        if entry.address in written
        for told in _worse(plan.policy.of(entry.address), entry)
    ]
    if worse:
        raise StalePlanError(
            "the plan is stale: policy says more of it now",
            details=shortened(worse),
            hint=AGAIN.format(env=plan.environment),
        )


def _worse(said: PolicyEntry | None, now: PolicyEntry) -> Iterator[str]:
    shown = {each.rule: each for each in said.told} if said else {}
    for each in now.told:
        if told := _against(shown.get(each.rule), each):
            yield told


def _against(shown: RuleEntry | None, now: RuleEntry) -> str:
    """Return how an outcome is worse than the plan shows it, or waived otherwise; "" if neither.

    A paper that is seen at one place and not at another changes no outcome: the run records it.
    """
    if now.outcome == STATED:
        return ""
    outcome, gravity = (shown.outcome, shown.gravity) if shown else ("pass", 0)
    if now.gravity > gravity:
        return f"{now.rule} was {outcome}, is {now.outcome}"
    return _passed_over_otherwise(shown, now) if shown else ""


def _passed_over_otherwise(shown: RuleEntry, now: RuleEntry) -> str:
    if shown.is_known and not now.is_known and now.gravity == shown.gravity:
        return f"{now.rule} was known since the policy baseline, and is not any more"
    is_passed_over = now.is_waived or now.is_known
    if is_passed_over and now.waiver and shown.waiver != now.waiver:
        return f"{now.rule} is passed over by `{now.waiver.address}`, which the plan does not show"
    return ""
