"""The language of policy packs: documents of `apiVersion: mlspec.dev/policy/v1`.

A pack is a folder: `pack.yaml`, `rules/*.yaml`, `tests/*.test.yaml` and `dossiers/*.yaml`, several
documents per file allowed. Packs are hostile input, like specs: they are parsed by `syntax`, bound
by `schema`, and their expressions are checked before anything runs.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from mlspec.policy._dossiers import DossierMapSpec
from mlspec.schema import (
    Count,
    Date,
    Digest,
    FieldClass,
    Identifier,
    Items,
    Language,
    SpecModel,
    Text,
    declare,
)

__all__ = [
    "PACK_LANGUAGE",
    "POLICY_VERSION",
    "Case",
    "Delay",
    "PolicyPackSpec",
    "Reference",
    "RuleSpec",
    "RuleTestSpec",
    "Source",
    "TierRuleSpec",
]

POLICY_VERSION = "mlspec.dev/policy/v1"
_POLICY = FieldClass.POLICY
_NAME = r"^[A-Za-z][A-Za-z0-9-]{0,62}$"
_NAME_FORM = "letters, digits and `-`, starting with a letter"

Expression = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
"""An expression in CEL."""

Tag = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,20}:[A-Za-z0-9. -]{1,60}$")]
"""A place in a framework without dates: `nist-rmf:MEASURE 2.11`."""


class PolicyMetadata(SpecModel):
    """What a document of a pack is called."""

    name: str = declare(
        "Name of the pack, id of the rule, or name of the test.",
        _POLICY,
        pattern=_NAME,
        form=_NAME_FORM,
    )
    title: Text | None = declare("One line for readers.", _POLICY, default=None)
    version: str | None = declare(
        "Of a pack: year, month and number.",
        _POLICY,
        default=None,
        pattern=r"^[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,4}$",
        form="a version of year, month and number, such as `2026.11.0`",
    )


class Source(SpecModel):
    """A text that rules cite, pinned."""

    id: Identifier = declare("Name of the source.", _POLICY)
    title: Text = declare("Full title.", _POLICY)
    uri: Text = declare("Where it is published.", _POLICY)
    version: Text = declare("Which state of it, such as a consolidation.", _POLICY)
    read: Date = declare("Day on which it was read.", _POLICY)
    excerpts: str | None = declare(
        "File of the pack with the passages that claims rest on.",
        _POLICY,
        default=None,
        pattern=r"^sources/[a-z0-9-]{1,60}\.(txt|md)$",
        form="a file such as `sources/eu-ai-act.md`",
    )
    digest: Digest | None = declare("SHA-256 of that file.", _POLICY, default=None)


class Delay(SpecModel):
    """When rules count where facts say so: from a later day, or once something has happened.

    A fact that is not stated puts nothing off. Of several that hold, the latest counts; what waits
    for something to happen is later than any day.
    """

    id: Identifier = declare("Name of the delay.", _POLICY)
    applies_from: Date | None = declare(
        "First day on which a rule counts there.", _POLICY, default=None
    )
    applies_when: Text | None = declare(
        "What has to happen before a rule counts there, where no day is set.",
        _POLICY,
        default=None,
        examples=["its design is changed significantly"],
    )
    source: Identifier | None = declare(
        "Id of the source that says so; absent, nothing is claimed.", _POLICY, default=None
    )
    claim: Text | None = declare(
        "Words that must stand in the excerpts of the source.", _POLICY, default=None
    )
    cite: Text = declare("Where the source says so.", _POLICY, examples=["Art. 111(4)"])
    when: Expression = declare("For whom.", _POLICY)


class PolicyPackSpec(SpecModel):
    """What a pack is and rests on."""

    engine: Literal["cel-core/1"] = declare("The language of its expressions.", _POLICY)
    description: Text = declare("What it is about.", _POLICY)
    disclaimer: Text = declare("What a pass does not mean.", _POLICY)
    sources: Items[Source] = declare("Texts that rules cite.", _POLICY, list_key="id", default=())
    delays: Items[Delay] = declare(
        "Later days on which rules count for some.", _POLICY, list_key="id", default=()
    )
    values: dict[Identifier, Items[Text]] = declare(
        "Lists that expressions may use as `values.NAME`.", _POLICY, default={}
    )
    waiver_days: Count = declare("Most days that a waiver may last.", _POLICY, default=90)


class Reference(SpecModel):
    """The passage that a rule rests on."""

    source: Identifier = declare("Id of the source.", _POLICY)
    cite: Text = declare("Where in it.", _POLICY, examples=["Art. 14(4)(e)"])
    claim: Text | None = declare(
        "Words that must stand in the excerpts of the source.", _POLICY, default=None
    )


class RuleSpec(SpecModel):
    """A condition on a resource: when, what is required, and what to say."""

    kinds: Items[Identifier] = declare(
        "Kinds of resources it looks at, as in addresses.",
        _POLICY,
        default=("model",),
        min_length=1,
    )
    severity: Literal["note", "warning", "error"] = declare("How much it weighs.", _POLICY)
    enforcement: Literal["advisory", "waivable", "mandatory"] = declare(
        "Whether it can be passed over; bindings may tighten it.", _POLICY
    )
    stages: Items[Literal["validate", "plan", "apply"]] = declare(
        "Where it is evaluated.",
        _POLICY,
        default=("validate", "plan", "apply"),
        min_length=1,
    )
    applies_from: Date | None = declare(
        "First day on which it counts; before, it only tells.", _POLICY, default=None
    )
    applies_until: Date | None = declare("Last day on which it counts.", _POLICY, default=None)
    delays: Items[Identifier] = declare(
        "Delays of the pack that put `appliesFrom` off.", _POLICY, default=()
    )
    references: Items[Reference] = declare("What it rests on.", _POLICY, default=())
    tags: Items[Tag] = declare(
        "Places in frameworks.",
        _POLICY,
        default=(),
        form="a framework and a place in it, such as `nist-rmf:MEASURE 2.11`",
    )
    roles: Items[Identifier] = declare(
        "Roles to the law that owe it; empty means everybody.", _POLICY, default=()
    )
    duty: Text | None = declare(
        "The duty in words, for `mlspec obligations`.", _POLICY, default=None
    )
    evidence: Items[Identifier] = declare(
        "Kinds of evidence items that it looks at.", _POLICY, default=()
    )
    field: Text | None = declare(
        "The path that findings point to; absent, the first fact that was read.",
        _POLICY,
        default=None,
        examples=["spec.oversight"],
    )
    when: Expression = declare("Where it applies.", _POLICY, default="true")
    require: Expression = declare("What has to be true.", _POLICY)
    message: Text = declare(
        "What to say where it is not; `{{ expression }}` stands for a value.", _POLICY
    )
    remediation: Text = declare("What to do.", _POLICY)


class TierRuleSpec(SpecModel):
    """A fact that sets the least tier; a fact that nobody stated counts as if it did."""

    tier: Literal["limited", "high", "prohibited"] = declare("The least tier.", _POLICY)
    applies_from: Date | None = declare("First day on which it counts.", _POLICY, default=None)
    references: Items[Reference] = declare("What it rests on.", _POLICY, default=())
    when: Expression = declare("The fact.", _POLICY)
    reason: Text = declare("The fact in words; `{{ expression }}` stands for a value.", _POLICY)


class Case(SpecModel):
    """One input and what a rule has to say about it."""

    name: Text = declare("What is special about it.", _POLICY)
    set: dict[Text, Any] = declare(
        "Values by path, put over `base`; null takes a value away.", _POLICY, default={}
    )
    today: Date | None = declare("Another day than the test's.", _POLICY, default=None)
    expect: Literal["pass", "fail", "warn", "skip", "error"] = declare("The outcome.", _POLICY)
    message: Text | None = declare(
        "Words of the message, where they matter.", _POLICY, default=None
    )


class RuleTestSpec(SpecModel):
    """Cases of one rule; at least one passes and one fails, or gives no tier."""

    rule: str = declare(
        "Id of the rule, or of a rule about the tier.",
        _POLICY,
        pattern=_NAME,
        form=_NAME_FORM,
    )
    today: Date = declare("The day of the cases.", _POLICY)
    base: dict[Text, Any] = declare("Inputs that all cases share.", _POLICY, default={})
    cases: Items[Case] = declare("The cases.", _POLICY, list_key="name", min_length=1)


_SPECS: dict[str, type[SpecModel]] = {
    "DossierMap": DossierMapSpec,
    "PolicyPack": PolicyPackSpec,
    "Rule": RuleSpec,
    "RuleTest": RuleTestSpec,
    "TierRule": TierRuleSpec,
}

PACK_LANGUAGE = Language(POLICY_VERSION, PolicyMetadata, lambda: tuple(sorted(_SPECS)), _SPECS.get)
"""What every document of a pack is bound with."""
