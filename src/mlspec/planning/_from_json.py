"""The parts of a plan, read strictly: the other way of `_to_json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ledger import Strength
from mlspec.ledger.policy_facts import PolicyView, policy_from_json
from mlspec.planning._fields import ShapeError
from mlspec.planning._model import (
    Action,
    Blast,
    Block,
    BlockCode,
    ChangeDirection,
    Compatibility,
    ContractChange,
    EvidenceEntry,
    FieldChange,
    Freeze,
    GateEntry,
    Level,
    Operation,
    ReadEntry,
    Requirement,
    Reversibility,
    Risk,
    RiskReason,
    Scope,
    ScopeMode,
    Source,
    Toolchain,
)
from mlspec.planning._plan import Plan

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.planning._fields import Fields

__all__ = ["plan_from_json"]


def plan_from_json(fields: Fields) -> Plan:
    """Return the plan whose body this is; digests and counts that follow from it are passed over.

    Raises:
        ShapeError: a field is missing, of another type, or unknown.
    """
    with fields:
        fields.text("risk_digest")
        summary = fields.child("summary")
        registry, source = fields.child("registry"), fields.child("source")
        return Plan(
            environment=fields.text("env"),
            backend=registry.text("backend"),
            lineage=registry.text("lineage"),
            source=Source(source.texts("files")),
            toolchain=_toolchain(fields.child("toolchain")),
            scope=_scope(fields.child("scope")),
            read_set=tuple(map(_read, fields.children("read_set"))),
            operations=tuple(map(_operation, fields.children("operations"))),
            evidence=tuple(map(_evidence, fields.children("evidence"))),
            unchanged=summary.number("unchanged"),
            require_approvals=fields.flag("require_approvals"),
            required_approvals=tuple(map(_requirement, fields.children("required_approvals"))),
            authors=fields.text_list("authors"),
            freezes=tuple(map(_freeze, fields.children("freezes"))),
            expires_at=fields.text("expires_at"),
            policy=_policy(fields.take_if_there("policy")),
        )


def _policy(value: Json) -> PolicyView:
    """Return what policy says; absent where no pack is in force."""
    if value is None:
        return PolicyView()
    try:
        return policy_from_json(value)
    except (TypeError, ValueError) as error:
        raise ShapeError(f"`policy`: {error}") from None


def _toolchain(fields: Fields) -> Toolchain:
    with fields:
        return Toolchain(**fields.named_texts("schema", "templates", "policy", "plan_format"))


def _scope(fields: Fields) -> Scope:
    with fields:
        fields.flag("partial")
        return Scope(
            mode=fields.choice("mode", ScopeMode),
            targets=fields.text_list("targets"),
            reverts=fields.text("reverts"),
        )


def _read(fields: Fields) -> ReadEntry:
    with fields:
        return ReadEntry(fields.text("address"), fields.number("revision"), fields.text("digest"))


def _operation(fields: Fields) -> Operation:
    with fields:
        guard = fields.child("guard")
        blocked, contract = fields.child_or_none("blocked"), fields.child_or_none("contract")
        return Operation(
            **fields.named_texts("id", "address", "previous", "kind", "reason", "why"),
            **fields.named_texts("uid", "pre", "post", "at"),
            action=fields.choice("action", Action),
            protect=guard.flag("protect"),
            depends_on=fields.text_list("depends_on"),
            affects=fields.text_list("affects"),
            changes=tuple(map(_change, fields.children("changes"))),
            blocked=_block(blocked) if blocked else None,
            risk=_risk(fields.child("risk")),
            contract=_contract(contract) if contract else None,
        )


def _block(fields: Fields) -> Block:
    with fields:
        return Block(fields.choice("code", BlockCode), fields.text("reason"))


def _change(fields: Fields) -> FieldChange:
    with fields:
        return FieldChange(
            **fields.named_texts("path", "at"),
            old=fields.take("old"),
            new=fields.take("new"),
            field_class=fields.text("class"),
            direction=fields.choice("direction", ChangeDirection),
        )


def _risk(fields: Fields) -> Risk:
    with fields:
        return Risk(
            level=fields.choice("level", Level),
            reasons=tuple(map(_reason, fields.children("reasons"))),
            **fields.named_texts("tier_old", "tier_new", "judged_at"),
            reversibility=fields.choice("reversibility", Reversibility),
            blast=_blast(fields.child("blast")),
        )


def _reason(fields: Fields) -> RiskReason:
    with fields:
        texts = fields.named_texts("rule", "because", "path")
        return RiskReason(**texts, level=fields.choice("level", Level))


def _blast(fields: Fields) -> Blast:
    with fields:
        return Blast(
            traffic=fields.share("traffic"),
            consumers=fields.text_list("consumers"),
            dependants=fields.text_list("dependants"),
        )


def _contract(fields: Fields) -> ContractChange:
    with fields:
        return ContractChange(
            compatibility=fields.choice("compatibility", Compatibility),
            reasons=fields.text_list("reasons"),
            consumers=fields.text_list("consumers"),
        )


def _requirement(fields: Fields) -> Requirement:
    with fields:
        return Requirement(
            role=fields.text("role"),
            count=fields.number("count"),
            strength=fields.choice("strength", Strength),
            because=fields.text_list("because"),
        )


def _freeze(fields: Fields) -> Freeze:
    with fields:
        texts = fields.named_texts("id", "start", "end", "reason")
        return Freeze(**texts, allow=fields.choice("allow", Level))


def _evidence(fields: Fields) -> EvidenceEntry:
    with fields:
        return EvidenceEntry(
            address=fields.text("for"),
            **fields.named_texts("status", "verdict", "digest", "reason"),
            gates=tuple(map(_gate, fields.children("gates"))),
            signers=fields.text_list("signers"),
            is_reproduced=fields.flag("reproduced"),
            unsigned_profiles=fields.text_list("unsigned_profiles"),
            **fields.named_texts("run", "tier"),
        )


def _gate(fields: Fields) -> GateEntry:
    with fields:
        return GateEntry(
            gate=fields.text("gate"),
            verdict=fields.text("verdict"),
            required=fields.flag("required"),
            excused=fields.text("excused"),
            review=fields.flag("review"),
            lapsed=fields.text("lapsed"),
        )
