"""What a registry holds, what was done to it, and whether its record is intact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.reporting._cells import Style, clean, counted, short, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.canonical import Json
    from mlspec.planning import AuditView, StatusView
    from mlspec.state import ObjectRecord, RunRecord

__all__ = [
    "render_audit",
    "render_audit_json",
    "render_history",
    "render_history_json",
    "render_status",
    "render_status_json",
]

_SHOWN_OPERATIONS = 4


def render_status(view: StatusView) -> str:
    """Return the objects of a registry as a table."""
    if not view.lineage:
        return f"There is no registry yet for {clean(view.environment)}: nothing was applied.\n"
    place = f"{clean(view.environment)} (registry {clean(short(view.lineage))}"
    heading = f"{place}, serial {view.serial}): {counted(len(view.objects), 'resource')}"
    rows = [("ADDRESS", "STATE", "REVISION", "DIGEST"), *map(_status_row, view.objects)]
    return "\n".join([heading, *(table(rows) if view.objects else ())]) + "\n"


def render_status_json(view: StatusView) -> str:
    """Return the objects of a registry as JSON (`mlspec.status/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.status/1.0",
            "env": view.environment,
            "lineage": view.lineage,
            "serial": view.serial,
            "objects": [
                {
                    "address": each.address,
                    "uid": each.uid,
                    "revision": each.revision,
                    "digest": each.digest,
                    "protect": each.protect,
                    "lifecycle": each.lifecycle.value,
                }
                for each in view.objects
            ],
        }
    )


def render_history(runs: Sequence[RunRecord]) -> str:
    """Return the applies as text, newest last."""
    if not runs:
        return "Nothing was applied.\n"
    rows = [
        ("SERIAL", "RUN", "AT", "ACTOR", "OPERATIONS"),
        *(
            (str(each.serial), clean(each.run_id), clean(each.at), clean(each.actor), _told(each))
            for each in runs
        ),
    ]
    return "\n".join(table(rows)) + "\n"


def render_history_json(runs: Sequence[RunRecord]) -> str:
    """Return the applies as JSON (`mlspec.history/1.0`)."""
    return pretty_json({"format": "mlspec.history/1.0", "runs": [_run(each) for each in runs]})


def render_audit(view: AuditView, *, colour: bool) -> str:
    """Return the verdict on a ledger as text."""
    checkpoints = f"{counted(view.checkpoints, 'checkpoint')} ({view.signed} signed)"
    seen = f"{counted(view.events, 'event')} and {checkpoints} of {clean(view.environment)}"
    if view.is_intact:
        head = f", head {view.head}" if view.head else ""
        return Style.GREEN.paint(f"intact: {seen}{head}", colour=colour) + "\n"
    told = f"not intact: {counted(len(view.problems), 'problem')} in {seen}"
    lines = [f"  {clean(each.where)}: {clean(each.what)}" for each in view.problems]
    return "\n".join([Style.RED.paint(told, colour=colour), *lines]) + "\n"


def render_audit_json(view: AuditView) -> str:
    """Return the verdict on a ledger as JSON (`mlspec.audit/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.audit/1.0",
            "env": view.environment,
            "lineage": view.lineage,
            "intact": view.is_intact,
            "events": view.events,
            "checkpoints": view.checkpoints,
            "signed": view.signed,
            "head": view.head,
            "problems": [{"where": each.where, "what": each.what} for each in view.problems],
        }
    )


def _status_row(record: ObjectRecord) -> tuple[str, str, str, str]:
    guard = ", protected" if record.protect else ""
    state = f"{record.lifecycle.value}{guard}"
    return clean(record.address), state, str(record.revision), short(record.digest)


def _told(run: RunRecord) -> str:
    shown = [f"{each.action} {each.address}" for each in run.operations[:_SHOWN_OPERATIONS]]
    rest = len(run.operations) - len(shown)
    return clean(", ".join([*shown, *([f"and {rest} more"] if rest else [])]))


def _run(run: RunRecord) -> Json:
    return {
        "run": run.run_id,
        "serial": run.serial,
        "env": run.environment,
        "plan": run.plan_digest,
        "actor": run.actor,
        "at": run.at,
        "outcome": run.outcome.value,
        "statement": run.statement,
        "operations": [
            {"address": each.address, "action": each.action, "status": each.status.value}
            for each in run.operations
        ],
    }
