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
                    "retired": each.retired,
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
    """Return the verdict on a chain of events as text."""
    environment = clean(view.environment)
    if view.is_intact:
        head = f", head {view.head}" if view.head else ""
        told = f"intact: {counted(view.events, 'event')} of {environment}{head}"
        return Style.GREEN.paint(told, colour=colour) + "\n"
    count = counted(len(view.problems), "problem")
    told = f"not intact: {count} in {counted(view.events, 'event')} of {environment}"
    lines = [
        f"  event {each.sequence}: {clean(each.what)}" if each.sequence else f"  {clean(each.what)}"
        for each in view.problems
    ]
    return "\n".join([Style.RED.paint(told, colour=colour), *lines]) + "\n"


def render_audit_json(view: AuditView) -> str:
    """Return the verdict on a chain of events as JSON (`mlspec.audit/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.audit/1.0",
            "env": view.environment,
            "lineage": view.lineage,
            "intact": view.is_intact,
            "events": view.events,
            "head": view.head,
            "problems": [{"sequence": each.sequence, "what": each.what} for each in view.problems],
        }
    )


def _status_row(record: ObjectRecord) -> tuple[str, str, str, str]:
    state = "retired" if record.retired else "live"
    guard = ", protected" if record.protect else ""
    return clean(record.address), state + guard, str(record.revision), short(record.digest)


def _told(run: RunRecord) -> str:
    shown = [f"{action} {address}" for address, action in run.operations[:_SHOWN_OPERATIONS]]
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
        "operations": [
            {"address": address, "action": action} for address, action in run.operations
        ],
    }
