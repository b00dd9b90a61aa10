"""Approvals as text for people and as JSON: what somebody agrees to, and what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.planning.approvals import needed_text, told_of
from mlspec.planning.break_glass import passed_over_text
from mlspec.reporting._agreed import carried_words
from mlspec.reporting._cells import Style, clean, counted, table
from mlspec.reporting._plan_facts import DIRECTIONS, LOOSENING, action_words, arrow, listed
from mlspec.reporting._plan_order import by_risk, symbol_of
from mlspec.reporting._plan_terms import because, counts, heading
from mlspec.state import BreakGlass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.ledger import Approval
    from mlspec.planning import Operation, Plan
    from mlspec.planning.approvals import Decision
    from mlspec.state import RunRecord

__all__ = [
    "approval_json",
    "decision_json",
    "render_decision",
    "render_review",
    "render_subject",
    "review_json",
]

_OPERATIONS = 12
_CHANGES = 4
_RULES = 3


def render_subject(plan: Plan, *, colour: bool) -> str:
    """Return what an approval of the plan agrees to: the gravest first, and short."""
    ordered = by_risk(plan.operations)
    shown, rest = ordered[:_OPERATIONS], len(ordered) - _OPERATIONS
    lines = [heading(plan)]
    for operation in shown:
        lines += _operation(operation, colour=colour)
    if rest > 0:
        lines.append(f"and {counted(rest, 'operation')} more of at most that risk, see the plan")
    return "\n".join([*lines, counts(plan), f"Digest: {plan.digest}"]) + "\n"


def render_decision(
    plan: Plan,
    decision: Decision,
    refused: Iterable[tuple[str, str]] = (),
    notes: Iterable[str] = (),
    *,
    colour: bool,
) -> str:
    """Return which approvals count, which do not and why, and what is missing.

    `refused` are things that were given as approvals and are none: where from, and why.
    """
    lines = [*_verdict(plan, decision, colour=colour)]
    lines += _section("Counts", [_accepted_row(each, plan) for each in decision.accepted])
    lines += _missing(decision)
    rejected = [(clean(told_of(each)),) for each in decision.rejected]
    rejected += [(clean(f"{source}: {reason}"),) for source, reason in refused]
    lines += _section("Does not count", rejected)
    lines += _section("Not needed", [_accepted_row(each, plan) for each in decision.spare])
    lines += [f"note: {clean(each)}" for each in notes]
    return "\n".join(lines) + "\n"


def decision_json(
    plan: Plan,
    decision: Decision,
    refused: Iterable[tuple[str, str]] = (),
    notes: Iterable[str] = (),
) -> dict[str, Json]:
    """Return how a plan stands with its approvals as a JSON value (`mlspec.approvals/1.0`)."""
    rejected: list[Json] = [
        {"source": each.approval.principal, "role": each.approval.role, "reason": each.reason}
        for each in decision.rejected
    ]
    rejected += [{"source": source, "role": "", "reason": reason} for source, reason in refused]
    return {
        "format": "mlspec.approvals/1.0",
        "env": plan.environment,
        "plan": plan.digest,
        "risk_digest": plan.risk_digest,
        "expires_at": plan.expires_at,
        "complete": decision.is_complete,
        "required": [each.to_json() for each in plan.required_approvals],
        "missing": [each.to_json() for each in decision.missing],
        "accepted": [approval_json(each, plan) for each in decision.accepted],
        "spare": [approval_json(each, plan) for each in decision.spare],
        "rejected": rejected,
        "notes": list(notes),
    }


def approval_json(approval: Approval, plan: Plan) -> dict[str, Json]:
    """Return an approval as a JSON value; `plan` is the one it was given to.

    `carried_over` says that it is another one.
    """
    return {
        "principal": approval.principal,
        "role": approval.role,
        "strength": approval.strength.value,
        "at": approval.at,
        "comment": approval.comment,
        "digest": approval.digest,
        "plan": approval.plan,
        "carried_over": approval.plan != plan.digest,
    }


def render_review(run: RunRecord, *, is_new: bool) -> str:
    """Return which run was reviewed, by whom, and what it was."""
    glass = run.break_glass or BreakGlass("", "")
    verb = "Reviewed" if is_new else "Already reviewed"
    past = passed_over_text(glass.passed_over)
    return clean(
        f"{verb} by {glass.reviewed_by}: run {run.run_id}, applied by {run.actor} as {glass.role} "
        f"at {run.at} past what its plan needed ({past}): {glass.reason}"
    )


def review_json(run: RunRecord, *, is_new: bool) -> dict[str, Json]:
    """Return a review of a run as a JSON value (`mlspec.review/1.0`)."""
    glass = run.break_glass or BreakGlass("", "")
    return {
        "format": "mlspec.review/1.0",
        "env": run.environment,
        "run": run.run_id,
        "actor": run.actor,
        "at": run.at,
        "role": glass.role,
        "reason": glass.reason,
        "reviewed_by": glass.reviewed_by,
        "new": is_new,
    }


def _operation(operation: Operation, *, colour: bool) -> Iterator[str]:
    risk = operation.risk
    rules = listed(tuple(dict.fromkeys(each.rule for each in risk.reasons)), _RULES)
    row = f"{risk.level.value.upper()}  {clean(operation.address)}  {action_words(operation)}"
    yield f"{symbol_of(operation)} {row}  {rules}".rstrip()
    if operation.why:
        yield f"    reason: {clean(operation.why)}"
    changes = sorted(operation.changes, key=lambda each: each.direction not in LOOSENING)
    for change in changes[:_CHANGES]:
        told = f"{clean(change.path)}  {arrow(change)} {DIRECTIONS[change.direction]}".rstrip()
        is_loose = change.direction in LOOSENING
        yield "    " + (Style.RED.paint(told, colour=colour) if is_loose else told)
    rest = len(changes) - _CHANGES
    if rest > 0:
        yield f"    and {counted(rest, 'more field')}"


def _verdict(plan: Plan, decision: Decision, *, colour: bool) -> Iterator[str]:
    environment = clean(plan.environment)
    if not plan.required_approvals:
        yield f"The plan for {environment} needs no approvals."
    elif decision.is_complete:
        number = counted(len(decision.accepted), "approval")
        yield Style.GREEN.paint(
            f"Approved: the plan for {environment} has {number}.", colour=colour
        )
    else:
        number = counted(sum(each.count for each in decision.missing), "approval")
        told = f"Not approved: the plan for {environment} lacks {number}."
        yield Style.RED.paint(told, colour=colour)


def _section(title: str, rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    if rows:
        yield f"{title}:"
    for row in table(rows):
        yield f"  {row}"


def _missing(decision: Decision) -> Iterator[str]:
    rows = [(clean(needed_text(each)), because(each)) for each in decision.missing]
    yield from _section("Missing", rows)


def _accepted_row(approval: Approval, plan: Plan) -> tuple[str, ...]:
    told = (approval.principal, approval.role, approval.strength.value, approval.at)
    return (*map(clean, told), carried_words(approval, plan.digest) or clean(approval.comment))
