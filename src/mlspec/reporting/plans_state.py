"""What a registry holds, what was done to it, and whether its record is intact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.ledger import glass_told
from mlspec.reporting._agreed import agreed_json, carried_words, subject_json
from mlspec.reporting._cells import Style, clean, counted, short, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.ledger import Approval, RunFacts
    from mlspec.planning import AuditView, HistoryView, StatusView
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


def render_status(view: StatusView, *, colour: bool = False) -> str:
    """Return the objects of a registry as a table."""
    if not view.lineage:
        return f"There is no registry yet for {clean(view.environment)}: nothing was applied.\n"
    place = f"{clean(view.environment)} (registry {clean(short(view.lineage))}"
    heading = f"{place}, serial {view.serial}): {counted(len(view.objects), 'resource')}"
    rows = [("ADDRESS", "STATE", "REVISION", "DIGEST"), *map(_status_row, view.objects)]
    lines = [heading, *(table(rows) if view.objects else ())]
    return "\n".join([*_notices(view.notices, colour=colour), *lines]) + "\n"


def render_status_json(view: StatusView) -> str:
    """Return the objects of a registry as JSON (`mlspec.status/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.status/1.0",
            "env": view.environment,
            "lineage": view.lineage,
            "serial": view.serial,
            "notices": list(view.notices),
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


def render_history(view: HistoryView, *, colour: bool = False) -> str:
    """Return the runs as text, newest last."""
    if not view.runs:
        return "Nothing was applied.\n"
    rows = [
        ("SERIAL", "RUN", "AT", "ACTOR", "OUTCOME", "APPROVED BY", "OPERATIONS"),
        *(_history_row(each, view.facts.get(each.statement)) for each in view.runs),
    ]
    lines = (*_notices(view.notices, colour=colour), *table(rows), *_reasons(view))
    return "\n".join(lines) + "\n"


def _reasons(view: HistoryView) -> Iterator[str]:
    """Yield why the state was edited by hand."""
    for run in view.runs:
        facts = view.facts.get(run.statement)
        if facts and facts.reason:
            yield clean(f"Run {run.run_id} by hand: {facts.reason}")


def render_history_json(view: HistoryView) -> str:
    """Return the runs as JSON (`mlspec.history/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.history/1.0",
            "env": view.environment,
            "notices": list(view.notices),
            "runs": [_run(each, view.facts.get(each.statement)) for each in view.runs],
        }
    )


def render_audit(view: AuditView, *, colour: bool) -> str:
    """Return the verdict on a ledger as text."""
    notices = _notices(view.notices, colour=colour)
    checkpoints = f"{counted(view.checkpoints, 'checkpoint')} ({view.signed} signed)"
    seen = f"{counted(view.events, 'event')} and {checkpoints} of {clean(view.environment)}"
    if view.is_intact:
        head = f", head {view.sequence}:{view.head}" if view.head else ""
        told = Style.GREEN.paint(f"intact: {seen}{head}", colour=colour)
        return "\n".join([*notices, told]) + "\n"
    told = f"not intact: {counted(len(view.problems), 'problem')} in {seen}"
    lines = [f"  {clean(each.where)}: {clean(each.what)}" for each in view.problems]
    return "\n".join([*notices, Style.RED.paint(told, colour=colour), *lines]) + "\n"


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
            "sequence": view.sequence,
            "head": view.head,
            "notices": list(view.notices),
            "problems": [{"where": each.where, "what": each.what} for each in view.problems],
        }
    )


def _status_row(record: ObjectRecord) -> tuple[str, str, str, str]:
    guard = ", protected" if record.protect else ""
    state = f"{record.lifecycle.value}{guard}"
    return clean(record.address), state, str(record.revision), short(record.digest)


def _notices(notices: Sequence[str], *, colour: bool) -> list[str]:
    return [Style.RED.paint(f"! {clean(each)}", colour=colour) for each in notices]


def _history_row(run: RunRecord, facts: RunFacts | None) -> tuple[str, ...]:
    told = (run.run_id, run.at, run.actor, _outcome(run), _approved_by(facts))
    return (str(run.serial), *map(clean, told), _told(run))


def _outcome(run: RunRecord) -> str:
    if run.break_glass is None:
        return run.outcome.value
    reviewed = run.break_glass.reviewed_by
    review = f"reviewed by {reviewed}" if reviewed else "not reviewed"
    return f"{run.outcome.value}, BREAK GLASS, {review}"


def _approved_by(facts: RunFacts | None) -> str:
    if facts is None:
        return "unknown"
    return ", ".join(_approver(each, facts) for each in facts.approvals) or "-"


def _approver(approval: Approval, facts: RunFacts) -> str:
    carried = carried_words(approval, facts.plan_digest)
    who = f"{approval.principal} {approval.strength.value.upper()}"
    return f"{who} ({carried})" if carried else who


def _told(run: RunRecord) -> str:
    shown = [f"{each.action} {each.address}" for each in run.operations[:_SHOWN_OPERATIONS]]
    rest = len(run.operations) - len(shown)
    return clean(", ".join([*shown, *([f"and {rest} more"] if rest else [])]))


def _run(run: RunRecord, facts: RunFacts | None) -> Json:
    return {
        "run": run.run_id,
        "serial": run.serial,
        "env": run.environment,
        **subject_json(run.plan_digest, facts),
        "actor": run.actor,
        "at": run.at,
        "outcome": run.outcome.value,
        "statement": run.statement,
        "commit": facts.commit if facts else "",
        "reverts": facts.reverts if facts else "",
        "breakGlass": _glass(run),
        "approvals": [
            agreed_json(each, run.plan_digest) for each in (facts.approvals if facts else ())
        ],
        "operations": [
            {"address": each.address, "action": each.action, "status": each.status.value}
            for each in run.operations
        ],
    }


def _glass(run: RunRecord) -> Json:
    glass = run.break_glass
    return {**glass_told(glass), "reviewedBy": glass.reviewed_by} if glass else None
