"""What a report says of a plan as a whole: counts, scope, approvals, validity, the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ledger import Strength
from mlspec.planning import Level, ScopeMode
from mlspec.reporting._cells import clean, counted, short
from mlspec.reporting._plan_facts import Fact, listed
from mlspec.reporting._plan_policy import pack_words, policy_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.planning import Freeze, Plan, Requirement, Scope, Summary

__all__ = [
    "approvals_heading",
    "because",
    "counts",
    "heading",
    "next_steps",
    "nothing_to_do",
    "strength_words",
    "terms",
]

_BECAUSE = 4
_TARGETS = 10
_ACTIONS = ("create", "update", "rename", "adopt", "retire", "delete", "forget")
_KEPT = "plan.json"


def heading(plan: Plan) -> str:
    """Return which environment, registry and specs the plan is for."""
    registry = f"registry {clean(short(plan.lineage))} serial {plan.envelope.serial}"
    place = registry if plan.lineage else "no registry yet"
    return f"Plan for {clean(plan.environment)} ({place}, specs {short(plan.source.spec_digest)})"


def nothing_to_do(plan: Plan) -> str:
    """Return that there are no changes, as far as the plan looked."""
    if plan.scope.is_partial:
        return f"No changes to {clean(plan.environment)} within this scope."
    return (
        f"No changes: the registry of {clean(plan.environment)} holds what the specs say "
        f"({counted(plan.unchanged, 'resource')})."
    )


def counts(plan: Plan) -> str:
    """Return how many operations of each sort there are, and what stands out."""
    summary = plan.summary
    notes = [
        _actions(summary),
        f"{summary.blocked:,} blocked" if summary.blocked else "",
        counted(summary.loosened, "loosening change") if summary.loosened else "",
        counted(summary.tightened, "tightening change") if summary.tightened else "",
        f"highest risk {summary.max_risk.value}",
    ]
    return "; ".join(note for note in notes if note)


def _actions(summary: Summary) -> str:
    numbers = {action: getattr(summary, action) for action in _ACTIONS}
    return ", ".join(f"{number:,} to {action}" for action, number in numbers.items() if number)


def terms(plan: Plan) -> Iterator[Fact]:
    """Yield what limits the plan: its scope, until when it may be applied, freeze windows."""
    yield from _scope(plan.scope)
    if plan.expires_at:
        yield Fact("valid until", clean(plan.expires_at))
    yield Fact("digest", plan.digest)
    if plan.required_approvals:
        yield Fact("risk digest", plan.risk_digest)
    for freeze in plan.freezes:
        yield Fact("freeze", _freeze(freeze))
    yield from _policy(plan)


def _policy(plan: Plan) -> Iterator[Fact]:
    """Yield the packs that judged the plan, and what they say of resources that it affects."""
    view = plan.policy
    if view.packs:
        packs = ", ".join(map(pack_words, view.packs))
        yield Fact("policy", f"{packs}; judged by the day {clean(view.day)}")
    for fault in view.faults:
        yield Fact("policy fault", clean(fault), is_grave=True)
    written = {each.address for each in plan.operations}
    for entry in view.entries:
        if entry.address not in written:
            for label, text, is_grave in policy_lines(entry):
                yield Fact(f"{clean(entry.address)}: {label}", text, is_grave)


def approvals_heading(plan: Plan) -> str:
    """Return how many approvals are needed, and from whom they may not come."""
    if not plan.required_approvals:
        return "Approvals needed: none" if plan.require_approvals and plan.has_changes else ""
    number = sum(each.count for each in plan.required_approvals)
    names = f" ({', '.join(map(clean, plan.authors))})" if plan.authors else ""
    return f"Approvals needed ({number:,}), not by an author of the change{names}"


def strength_words(requirement: Requirement) -> str:
    """Return how sure it has to be who approved."""
    return f"at least {requirement.strength.value}"


def because(requirement: Requirement) -> str:
    """Return the rules and addresses that ask for an approval."""
    return listed(requirement.because, _BECAUSE)


def next_steps(plan: Plan, plan_file: str | None) -> Iterator[Fact]:
    """Yield what to run next, in order; a grave one says why there is nothing to run."""
    if plan.summary.blocked:
        yield Fact("apply", "not yet: what is blocked comes first", is_grave=True)
        return
    file = clean(plan_file or _KEPT)
    if plan_file is None:
        scope = "".join(f" {each}" for each in _scope_flags(plan.scope))
        yield Fact("keep", f"mlspec plan --env {clean(plan.environment)}{scope} --out {file}")
    for role, sign in {each.role: _sign_flag(each) for each in plan.required_approvals}.items():
        yield Fact("approve", f"mlspec approve {file} --as NAME --role {clean(role)}{sign}")
    yield Fact("apply", f"mlspec apply {file}")


def _sign_flag(requirement: Requirement) -> str:
    """Return the flag that makes an approval count where nobody's word is enough."""
    return "" if requirement.strength is Strength.ASSERTED else " --sign KEY"


def _scope_flags(scope: Scope) -> Iterator[str]:
    """Yield the flags that ask for the same part once more."""
    if scope.mode is ScopeMode.REVERT:
        yield f"--revert {clean(scope.reverts)}"
    else:
        yield from (f"--target {clean(each)}" for each in scope.targets)


def _scope(scope: Scope) -> Iterator[Fact]:
    if scope.mode is ScopeMode.REVERT:
        yield Fact("reverts", f"run {clean(scope.reverts)}; other changes are left out")
    elif scope.is_partial:
        yield Fact("partial", f"only {listed(scope.targets, _TARGETS)}; the rest is left out")


def _freeze(freeze: Freeze) -> str:
    allowed = "no changes" if freeze.allow is Level.NONE else f"changes up to {freeze.allow.value}"
    when = f"{clean(freeze.start)} to {clean(freeze.end)}"
    return f"{clean(freeze.id)}, {when}, {allowed}: {clean(freeze.reason)}"
