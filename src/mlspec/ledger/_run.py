"""The statement of a run: who did what, why, with whose approval, on which evidence.

It is kept once per run; events and checkpoints name it by digest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.errors import RegistryUnavailableError
from mlspec.ledger._approval import Approval, Strength
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


class Judged(Protocol):
    """What a run needs to know of evidence."""

    @property
    def digest(self) -> str:
        """The digest of the record, "" where there is none."""

    @property
    def status(self) -> str:
        """Whether it is about what was applied: `present`, `stale` or `missing`."""

    @property
    def verdict(self) -> str:
        """What its gates say together."""


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """The evidence of one model, as a run statement names it."""

    digest: str
    status: str
    verdict: str


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
    `authors` made the change, and so neither approve nor review it.
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
        "run": facts.run_id,
        "plan": facts.plan_digest,
        "risk": facts.risk_digest,
        "specs": facts.spec_digest,
        "commit": facts.commit,
        "environment": facts.environment,
        "lineage": facts.lineage,
        "serial": facts.serial,
        "actor": facts.actor,
        "at": facts.at,
        "outcome": facts.outcome.value,
        "operations": [_operation(each) for each in facts.operations],
        "required": [
            {"role": each.role, "count": each.count, "strength": each.strength.value}
            for each in facts.required
        ],
        "authors": list(facts.authors),
        "approvals": [_approval(each) for each in facts.approvals],
        "evidence": [
            {
                "address": each,
                "digest": judged.digest,
                "status": judged.status,
                "verdict": judged.verdict,
            }
            for each, judged in sorted(facts.evidence.items())
        ],
        "breakGlass": glass_told(facts.break_glass) if facts.break_glass else None,
        "reverts": facts.reverts,
        "publication": dict(facts.publication) if facts.publication is not None else None,
    }


def _operation(operation: RunOperation) -> Json:
    return {
        "address": operation.address,
        "action": operation.action,
        "id": operation.op_id,
        "status": operation.status.value,
        "note": operation.note,
    }


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
        },
    }


def _approval(approval: Approval) -> Json:
    return {
        "principal": approval.principal,
        "role": approval.role,
        "strength": approval.strength.value,
        "plan": approval.plan,
        "risk": approval.risk,
        "statement": approval.digest,
        "at": approval.at,
        "comment": approval.comment,
        "names": list(approval.names),
    }


def _facts(told: Mapping[str, Json]) -> RunFacts:
    glass = told["breakGlass"]
    return RunFacts(
        run_id=_text(told, "run"),
        plan_digest=_text(told, "plan"),
        risk_digest=_text(told, "risk"),
        spec_digest=_text(told, "specs"),
        commit=_text(told, "commit"),
        environment=_text(told, "environment"),
        lineage=_text(told, "lineage"),
        serial=_whole(told, "serial"),
        actor=_text(told, "actor"),
        at=_text(told, "at"),
        outcome=RunOutcome(_text(told, "outcome")),
        operations=tuple(_read_operation(each) for each in _objects(told, "operations")),
        approvals=tuple(_read_approval(each) for each in _objects(told, "approvals")),
        evidence={
            _text(each, "address"): EvidenceFact(
                _text(each, "digest"), _text(each, "status"), _text(each, "verdict")
            )
            for each in _objects(told, "evidence")
        },
        break_glass=_read_glass(glass) if isinstance(glass, dict) else None,
        reverts=_text(told, "reverts"),
        publication=_object_or_none(told, "publication"),
        required=tuple(_read_requirement(each) for each in _objects(told, "required")),
        authors=_texts(told, "authors"),
    )


def _read_operation(told: Mapping[str, Json]) -> RunOperation:
    return RunOperation(
        _text(told, "address"),
        _text(told, "action"),
        _text(told, "id"),
        StepStatus(_text(told, "status")),
        _text(told, "note"),
    )


def _read_requirement(told: Mapping[str, Json]) -> RequirementFact:
    return RequirementFact(
        _text(told, "role"), _whole(told, "count"), Strength(_text(told, "strength"))
    )


def _read_approval(told: Mapping[str, Json]) -> Approval:
    return Approval(
        principal=_text(told, "principal"),
        role=_text(told, "role"),
        strength=Strength(_text(told, "strength")),
        plan=_text(told, "plan"),
        risk=_text(told, "risk"),
        digest=_text(told, "statement"),
        at=_text(told, "at"),
        comment=_text(told, "comment"),
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
    )
    return BreakGlass(_text(told, "role"), _text(told, "reason"), passed_over=found)


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
