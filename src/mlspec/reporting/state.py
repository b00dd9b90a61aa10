"""Objects of a registry, and what was done to its state by hand, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.planning.state_file import record_json
from mlspec.reporting._cells import clean, counted, short, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.planning import StatusView
    from mlspec.planning.recorded import Recorded
    from mlspec.planning.state_edit import Edited
    from mlspec.state import ObjectRecord

__all__ = [
    "render_edited",
    "render_edited_json",
    "render_listed",
    "render_listed_json",
    "render_object",
    "render_object_json",
]


def render_listed(view: StatusView) -> str:
    """Return the objects of a registry with their identities, as a table."""
    if not view.lineage:
        return f"There is no registry yet for {clean(view.environment)}: nothing was applied.\n"
    rows = [("ADDRESS", "UID", "REVISION", "STATE", "GUARD", "DIGEST"), *map(_row, view.objects)]
    count = counted(len(view.objects), "object")
    return "\n".join([f"{clean(view.environment)}: {count}", *table(rows)]) + "\n"


def render_listed_json(view: StatusView) -> str:
    """Return the objects of a registry as JSON (`mlspec.state-list/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.state-list/1.0",
            "env": view.environment,
            "lineage": view.lineage,
            "serial": view.serial,
            "objects": [record_json(each) for each in view.objects],
        }
    )


def render_object(environment: str, record: ObjectRecord, recorded: Recorded | None) -> str:
    """Return one object: what the registry keeps beside its body, then the body as JSON."""
    last = f"{recorded.run} at {recorded.at}" if recorded else "no event wrote it"
    rows = [
        ("environment", environment),
        ("uid", record.uid),
        ("revision", str(record.revision)),
        ("state", record.lifecycle.value),
        ("protected", "yes" if record.protect else "no"),
        ("digest", record.digest),
        ("operation", record.op_id or "(none)"),
        ("written by", last),
    ]
    told = [clean(record.address), *(f"  {row}" for row in table(_cleaned(rows)))]
    if record.body is None:
        return "\n".join([*told, "", "The registry has lost the body."]) + "\n"
    body = pretty_json(record.body).splitlines()
    return "\n".join([*told, "", *map(clean, body)]) + "\n"


def render_object_json(environment: str, record: ObjectRecord, recorded: Recorded | None) -> str:
    """Return one object as JSON (`mlspec.state-object/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.state-object/1.0",
            "env": environment,
            **record_json(record),
            "body": record.body,
            "run": recorded.run if recorded else None,
            "at": recorded.at if recorded else None,
        }
    )


def render_edited(edited: Edited) -> str:
    """Return what was changed by hand, or would be."""
    environment = clean(edited.environment)
    if not edited.changes:
        return f"Nothing to do: {environment} is as it should be.\n"
    rows = [(each.action, clean(each.address), clean(each.note)) for each in edited.changes]
    if edited.run is None:
        end = f"{counted(len(rows), 'change')} to make; nothing was written."
    else:
        end = f"Recorded for {environment} as run {edited.run.run_id}, serial {edited.run.serial}."
    return "\n".join([*table(rows), *_left(edited), "", end]) + "\n"


def render_edited_json(edited: Edited) -> str:
    """Return what was changed by hand, or would be, as JSON (`mlspec.state-edit/1.0`)."""
    run = edited.run
    return pretty_json(
        {
            "format": "mlspec.state-edit/1.0",
            "env": edited.environment,
            "run": run.run_id if run else None,
            "serial": run.serial if run else None,
            "changes": [
                {"address": each.address, "action": each.action, "note": each.note}
                for each in edited.changes
            ],
            "left": list(edited.left),
        }
    )


def _left(edited: Edited) -> Iterator[str]:
    for each in edited.left:
        yield f"left as it is: {clean(each)}"


def _cleaned(rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, clean(value)) for name, value in rows]


def _row(record: ObjectRecord) -> tuple[str, ...]:
    guard = "protected" if record.protect else ""
    facts = (record.uid[:12], str(record.revision), record.lifecycle.value, guard)
    return (clean(record.address), *map(clean, facts), short(record.digest))
