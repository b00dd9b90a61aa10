"""The values of policy: packs as read, what a rule is asked, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.cel import Program
    from mlspec.diagnostics import Path, Severity, Span
    from mlspec.policy._documents import (
        PolicyPackSpec,
        RuleSpec,
        RuleTestSpec,
        TierRuleSpec,
    )

__all__ = [
    "Enforcement",
    "Fact",
    "Inputs",
    "Outcome",
    "Pack",
    "PackRule",
    "PackTest",
    "PackTierRule",
    "Result",
    "Stage",
    "WaiverUse",
]


class Stage(StrEnum):
    """Where rules are evaluated."""

    VALIDATE = "validate"
    PLAN = "plan"
    APPLY = "apply"


class Enforcement(StrEnum):
    """Whether a rule can be passed over."""

    ADVISORY = "advisory"
    """It tells, and stops nothing."""
    WAIVABLE = "waivable"
    """It stops, unless a waiver holds."""
    MANDATORY = "mandatory"
    """It stops, whoever waives it."""


class Outcome(StrEnum):
    """What a rule says about a resource; only `pass`, `skip`, `warn` and `waived` let through."""

    PASS = "pass"  # noqa: S105  (an outcome, no secret)
    FAIL = "fail"
    WARN = "warn"
    """It would fail, and applies from a later day."""
    SKIP = "skip"
    """`when` is false, or it has ceased to apply."""
    WAIVED = "waived"
    ERROR = "error"
    """It could not be evaluated; counts as a failure."""


@dataclass(frozen=True, slots=True)
class PackRule:
    """A rule with its expressions checked and compiled."""

    id: str
    title: str
    spec: RuleSpec
    when: Program
    require: Program
    message: tuple[str | Program, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class PackTierRule:
    """A rule about the tier, compiled."""

    id: str
    title: str
    spec: TierRuleSpec
    when: Program
    reason: tuple[str | Program, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class PackTest:
    """The cases of one rule."""

    name: str
    spec: RuleTestSpec
    span: Span


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as read: by digest of all its files, sorted by path."""

    name: str
    version: str
    title: str
    digest: str
    spec: PolicyPackSpec
    rules: tuple[PackRule, ...]
    tiers: tuple[PackTierRule, ...]
    tests: tuple[PackTest, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What expressions may read, as plain data.

    `subject` is the effective document of the resource with defaults filled in; where the spec
    says nothing, there is nothing. `today` is an input, so that an evaluation can be repeated.
    """

    address: str
    subject: Mapping[str, Json]
    today: str
    environment: str = ""
    stage: Stage = Stage.VALIDATE
    change: Mapping[str, Json] = field(default_factory=dict)
    registry: Mapping[str, Json] = field(default_factory=dict)
    evidence: Mapping[str, Json] = field(default_factory=dict)
    inventory: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that a rule read; `value` is None and `is_stated` false where nothing is said."""

    path: Path
    value: Json
    is_stated: bool = True


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """The waiver that was looked at, and whether it holds."""

    address: str
    holds: bool
    reason: str
    """Of the waiver where it holds, otherwise why it does not."""
    expires: str = ""
    approved_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule says about one resource."""

    rule: str
    title: str
    pack: str
    address: str
    outcome: Outcome
    severity: Severity
    enforcement: Enforcement
    message: str = ""
    remediation: str = ""
    applies_from: str = ""
    facts: tuple[Fact, ...] = ()
    waiver: WaiverUse | None = None
    span: Span | None = None

    @property
    def stops(self) -> bool:
        """Whether a plan must not be applied because of it."""
        failed = self.outcome in (Outcome.FAIL, Outcome.ERROR)
        return failed and self.enforcement is not Enforcement.ADVISORY
