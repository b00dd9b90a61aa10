"""The parts of a plan as they stand in the plan file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.planning._model import EvidenceEntry, FieldChange, Operation

__all__ = ["evidence_to_json", "operation_to_json"]


def operation_to_json(operation: Operation) -> Json:
    """Return an operation as it stands in a plan file."""
    blocked = operation.blocked
    return {
        "id": operation.id,
        "address": operation.address,
        "kind": operation.kind,
        "action": operation.action.value,
        "reason": operation.reason,
        "uid": operation.uid,
        "pre": operation.pre,
        "post": operation.post,
        "at": operation.at,
        "guard": {"protect": operation.protect, "from": "registry"},
        "depends_on": list(operation.depends_on),
        "affects": list(operation.affects),
        "changes": [_change(each) for each in operation.changes],
        "blocked": {"code": blocked.code.value, "reason": blocked.reason} if blocked else None,
    }


def _change(change: FieldChange) -> Json:
    return {
        "path": change.path,
        "old": change.old,
        "new": change.new,
        "class": change.field_class,
        "direction": change.direction.value,
        "at": change.at,
    }


def evidence_to_json(entry: EvidenceEntry) -> Json:
    """Return what is known of the evidence of one model, as it stands in a plan file."""
    return {
        "for": entry.address,
        "status": entry.status,
        "verdict": entry.verdict,
        "digest": entry.digest,
        "reason": entry.reason,
        "gates": [
            {"gate": each.gate, "verdict": each.verdict, "required": each.required}
            for each in entry.gates
        ],
    }
