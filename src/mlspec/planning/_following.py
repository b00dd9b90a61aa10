"""Whether a plan was made by planning: it is planned again, on the registry as it is now.

A digest tells that a plan is whole, not that it is true. So every part that decides something or
is shown to reviewers must follow from the specs and the registry once more.
"""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mlspec.errors import TamperedPlanError
from mlspec.planning._checks import AGAIN, shortened, untouched_by
from mlspec.planning._model import Operation
from mlspec.planning._requirements import required_approvals
from mlspec.planning._shown import untrue_counts, untrue_evidence
from mlspec.planning._shown_policy import untrue_policy
from mlspec.planning.plan import operations_of, rests_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.ledger.policy_facts import PolicyView
    from mlspec.planning._journal import Progress
    from mlspec.planning._model import EvidenceEntry, PlanContext
    from mlspec.planning._plan import Plan
    from mlspec.planning.desired import Desired
    from mlspec.planning.law import Law
    from mlspec.state import Snapshot

__all__ = ["require_following"]

_SHOWN_CHARACTERS = len("sha256:") + 12
_NOT_COMPARED = ("id", "depends_on", "blocked")
"""The first two are compared by address; what blocks an operation is decided by what holds now."""


def require_following(
    progress: Progress,
    snapshot: Snapshot,
    context: PlanContext,
    desired: Mapping[str, Desired],
    evidence: Mapping[str, EvidenceEntry],
    law: Law | None = None,
) -> tuple[tuple[Operation, ...], PolicyView]:
    """Return the undone operations with what blocks them now, when they are what is asked for.

    With them comes what policy says of them now, by the rules of the stage `plan`.

    Only what the plan itself names is compared: other resources may ask for other operations by
    now. `context` states the terms in force; the bodies that operations touch are in the snapshot.

    Raises:
        TamperedPlanError: an operation was invented, altered or left out.
    """
    plan, undone = progress.plan, progress.undone
    made, today, policy = operations_of(
        desired, snapshot, context, evidence, untouched_by(progress), law
    )
    wrong = [*_contradictions(undone, made), *_lacking(undone, made), *_misplaced(undone)]
    wrong += _unread(plan, rests_on(undone, desired, context))
    if len(undone) == len(plan.operations):
        wrong += _terms(plan, made, context)
        wrong += untrue_evidence(plan, made, desired, today)
        wrong += untrue_counts(plan, desired)
        wrong += untrue_policy(plan, policy)
    if wrong:
        raise TamperedPlanError(
            "the plan does not follow from the specs and the registry: it was not made by planning",
            details=shortened(wrong),
            hint=AGAIN.format(env=plan.environment),
        )
    blocks = {each.address: each.blocked for each in made}
    return tuple(replace(each, blocked=blocks[each.address]) for each in undone), policy


def _contradictions(said: Sequence[Operation], made: Sequence[Operation]) -> Iterator[str]:
    expected = {each.address: each for each in made}
    before, now = _names_needed(said), _names_needed(made)
    for each in said:
        other = expected.get(each.address, each)
        told, asked = _told(each), _told(expected.get(each.address))
        altered = _altered(each, other)
        if told != asked:
            yield f"`{each.address}`: the plan says {told}, specs and registry ask for {asked}"
        elif altered:
            yield f"`{each.address}`: altered in the plan: {', '.join(altered)}"
        elif before[each.address] != now[each.address]:
            yield f"`{each.address}`: altered in the plan: depends_on"


def _altered(said: Operation, expected: Operation) -> list[str]:
    return [
        each.name
        for each in fields(Operation)
        if each.name not in _NOT_COMPARED
        and getattr(said, each.name) != getattr(expected, each.name)
    ]


def _names_needed(operations: Sequence[Operation]) -> dict[str, set[str]]:
    """Return the addresses that have to come first, among these operations, by address."""
    addresses = {each.id: each.address for each in operations}
    return {
        each.address: {addresses[other] for other in each.depends_on if other in addresses}
        for each in operations
    }


def _lacking(said: Iterable[Operation], made: Iterable[Operation]) -> list[str]:
    addresses = {each.address for each in said}
    return [
        f"`{each.address}`: the plan lacks {_told(each)}"
        for each in made
        if each.address not in addresses
    ]


def _told(operation: Operation | None) -> str:
    if operation is None:
        return "no operation"
    digests = [each[:_SHOWN_CHARACTERS] for each in (operation.pre, operation.post) if each]
    return f"{operation.action.value} {' -> '.join(dict.fromkeys(digests))}"


def _misplaced(operations: Sequence[Operation]) -> Iterator[str]:
    for earlier, later in pairwise(each.address for each in operations):
        if earlier >= later:
            yield f"`{later}`: the plan has it twice, or out of order"


def _unread(plan: Plan, rests: set[str]) -> Iterator[str]:
    for address in sorted(rests.difference(each.address for each in plan.read_set)):
        yield f"`{address}`: the plan rests on it, but does not say so"


def _terms(plan: Plan, made: Sequence[Operation], context: PlanContext) -> Iterator[str]:
    """Yield where the plan states other terms than hold, which its approvers were shown."""
    if plan.require_approvals != context.require_approvals:
        yield "altered in the plan: whether approvals are required"
    if plan.freezes != context.freezes:
        yield "altered in the plan: the freeze windows"
    if plan.required_approvals != required_approvals(made, context, plan.evidence):
        yield "altered in the plan: the approvals that it needs"
