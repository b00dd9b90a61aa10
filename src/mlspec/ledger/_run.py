"""The statement of a run: who did what, why, with whose approval, on which evidence.

It is kept once per run; events and checkpoints name it by digest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.errors import RegistryUnavailableError
from mlspec.ledger._approval import Approval, Strength
from mlspec.ledger._evidence_fact import EvidenceFact, Judged
from mlspec.ledger.item_facts import ItemFact, items_from_json, items_to_json
from mlspec.ledger.policy_facts import PolicyView, policy_from_json
from mlspec.state import (
    BreakGlass,
    LackingApprovals,
    PassedOver,
    RunOperation,
    RunOutcome,
    Statement,
    StepStatus,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = [
    "RUN_PREDICATE",
    "STATEMENT_TYPE",
    "EvidenceFact",
    "RequirementFact",
    "RunFacts",
    "glass_told",
    "in_toto",
    "predicate_of",
    "read_run_statement",
    "run_statement",
]

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
RUN_PREDICATE = "https://mlspec.dev/run/v1"

# The texts of a statement by their names there, and the fields that they are read into.
_RUN_TEXTS: Final = {
    "run": "run_id",
    "plan": "plan_digest",
    "risk": "risk_digest",
    "specs": "spec_digest",
    "commit": "commit",
    "environment": "environment",
    "lineage": "lineage",
    "actor": "actor",
    "at": "at",
    "reverts": "reverts",
}
_OPERATION_TEXTS: Final = {"address": "address", "action": "action", "id": "op_id", "note": "note"}
_EVIDENCE_TEXTS: Final = {"digest": "digest", "status": "status", "verdict": "verdict"}
_APPROVAL_TEXTS: Final = {
    "principal": "principal",
    "role": "role",
    "plan": "plan",
    "risk": "risk",
    "statement": "digest",
    "at": "at",
    "comment": "comment",
}


@dataclass(frozen=True, slots=True)
class RequirementFact:
    """Approvals that the plan of a run needed: so many people of a role, at least this strong."""

    role: str
    count: int
    strength: Strength


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run says of itself. Digests are "" where there is nothing to name.

    `at` is UTC in ISO 8601, given by the caller; `evidence` is by address; `reverts` is the id of
    the run that this one undoes; `publication` maps a branch to the digest of what was published.
    `authors` made the change, and so neither approve nor review it. `reason` is why the state was
    edited by hand, "" for a run of a plan: then `plan_digest` is that of the order. `policy` is
    what the policy packs in force said of what was written; `items` are the evidence items that
    were kept about it.
    """

    run_id: str
    plan_digest: str
    risk_digest: str
    spec_digest: str
    commit: str
    environment: str
    lineage: str
    serial: int
    actor: str
    at: str
    outcome: RunOutcome
    operations: tuple[RunOperation, ...] = ()
    approvals: tuple[Approval, ...] = ()
    evidence: Mapping[str, Judged] = field(default_factory=dict)
    break_glass: BreakGlass | None = None
    reverts: str = ""
    publication: Mapping[str, Json] | None = None
    required: tuple[RequirementFact, ...] = ()
    authors: tuple[str, ...] = ()
    reason: str = ""
    policy: PolicyView = field(default_factory=PolicyView)
    items: tuple[ItemFact, ...] = ()

    @property
    def is_ordered(self) -> bool:
        """Whether an order for an edit by hand stands where a plan stands elsewhere.

        A run that was given up by hand is still that of its plan.
        """
        return bool(self.reason) and self.outcome is not RunOutcome.ABANDONED


def in_toto(
    subject: Mapping[str, str], predicate_type: str, predicate: Mapping[str, Json]
) -> dict[str, Json]:
    """Return an in-toto statement (v1) over digests by name, in order of name."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": name, "digest": _hashes(subject[name])} for name in sorted(subject)],
        "predicateType": predicate_type,
        "predicate": dict(predicate),
    }


def predicate_of(body: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the predicate of a statement, empty where there is none."""
    found = body.get("predicate")
    return found if isinstance(found, dict) else {}


def run_statement(facts: RunFacts) -> Statement:
    """Return the statement of a run."""
    body = in_toto({"plan": facts.plan_digest}, RUN_PREDICATE, _predicate(facts))
    content = canonical_json(body)
    return Statement(digest_bytes(content), content.decode())


def read_run_statement(statement: Statement) -> RunFacts:
    """Return the facts that a run statement was made from.

    Raises:
        RegistryUnavailableError: it is none, or was altered.
    """
    try:
        body = json.loads(statement.content)
        found = _facts(predicate_of(body))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(statement) from error
    if run_statement(found) != Statement(statement.digest, statement.content):
        raise _damaged(statement)
    return found


def _damaged(statement: Statement) -> RegistryUnavailableError:
    return RegistryUnavailableError(
        f"the registry holds a run statement that mlspec never wrote: `{statement.digest}`",
        hint="run `mlspec audit verify`",
    )


