"""What an apply did, as text for people, as JSON, and as JSON lines while it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, pretty_json
from mlspec.planning import Action, Outcome
from mlspec.reporting._agreed import carried_lines
from mlspec.reporting._cells import Style, clean, table
from mlspec.reporting._plan_facts import listed
from mlspec.reporting._plan_order import SYMBOLS
from mlspec.reporting.approvals import approval_json
from mlspec.state import StepStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.planning import ApplyResult, Plan, StepReport
    from mlspec.state import BreakGlass, RunOperation, RunRecord

__all__ = [
    "applied_json",
    "render_applied",
    "render_applied_json",
    "render_finished_line",
    "render_progress",
    "render_started_line",
    "render_step_line",
]

_STYLES = {"+": Style.GREEN, "-": Style.RED, "x": Style.RED, "!": Style.RED}
_DONE_WORDS = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.RENAME: "renamed",
    Action.RETIRE: "retired",
    Action.DELETE: "deleted",
    Action.ADOPT: "adopted",
    Action.FORGET: "forgotten",
}
_HIGHEST_TIER = "high"
_AGAIN = "Run the same command again to finish it."
_STATUS_WORDS = {
    StepStatus.DONE: "done",
    StepStatus.FAILED: "failed",
    StepStatus.INTENT: "not started",
    StepStatus.PENDING: "not started",
}


def render_applied(result: ApplyResult, *, colour: bool) -> str:
    """Return what an apply did as text."""
    notices = [Style.RED.paint(f"! {clean(each)}", colour=colour) for each in result.notices]
    carried = carried_lines(result.approvals, result.plan.digest)
    return "\n".join([*notices, *_told(result, colour=colour), *carried]) + "\n"


def render_applied_json(result: ApplyResult) -> str:
    """Return what an apply did as JSON (`mlspec.applied/1.0`)."""
    return pretty_json(applied_json(result))


def applied_json(result: ApplyResult) -> dict[str, Json]:
    """Return what an apply did as a JSON value."""
    return {
        "format": "mlspec.applied/1.0",
        "notices": list(result.notices),
        "outcome": result.outcome.value,
        "env": result.plan.environment,
        "plan": result.plan.digest,
        **_run_json(result.run),
        "approvals": [approval_json(each, result.plan) for each in result.approvals],
    }


def _run_json(run: RunRecord | None) -> dict[str, Json]:
    if run is None:
        absent = dict.fromkeys(("run", "serial", "actor", "at", "break_glass"))
        return {**absent, "operations": []}
    return {
        "run": run.run_id,
        "serial": run.serial,
        "actor": run.actor,
        "at": run.at,
        "break_glass": _glass(run.break_glass) if run.break_glass else None,
        "operations": [_operation_json(each) for each in run.operations],
    }


def _glass(glass: BreakGlass) -> dict[str, Json]:
    passed = glass.passed_over
    return {
        "role": glass.role,
        "reason": glass.reason,
        "passed_over": {
            "approvals": [{"role": each.role, "count": each.count} for each in passed.approvals],
            "expired_at": passed.expired_at,
            "freezes": list(passed.freezes),
            "authors_unknown": passed.authors_unknown,
            "rules": list(passed.rules),
        },
    }


def render_started_line(total: int) -> str:
    """Return the first JSON line: how many operations there are."""
    return _line({"type": "started", "total": total})


def render_step_line(step: StepReport) -> str:
    """Return one operation that has ended as a JSON line."""
    return _line(
        {
            "type": "operation",
            "address": step.address,
            "action": step.action,
            "status": _status(step.status),
            "note": step.note,
            "number": step.number,
            "total": step.total,
        }
    )


def render_finished_line(result: ApplyResult) -> str:
    """Return how an apply ended as the last JSON line; the operations stood in those before."""
    told = applied_json(result)
    operations = result.run.operations if result.run else ()
    words = [_status(each.status) for each in operations]
    counts: dict[str, Json] = {word: words.count(word) for word in sorted(set(words))}
    del told["operations"]
    return _line({"type": "finished", **told, "counts": counts})


def render_progress(step: StepReport) -> str:
    """Return how far an apply is, in a few words for a terminal."""
    return f"{step.number} of {step.total}: {clean(step.action)} {clean(step.address)}"


def _status(status: StepStatus) -> str:
    return _STATUS_WORDS[status].replace(" ", "-")


def _line(value: dict[str, Json]) -> str:
    return canonical_json(value).decode() + "\n"


def _operation_json(operation: RunOperation) -> dict[str, Json]:
    return {
        "address": operation.address,
        "action": operation.action,
        "status": _status(operation.status),
        "note": operation.note,
    }


def _told(result: ApplyResult, *, colour: bool) -> Iterator[str]:
    environment, run = clean(result.plan.environment), result.run
    if run is None:
        yield f"Nothing to apply: the plan for {environment} has no changes."
    elif result.outcome is Outcome.ALREADY_APPLIED:
        yield (
            f"Already applied to {environment} as {_name(run)}, by {clean(run.actor)} at "
            f"{clean(run.at)}. Nothing was written."
        )
    else:
        yield from _operation_lines(run.operations, colour=colour)
        yield ""
        yield _ending(result.outcome, environment, run)
        yield from _advice(result.plan, run)


def _ending(outcome: Outcome, environment: str, run: RunRecord) -> str:
    told = f"to {environment} as {_name(run)}: {_counts(run.operations)}."
    if outcome is Outcome.APPLIED:
        return f"Applied {told}"
    why = "Interrupted: partly" if outcome is Outcome.INTERRUPTED else "Partly"
    return f"{why} applied {told} {_AGAIN}"


def _advice(plan: Plan, run: RunRecord) -> Iterator[str]:
    """Yield what to think of once, after the first apply to an environment."""
    if plan.require_approvals or run.serial != 1:
        return
    models = [each for each in plan.operations if each.kind == "Model"]
    grave = [each.address for each in models if each.risk.tier_new == _HIGHEST_TIER]
    if grave:
        yield (
            f"Nobody had to agree to models of tier {_HIGHEST_TIER} ({listed(grave)}): think of "
            f"`requireApprovals: true` for `{clean(plan.environment)}` in `mlspec.yaml`."
        )


def _name(run: RunRecord) -> str:
    return f"run {clean(run.run_id)}, serial {run.serial}"


def _operation_lines(operations: Iterable[RunOperation], *, colour: bool) -> Iterator[str]:
    listed = list(operations)
    rows = table([(clean(each.address), _remark(each)) for each in listed])
    for operation, row in zip(listed, rows, strict=True):
        symbol = _symbol(operation)
        style = _STYLES.get(symbol, Style.YELLOW)
        yield f"{style.paint(symbol, colour=colour)} {row}"


def _symbol(operation: RunOperation) -> str:
    if operation.status is StepStatus.FAILED:
        return "!"
    if operation.status is not StepStatus.DONE:
        return "."
    return SYMBOLS[Action(operation.action)]


def _remark(operation: RunOperation) -> str:
    if operation.status is StepStatus.DONE:
        return ""
    return f"{_STATUS_WORDS[operation.status]}: {clean(operation.note)}".rstrip(": ")


def _counts(operations: Iterable[RunOperation]) -> str:
    listed = list(operations)
    done = [Action(each.action) for each in listed if each.status is StepStatus.DONE]
    parts = [f"{done.count(action):,} {word}" for action, word in _DONE_WORDS.items()]
    failed = sum(each.status is StepStatus.FAILED for each in listed)
    rest = len(listed) - len(done) - failed
    parts += [f"{failed:,} failed", f"{rest:,} not started"]
    return ", ".join(each for each in parts if not each.startswith("0 ")) or "nothing"
