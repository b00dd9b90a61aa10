"""What a plan is made of. Plain values; the plan file is their canonical JSON (see `_codec`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.planning._evidence_entry import EvidenceEntry, GateEntry
from mlspec.planning._risk_model import (
    Blast,
    Compatibility,
    ContractChange,
    Level,
    Reversibility,
    Risk,
    RiskReason,
)
from mlspec.planning._terms import (
    Action,
    Freeze,
    Move,
    Removal,
    Requirement,
    Scope,
    ScopeMode,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.ledger import Strength

__all__ = [
    "PLAN_FORMAT",
    "Action",
    "Blast",
    "Block",
    "BlockCode",
    "ChangeDirection",
    "Compatibility",
    "ContractChange",
    "Envelope",
    "EvidenceEntry",
    "FieldChange",
    "Freeze",
    "GateEntry",
    "Level",
    "Move",
    "Operation",
    "PlanContext",
    "ReadEntry",
    "Removal",
    "Requirement",
    "Reversibility",
    "Risk",
    "RiskReason",
    "Scope",
    "ScopeMode",
    "Source",
    "Summary",
    "Toolchain",
]

PLAN_FORMAT = "1.0"


class ChangeDirection(StrEnum):
    """What a change of a field does to the promise it makes."""

    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    NEUTRAL = "neutral"
    UNKNOWN = "unknown"
    """The field is not known, or parts of it go both ways: to be judged as loosened."""


class BlockCode(StrEnum):
    """Why an operation can't be applied."""

    EVIDENCE_MISSING = "evidence-missing"
    EVIDENCE_STALE = "evidence-stale"
    EVIDENCE_UNSIGNED = "evidence-unsigned"
    """The environment asks for a signature that counts."""
    EVIDENCE_UNCHECKED = "evidence-unchecked"
    """The environment asks that verdicts are computed again."""
    PROFILE_UNSIGNED = "profile-unsigned"
    """The environment asks for a signature of a reference that counts."""
    GATE_FAILED = "gate-failed"
    GATE_INCONCLUSIVE = "gate-inconclusive"
    GATE_NOT_EVALUATED = "gate-not-evaluated"
    PROTECTED = "protected"
    DELETE_BUDGET = "delete-budget"
    """More deletions in one plan than the environment allows."""
    FROZEN = "frozen"
    """A freeze window is open; known only when the plan is applied."""
    ADDRESS_TAKEN = "address-taken"
    """A resource moves to an address at which the registry holds another one."""
    LAST_WORKSPACE = "last-workspace"
    """No workspace would be left whose terms hold."""
    RETIRE_EVERYTHING = "retire-everything"
    """Nothing but teams and workspaces would be left."""
    POLICY_DENIED = "policy-denied"
    """A rule of a policy pack in force stops it, or its tier is higher than it declares."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. `old` and `new` are None where there is no value.

    A field that is absent but has a default appears with its default. `at` is `file:line:column`
    of the new value, or of what holds it when it is gone; empty when the file is not known.
    """

    path: str
    old: Json
    new: Json
    field_class: str
    direction: ChangeDirection
    at: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Why an operation is blocked, as a stable word and as a sentence."""

    code: BlockCode
    reason: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One write. `pre` and `post` are digests of the body before and after, "" for none.

    `reason` is one of `created`, `changed`, `restored` (it was retired), `moved`, `removed`,
    `adopted`, `reverted` and `absent-from-specs`; `why` is what `removed` gives as its reason, ""
    for the others. `previous` is the address before a rename.
    `depends_on` holds the ids of operations on resources that this one refers to. `protect` is
    the guard as the registry knows it. `affects` holds the models whose evidence decides too,
    because they refer to the gate set that is written.
    """

    id: str
    address: str
    kind: str
    action: Action
    reason: str
    uid: str
    pre: str
    post: str
    at: str = ""
    protect: bool = False
    depends_on: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    blocked: Block | None = None
    previous: str = ""
    why: str = ""
    risk: Risk = field(default_factory=Risk)
    contract: ContractChange | None = None

    @property
    def writes(self) -> bool:
        """Whether the registry holds what a spec says afterwards; else an object is withdrawn."""
        return self.action not in (Action.RETIRE, Action.DELETE, Action.FORGET)

    @property
    def former(self) -> str:
        """The address that the registry has the object under, before the operation."""
        return self.previous or self.address

    @property
    def judged(self) -> tuple[str, ...]:
        """The addresses whose evidence decides: its own, where it writes one, and affected ones."""
        return (*((self.address,) if self.writes else ()), *self.affects)


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """An object the plan rests on; revision 0 and no digest where it did not exist."""

    address: str
    revision: int
    digest: str

    def to_json(self) -> dict[str, Json]:
        """Return the entry as it stands in a plan file."""
        return {"address": self.address, "revision": self.revision, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Source:
    """The spec files the plan was made from: digest per file, and one over all of them."""

    files: Mapping[str, str]

    @property
    def spec_digest(self) -> str:
        """The digest over the names and digests of all files."""
        return digest_value(dict(self.files))


@dataclass(frozen=True, slots=True)
class Toolchain:
    """What else decides: digests of the schemas, templates and policies in force."""

    schema: str
    templates: str
    policy: str = ""
    plan_format: str = PLAN_FORMAT

    def to_json(self) -> dict[str, Json]:
        """Return the digests as they stand in a plan file."""
        return {
            "plan_format": self.plan_format,
            "schema": self.schema,
            "templates": self.templates,
            "policy": self.policy,
        }


@dataclass(frozen=True, slots=True)
class Envelope:
    """Facts for readers, outside the digest: they decide nothing.

    `notices` come first in every report: a break-glass run that nobody has reviewed, a plan that
    was made offline.
    """

    serial: int = 0
    rendered_by: str = ""
    commit: str | None = None
    dirty: bool = False
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What holds for a whole plan. `sources` maps each spec file to its digest.

    `require_gates`, `signed_evidence`, `signed_profiles`, `recomputed_evidence` (the lowest tier
    that asks for it), `require_approvals`, `minimum_strength`, `freezes` and `delete_budget` are
    settings of the environment, as the specs state them; `in_force` adds those that the registry
    recorded, names the workspaces that rule in `ruled_by` and tells in `has_signers` whether keys
    are in force. `authors` made the change and may not approve it. `valid_from` is the moment from
    which the plan may be applied for a time that its level sets: UTC in ISO 8601, "" for no limit.
    `envelope` lacks the serial, which comes from the snapshot.
    """

    environment: str
    backend: str
    toolchain: Toolchain
    sources: Mapping[str, str]
    require_gates: bool = False
    envelope: Envelope = field(default_factory=Envelope)
    require_approvals: bool = False
    minimum_strength: Strength | None = None
    freezes: tuple[Freeze, ...] = ()
    delete_budget: int = 1
    signed_evidence: str = "never"
    signed_profiles: str = "never"
    recomputed_evidence: str = "never"
    ruled_by: tuple[str, ...] = ()
    has_signers: bool = False
    moves: tuple[Move, ...] = ()
    removals: tuple[Removal, ...] = ()
    authors: tuple[str, ...] = ()
    valid_from: str = ""
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a plan. `loosened` counts field changes that loosen, or may."""

    create: int
    update: int
    retire: int
    unchanged: int
    blocked: int
    loosened: int
    tightened: int
    rename: int = 0
    delete: int = 0
    adopt: int = 0
    forget: int = 0
    max_risk: Level = Level.NONE

    @property
    def total(self) -> int:
        """How many operations there are."""
        written = self.create + self.update + self.rename + self.adopt
        return written + self.retire + self.delete + self.forget

    def to_json(self) -> dict[str, Json]:
        """Return the counts as they stand in a plan file."""
        return {
            "create": self.create,
            "update": self.update,
            "retire": self.retire,
            "unchanged": self.unchanged,
            "blocked": self.blocked,
            "loosened": self.loosened,
            "tightened": self.tightened,
            "rename": self.rename,
            "delete": self.delete,
            "adopt": self.adopt,
            "forget": self.forget,
            "max_risk": self.max_risk.value,
        }
