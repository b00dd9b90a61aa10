"""The parts of a plan as they stand in the plan file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.planning._model import (
        ContractChange,
        EvidenceEntry,
        FieldChange,
        Freeze,
        Operation,
        Risk,
        Scope,
    )

__all__ = [
    "evidence_to_json",
    "freeze_to_json",
    "operation_to_json",
    "risk_facts",
    "scope_to_json",
]


def operation_to_json(operation: Operation) -> Json:
    """Return an operation as it stands in a plan file."""
    blocked, contract = operation.blocked, operation.contract
    return {
        "id": operation.id,
        "address": operation.address,
        "previous": operation.previous,
        "kind": operation.kind,
        "action": operation.action.value,
        "reason": operation.reason,
        "why": operation.why,
        "uid": operation.uid,
        "pre": operation.pre,
        "post": operation.post,
        "at": operation.at,
        "guard": {"protect": operation.protect, "from": "registry"},
        "depends_on": list(operation.depends_on),
        "affects": list(operation.affects),
        "changes": [_change(each) | {"at": each.at} for each in operation.changes],
        "blocked": {"code": blocked.code.value, "reason": blocked.reason} if blocked else None,
        "risk": _risk(operation.risk),
        "contract": _contract(contract) if contract else None,
    }


def risk_facts(operation: Operation) -> Json:
    """Return what of an operation its approvals rest on: where it stands in a file is no part.

    Why something is removed is one: it is agreed to, and goes into the record. Field changes tell
    what an update does, whatever else moved in the body; an operation without any is told by its
    digests.
    """
    digests: dict[str, Json] = {"pre": operation.pre, "post": operation.post}
    return {
        "address": operation.address,
        "previous": operation.previous,
        "action": operation.action.value,
        "why": operation.why,
        "changes": [_change(each) for each in operation.changes],
        "risk": _risk(operation.risk),
        "digests": None if operation.changes else digests,
    }


def scope_to_json(scope: Scope) -> Json:
    """Return what a plan was asked for, as it stands in a plan file."""
    return {
        "mode": scope.mode.value,
        "partial": scope.is_partial,
        "targets": list(scope.targets),
        "reverts": scope.reverts,
    }


def freeze_to_json(freeze: Freeze) -> Json:
    """Return a freeze window as it stands in a plan file."""
    return {
        "id": freeze.id,
        "start": freeze.start,
        "end": freeze.end,
        "reason": freeze.reason,
        "allow": freeze.allow.value,
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
            {
                "gate": each.gate,
                "verdict": each.verdict,
                "required": each.required,
                "excused": each.excused,
                "review": each.review,
                "lapsed": each.lapsed,
            }
            for each in entry.gates
        ],
        "signers": list(entry.signers),
        "reproduced": entry.is_reproduced,
        "unsigned_profiles": list(entry.unsigned_profiles),
        "run": entry.run,
        "tier": entry.tier,
    }


def _change(change: FieldChange) -> dict[str, Json]:
    return {
        "path": change.path,
        "old": change.old,
        "new": change.new,
        "class": change.field_class,
        "direction": change.direction.value,
    }


def _risk(risk: Risk) -> Json:
    return {
        "level": risk.level.value,
        "reasons": [
            {
                "rule": each.rule,
                "level": each.level.value,
                "because": each.because,
                "path": each.path,
            }
            for each in risk.reasons
        ],
        "tier_old": risk.tier_old,
        "tier_new": risk.tier_new,
        "judged_at": risk.judged_at,
        "reversibility": risk.reversibility.value,
        "blast": {
            "traffic": risk.blast.traffic,
            "consumers": list(risk.blast.consumers),
            "dependants": list(risk.blast.dependants),
        },
    }


def _contract(contract: ContractChange) -> Json:
    return {
        "compatibility": contract.compatibility.value,
        "reasons": list(contract.reasons),
        "consumers": list(contract.consumers),
    }
