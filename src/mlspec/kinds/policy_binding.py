"""`PolicyBinding`: which policy pack applies, where, and how strictly.

Example
    apiVersion: mlspec.dev/v1
    kind: PolicyBinding
    metadata: {name: core, owner: risk}
    spec:
      pack: core
      version: 2026.11.0
      environments: [prod]
"""

from __future__ import annotations

from typing import Literal

from mlspec.kinds._port import Kind
from mlspec.schema import Direction, FieldClass, Identifier, Items, SpecModel, Text, declare

__all__ = ["KIND", "GovernedPack", "PackSource", "PolicyBindingSpec", "Tightening"]

RULE_ID = r"^[A-Z][A-Z0-9]{0,11}-[0-9]{3}[a-z]?$"
RULE_ID_FORM = "the id of a rule, such as `EUAI-014`"


class PackSource(SpecModel):
    """Where a pack comes from; absent, it is one that mlspec ships."""

    folder: str | None = declare(
        "A folder of the workspace.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        default=None,
        pattern=r"^[A-Za-z0-9_.-]{1,100}(/[A-Za-z0-9_.-]{1,100}){0,9}$",
        form="a path below the workspace such as `policies/house`",
    )
    repository: Text | None = declare(
        "A git repository.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        default=None,
        examples=["origin"],
    )
    ref: Text | None = declare(
        "For `repository`: the tag or commit.", FieldClass.POLICY, Direction.UNKNOWN, default=None
    )


class Tightening(SpecModel):
    """A rule that is enforced more strictly here than its pack says."""

    rule: str = declare("Id of the rule.", FieldClass.POLICY, pattern=RULE_ID, form=RULE_ID_FORM)
    enforcement: Literal["advisory", "waivable", "mandatory"] = declare(
        "How strictly.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        order=("advisory", "waivable", "mandatory"),
    )


class GovernedPack(SpecModel):
    """What the registry keeps of a binding besides its spec; not written in its file."""

    digest: str = declare(
        "The digest of the pack in `mlspec.lock`: which bytes are in force. Other bytes may ask "
        "for less.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        default="",
    )


class PolicyBindingSpec(SpecModel):
    """A pack in force."""

    pack: Identifier = declare(
        "Name of the pack.", FieldClass.POLICY, Direction.UNKNOWN, examples=["eu-ai-act"]
    )
    version: str = declare(
        "Version of the pack.",
        FieldClass.POLICY,
        pattern=r"^[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,4}$",
        form="a version of year, month and number, such as `2026.11.0`",
        examples=["2026.11.0"],
    )
    source: PackSource | None = declare(
        "Where the pack comes from.", FieldClass.POLICY, Direction.UNKNOWN, default=None
    )
    environments: Items[Identifier] = declare(
        "Where it applies; empty means everywhere.",
        FieldClass.POLICY,
        Direction.UNKNOWN,
        default=(),
    )
    enforcement: Items[Tightening] = declare(
        "Rules enforced more strictly than the pack says; looser needs a waiver.",
        FieldClass.POLICY,
        Direction.GROWTH_IS_TIGHTER,
        list_key="rule",
        default=(),
    )


KIND = Kind("PolicyBinding", PolicyBindingSpec, "A policy pack in force, and how strictly.")