def _predicate(facts: RunFacts) -> dict[str, Json]:
    return {
        **_told(facts, _RUN_TEXTS),
        "serial": facts.serial,
        "outcome": facts.outcome.value,
        "operations": [*map(_operation, facts.operations)],
        "required": [
            {"role": each.role, "count": each.count, "strength": each.strength.value}
            for each in facts.required
        ],
        "authors": list(facts.authors),
        "approvals": [*map(_approval, facts.approvals)],
        "evidence": [
            {"address": each, **_evidence_told(judged)}
            for each, judged in sorted(facts.evidence.items())
        ],
        "breakGlass": glass_told(facts.break_glass) if facts.break_glass else None,
        "publication": dict(facts.publication) if facts.publication is not None else None,
        **({"reason": facts.reason} if facts.reason else {}),
        **({} if facts.policy.is_empty else {"policy": facts.policy.to_json()}),
        **({"items": items_to_json(facts.items)} if facts.items else {}),
    }


def _evidence_told(judged: Judged) -> dict[str, Json]:
    told = _told(judged, _EVIDENCE_TEXTS)
    return {**told, "envelope": judged.envelope} if judged.envelope else told


def _operation(operation: RunOperation) -> Json:
    return {**_told(operation, _OPERATION_TEXTS), "status": operation.status.value}


def glass_told(glass: BreakGlass) -> dict[str, Json]:
    """Return who broke the glass as what, why, and past what, as a statement says it."""
    passed = glass.passed_over
    return {
        "role": glass.role,
        "reason": glass.reason,
        "passedOver": {
            "approvals": [{"role": each.role, "count": each.count} for each in passed.approvals],
            "expiredAt": passed.expired_at,
            "freezes": list(passed.freezes),
            "authorsUnknown": passed.authors_unknown,
            "rules": list(passed.rules),
        },
    }


def _approval(approval: Approval) -> Json:
    return {
        **_told(approval, _APPROVAL_TEXTS),
        "strength": approval.strength.value,
        "names": list(approval.names),
    }


def _facts(told: Mapping[str, Json]) -> RunFacts:
    glass = told["breakGlass"]
    return RunFacts(
        **_read(told, _RUN_TEXTS),
        serial=_whole(told, "serial"),
        outcome=RunOutcome(_text(told, "outcome")),
        operations=tuple(_read_operation(each) for each in _objects(told, "operations")),
        approvals=tuple(_read_approval(each) for each in _objects(told, "approvals")),
        evidence={
            _text(each, "address"): _read_evidence(each) for each in _objects(told, "evidence")
        },
        break_glass=_read_glass(glass) if isinstance(glass, dict) else None,
        publication=_object_or_none(told, "publication"),
        required=tuple(_read_requirement(each) for each in _objects(told, "required")),
        authors=_texts(told, "authors"),
        reason=_text(told, "reason") if "reason" in told else "",
        policy=policy_from_json(told["policy"]) if "policy" in told else PolicyView(),
        items=items_from_json(told["items"]) if "items" in told else (),
    )


def _read_evidence(told: Mapping[str, Json]) -> EvidenceFact:
    envelope = _text(told, "envelope") if "envelope" in told else ""
    return EvidenceFact(**_read(told, _EVIDENCE_TEXTS), envelope=envelope)


def _read_operation(told: Mapping[str, Json]) -> RunOperation:
    status = StepStatus(_text(told, "status"))
    return RunOperation(**_read(told, _OPERATION_TEXTS), status=status)


def _read_requirement(told: Mapping[str, Json]) -> RequirementFact:
    return RequirementFact(
        _text(told, "role"), _whole(told, "count"), Strength(_text(told, "strength"))
    )


def _read_approval(told: Mapping[str, Json]) -> Approval:
    return Approval(
        **_read(told, _APPROVAL_TEXTS),
        strength=Strength(_text(told, "strength")),
        names=_texts(told, "names"),
    )


def _read_glass(told: Mapping[str, Json]) -> BreakGlass:
    passed = told["passedOver"]
    if not isinstance(passed, dict):
        raise TypeError("passedOver")
    found = PassedOver(
        approvals=tuple(
            LackingApprovals(_text(each, "role"), _whole(each, "count"))
            for each in _objects(passed, "approvals")
        ),
        expired_at=_text(passed, "expiredAt"),
        freezes=_texts(passed, "freezes"),
        authors_unknown=passed["authorsUnknown"] is True,
        rules=_texts(passed, "rules"),
    )
    return BreakGlass(_text(told, "role"), _text(told, "reason"), passed_over=found)


def _told(value: object, texts: Mapping[str, str]) -> dict[str, Json]:
    return {name: getattr(value, field) for name, field in texts.items()}


def _read(told: Mapping[str, Json], texts: Mapping[str, str]) -> dict[str, str]:
    return {field: _text(told, name) for name, field in texts.items()}


def _text(told: Mapping[str, Json], name: str) -> str:
    found = told[name]
    if not isinstance(found, str):
        raise TypeError(name)
    return found


def _texts(told: Mapping[str, Json], name: str) -> tuple[str, ...]:
    found = told[name]
    return tuple(str(each) for each in found) if isinstance(found, list) else ()


def _whole(told: Mapping[str, Json], name: str) -> int:
    found = told[name]
    if not isinstance(found, int):
        raise TypeError(name)
    return found


def _objects(told: Mapping[str, Json], name: str) -> list[dict[str, Json]]:
    found = told[name]
    if not isinstance(found, list):
        raise TypeError(name)
    return [each for each in found if isinstance(each, dict)]


def _object_or_none(told: Mapping[str, Json], name: str) -> dict[str, Json] | None:
    found = told[name]
    return found if isinstance(found, dict) else None


def _hashes(digest: str) -> dict[str, Json]:
    algorithm, _, value = digest.partition(":")
    return {algorithm: value} if value else {}
