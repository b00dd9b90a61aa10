"""Plans as text for people; as JSON, a plan is its own file.

Riskiest first: blocked operations, then those that loosen something, then the rest by address.
Meaning never depends on colour, and text from specs can't move a terminal's cursor.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.planning import Action, ChangeDirection
from mlspec.reporting._cells import Style, clean, counted, short, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.planning import EvidenceEntry, FieldChange, Operation, Plan, Summary

__all__ = ["render_plan"]

_SYMBOLS = {Action.CREATE: "+", Action.UPDATE: "~", Action.RETIRE: "-"}
_STYLES = {"+": Style.GREEN, "~": Style.YELLOW, "-": Style.RED, "!": Style.RED}
_REASONS = {
    "created": "create",
    "changed": "update",
    "restored": "restore",
    "absent-from-specs": "retire",
}
_RETIRED = "no longer in the specs; kept, marked as retired"
_WORDS = {
    ChangeDirection.LOOSENED: "(loosened)",
    ChangeDirection.TIGHTENED: "(tightened)",
    ChangeDirection.UNKNOWN: "(unknown: counts as loosened)",
    ChangeDirection.NEUTRAL: "",
}
_LOOSENING = (ChangeDirection.LOOSENED, ChangeDirection.UNKNOWN)
_VALUE_CHARACTERS = 36
_AFFECTED_MODELS = 10


def render_plan(plan: Plan, *, colour: bool, plan_file: str | None = None) -> str:
    """Return a plan as text; `plan_file` is where it was written, for the command to apply it."""
    if not plan.has_changes:
        return (
            f"No changes: the registry of {clean(plan.environment)} holds what the specs say "
            f"({counted(plan.unchanged, 'resource')}).\n"
        )
    lines = [_heading(plan), *_operation_lines(plan, colour=colour)]
    if plan.unchanged:
        lines.append(f"= {plan.unchanged} unchanged")
    return "\n".join([*lines, "", *_footer(plan, plan_file)]) + "\n"


def _heading(plan: Plan) -> str:
    registry = f"registry {clean(short(plan.lineage))} serial {plan.envelope.serial}"
    place = registry if plan.lineage else "no registry yet"
    return f"Plan for {clean(plan.environment)} ({place}, specs {short(plan.source.spec_digest)})"


def _operation_lines(plan: Plan, *, colour: bool) -> Iterator[str]:
    ordered = sorted(plan.operations, key=_order)
    evidence = {each.address: each for each in plan.evidence}
    untold = evidence.keys() - {each.address for each in ordered}  # those say it themselves
    rows = [
        (clean(each.address), _REASONS.get(each.reason, each.action.value), _place(each))
        for each in ordered
    ]
    for operation, row in zip(ordered, table(rows), strict=True):
        symbol = "!" if operation.blocked else _SYMBOLS[operation.action]
        yield f"{_STYLES[symbol].paint(symbol, colour=colour)} {row}"
        yield from _details(operation, evidence.get(operation.address), colour=colour)
        yield from _affected([evidence[each] for each in operation.affects if each in untold])


def _order(operation: Operation) -> tuple[int, str]:
    if operation.blocked:
        return (0, operation.address)
    loosens = any(each.direction in _LOOSENING for each in operation.changes)
    return (1 if loosens else 2, operation.address)


def _place(operation: Operation) -> str:
    return _RETIRED if operation.action is Action.RETIRE else clean(operation.at)


def _details(
    operation: Operation, evidence: EvidenceEntry | None, *, colour: bool
) -> Iterator[str]:
    if operation.blocked:
        reason = clean(operation.blocked.reason)
        yield "    " + Style.RED.paint(f"blocked: {reason}", colour=colour)
    rows = [_change_row(each) for each in operation.changes]
    for change, row in zip(operation.changes, table(rows), strict=True):
        style = _style(change)
        yield "    " + (style.paint(row, colour=colour) if style else row)
    if evidence:
        yield f"    evidence: {_evidence(evidence)}"


def _affected(entries: Sequence[EvidenceEntry]) -> Iterator[str]:
    """Yield what the evidence of affected models is, of those first that do not pass."""
    ordered = sorted(entries, key=lambda each: (_passes(each), each.address))
    for entry in ordered[:_AFFECTED_MODELS]:
        yield f"    affects {clean(entry.address)}: evidence {_evidence(entry)}"
    rest = len(ordered) - _AFFECTED_MODELS
    if rest > 0:
        yield f"    affects {counted(rest, 'more model')}"


def _passes(entry: EvidenceEntry) -> bool:
    return (entry.status, entry.verdict) == ("present", "pass")


def _change_row(change: FieldChange) -> tuple[str, ...]:
    return (
        clean(change.field_class),
        clean(change.path),
        f"{_value(change.old)} -> {_value(change.new)}",
        _WORDS[change.direction],
        clean(change.at),
    )


def _style(change: FieldChange) -> Style | None:
    if change.direction in _LOOSENING:
        return Style.RED
    return Style.GREEN if change.direction is ChangeDirection.TIGHTENED else None


def _evidence(entry: EvidenceEntry) -> str:
    gates = ", ".join(
        f"{each.gate} {each.verdict}" + ("" if each.required else " (advisory)")
        for each in entry.gates
    )
    told = f"{entry.status}, {entry.verdict}" + (f": {gates}" if gates else "")
    return clean(told + (f" ({entry.reason})" if entry.reason else ""))


def _value(value: Json) -> str:
    if value is None:
        return "(none)"
    text = clean(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return text if len(text) <= _VALUE_CHARACTERS else text[: _VALUE_CHARACTERS - 3] + "..."


def _footer(plan: Plan, plan_file: str | None) -> Iterator[str]:
    yield _counts(plan)
    yield f"Digest {plan.digest}"
    if plan.blocked:
        yield "Apply: not before nothing is blocked"
    elif plan_file is None:
        out = f"mlspec plan --env {clean(plan.environment)} --out plan.json"
        yield f"Apply: keep the plan with `{out}`, then `mlspec apply plan.json`"
    else:
        yield f"Apply: mlspec apply {clean(plan_file)}"


def _counts(plan: Plan) -> str:
    summary = plan.summary
    notes = [
        _listed(summary, "{} to create", "{} to update", "{} to retire"),
        f"{summary.blocked} blocked" if summary.blocked else "",
        counted(summary.loosened, "loosening change") if summary.loosened else "",
        counted(summary.tightened, "tightening change") if summary.tightened else "",
    ]
    return "; ".join(note for note in notes if note)


def _listed(summary: Summary, *phrases: str) -> str:
    counts = (summary.create, summary.update, summary.retire)
    pairs = zip(phrases, counts, strict=True)
    return ", ".join(phrase.format(f"{count:,}") for phrase, count in pairs if count)
