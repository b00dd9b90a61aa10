"""What is known of a resource beside its spec when a plan is judged, as rules read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.ledger.policy_facts import TIERS
from mlspec.planning._model import Action
from mlspec.workspace import gates_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning._model import EvidenceEntry, Operation
    from mlspec.state import ObjectRecord, Snapshot
    from mlspec.workspace import Resource, Workspace

__all__ = ["Circumstance", "known_of"]

_WORDS = {Action.RENAME: "move"}


@dataclass(frozen=True)
class Circumstance:
    """What is known beside the specs when a plan is judged.

    `evidence` is by address of the model; `agreed` are those who approved the plan, one entry per
    person, None before anybody could; `authors` made the change. The bodies of the bindings that
    are in force are in the snapshot.
    """

    snapshot: Snapshot
    evidence: Mapping[str, EvidenceEntry]
    agreed: Sequence[Json] | None = None
    authors: Sequence[str] = ()


def known_of(
    workspace: Workspace, resource: Resource, operation: Operation | None, given: Circumstance
) -> dict[str, Json]:
    """Return `change`, `registry` and `evidence` of a resource, which no `operation` may change."""
    former = operation.former if operation else resource.address
    evidence: dict[str, Json] = {"items": [], "gates": [*_gates(workspace, resource, given)]}
    if given.agreed is not None:
        evidence["approvals"] = list(given.agreed)
    return {
        "change": _change(operation, given.authors),
        "registry": _registry(given.snapshot.objects.get(former)),
        "evidence": evidence,
    }


def _gates(workspace: Workspace, resource: Resource, given: Circumstance) -> Iterator[Json]:
    known = given.evidence.get(resource.address)
    said = {each.gate: each.verdict for each in known.gates} if known else {}
    status = known.status if known else "missing"
    for gate in gates_of(workspace, resource):
        verdict = said.get(gate.id, "not_evaluated") if status == "present" else status
        kind = str(getattr(gate, "type", ""))
        yield {"id": gate.id, "type": kind, "required": gate.required, "verdict": verdict}


def _change(operation: Operation | None, authors: Sequence[str]) -> dict[str, Json]:
    if operation is None:
        return {"action": "none", "level": "none", **_authors(authors)}
    told: dict[str, Json] = {
        "action": _WORDS.get(operation.action, operation.action.value),
        "level": operation.risk.level.value,
        **_authors(authors),
    }
    if operation.risk.tier_old in TIERS:
        told["previousTier"] = operation.risk.tier_old
    return told


def _authors(authors: Sequence[str]) -> dict[str, Json]:
    return {"author": authors[0], "authors": list(authors)} if authors else {}


def _registry(record: ObjectRecord | None) -> dict[str, Json]:
    body = record.body if record else None
    metadata = body.get("metadata") if isinstance(body, dict) else None
    version = metadata.get("version") if isinstance(metadata, dict) else None
    known: dict[str, Json] = {"version": version} if isinstance(version, str) else {}
    return {"exists": record is not None, **known}
