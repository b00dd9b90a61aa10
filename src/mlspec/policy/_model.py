"""The values of policy: packs as read, what a rule is asked, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.policy._papers import stated_papers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.cel import Program
    from mlspec.diagnostics import Path, Severity, Span
    from mlspec.evidence import PaperLook
    from mlspec.policy._documents import (
        Delay,
        PolicyPackSpec,
        RuleSpec,
        RuleTestSpec,
        TierRuleSpec,
    )
    from mlspec.policy._dossiers import DossierMapSpec
    from mlspec.policy._expressions import Sentence
    from mlspec.policy._papers import StatedPaper

__all__ = [
    "LACKING",
    "Enforcement",
    "Fact",
    "Ground",
    "Inputs",
    "Outcome",
    "Pack",
    "PackDossier",
    "PackRule",
    "PackTest",
    "PackTierRule",
    "Result",
    "Stage",
    "WaiverApproval",
    "WaiverUse",
    "Wording",
]


class Stage(StrEnum):
    """Where rules are evaluated."""

    VALIDATE = "validate"
    PLAN = "plan"
    APPLY = "apply"
    READ = "read"
    """Where people read what is owed: rules of all stages, with what is known without a plan."""


class Enforcement(StrEnum):
    """Whether a rule can be passed over."""

    ADVISORY = "advisory"
    """It tells, and stops nothing."""
    WAIVABLE = "waivable"
    """It stops, unless a waiver holds."""
    MANDATORY = "mandatory"
    """It stops, whoever waives it."""

    @property
    def strictness(self) -> int:
        """The place in their order, loosest first."""
        return _STRICTNESS[self]


_STRICTNESS = {each: place for place, each in enumerate(Enforcement)}


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


LACKING = (Outcome.FAIL, Outcome.ERROR, Outcome.WARN, Outcome.WAIVED)
"""What a rule says where it misses something, whether that stops anybody or not."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The expressions of a rule for one kind, compiled."""

    when: Program
    require: Program
    message: Sentence
    delays: tuple[tuple[Delay, Program], ...] = ()
    """What may put the rule off, with the condition for it."""


@dataclass(frozen=True, slots=True)
class PackRule:
    """A rule whose expressions are checked; `by_kind` holds them by kind of resource."""

    id: str
    title: str
    spec: RuleSpec
    by_kind: Mapping[str, Wording]
    span: Span
    tier: str = ""
    """The tier that it gives, where it stands for a rule about the tier."""


@dataclass(frozen=True, slots=True)
class PackTierRule:
    """A rule about the tier, compiled."""

    id: str
    title: str
    spec: TierRuleSpec
    when: Program
    reason: Sentence
    span: Span


@dataclass(frozen=True, slots=True)
class PackTest:
    """The cases of one rule."""

    name: str
    spec: RuleTestSpec
    span: Span


@dataclass(frozen=True, slots=True)
class PackDossier:
    """What a law wants to see in a file about a system, and where it is told."""

    name: str
    title: str
    spec: DossierMapSpec


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
    excerpts: Mapping[str, str] = field(default_factory=dict)
    """The passages that claims rest on, by id of their source."""
    dossiers: tuple[PackDossier, ...] = ()
    """In order of name."""
    span: Span | None = None
    """Where `delays` stand in `pack.yaml`."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What expressions may read about one resource, as plain data.

    `subject` and what it refers to (`gates`, `datasets`, `rollout`, `team`) are effective, with
    defaults written out; a value that nobody stated is absent. `today` is an input (a day in UTC),
    so that an evaluation can be repeated.
    """

    address: str
    kind: str
    subject: Mapping[str, Json]
    today: str
    environment: str = ""
    stage: Stage = Stage.VALIDATE
    gates: tuple[Json, ...] = ()
    datasets: tuple[Json, ...] = ()
    rollout: Json = None
    team: Json = None
    models: tuple[Json, ...] = ()
    """A model itself; of a system its models, those of others without gates and monitors."""
    computed_tier: str = ""
    further: Mapping[str, Json] = field(default_factory=dict)
    """What later stages know: `change`, `registry`, `evidence`, `inventory`."""
    beside: tuple[StatedPaper, ...] = ()
    """Papers of systems of a model for which the one of another system stands in `subject`."""

    @property
    def papers(self) -> tuple[StatedPaper, ...]:
        """The papers that it rests on; several may stand at one place."""
        return (*stated_papers(self.subject.get("spec")), *self.beside)

    def facts(self, pack: Pack) -> Mapping[str, object]:
        """Return the variables that are there, by name."""
        found: dict[str, object] = {
            "spec": self.subject.get("spec", {}),
            "metadata": self.subject.get("metadata", {}),
            "today": _midnight(self.today),
            "environment": self.environment,
            "values": {name: list(each) for name, each in pack.spec.values.items()},
            "gates": list(self.gates),
            "datasets": list(self.datasets),
            "models": list(self.models),
            "rollout": self.rollout or {},
            "team": self.team or {},
            **(_NOT_YET if self.stage is Stage.READ else {}),
            **self.further,
        }
        if self.computed_tier:
            found["computedTier"] = self.computed_tier
        return found


_NOT_YET: Mapping[str, Json] = {"change": {}, "registry": {}, "evidence": {}}
"""What only a plan knows, where nobody makes one: there, and nothing of it is stated."""


@lru_cache(maxsize=16)
def _midnight(day: str) -> object:
    """Return the first moment of a day in UTC, as expressions know it."""
    from mlspec.cel import timestamp_from

    return timestamp_from(f"{day}T00:00:00Z")


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that a rule read; `value` is None and `is_stated` false where nothing is said."""

    path: Path
    value: Json
    is_stated: bool = True


class WaiverApproval(StrEnum):
    """Whether people agreed to a waiver in an environment, or somebody only wrote it down."""

    RECORDED = "recorded"
    """The registry has it as the specs do: a plan that was agreed to wrote it."""
    SPEC_ONLY = "spec-only"
    """The registry does not have it, or has another one of this name."""
    NOT_ASKED = "not-asked"
    """No registry was asked."""


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """The waiver that was looked at, and whether it holds; or else the policy baseline.

    `entry` is the fingerprint of an entry of the baseline, "" for a waiver. To an entry nobody has
    agreed: the outcome stays what it is, and only stops nothing.
    """

    address: str
    holds: bool
    reason: str
    """Of the waiver where it holds, otherwise why it does not."""
    expires: str = ""
    approved_by: tuple[str, ...] = ()
    approval: WaiverApproval = WaiverApproval.NOT_ASKED
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that a pass rests on, and whether anybody has seen it.

    `kind` is `paper` (of a spec), `gates` (the record of them) or `item` (of evidence); `how` is
    the step that would show it, "" for what was seen.
    """

    kind: str
    name: str
    look: PaperLook
    how: str = ""


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
    applies_when: str = ""
    """What has to happen before it counts, with the passage that says so."""
    facts: tuple[Fact, ...] = ()
    field: str = ""
    """The path that the finding points to; empty for the first fact that was read."""
    is_clear: bool = True
    """Whether the rule could be evaluated."""
    waiver: WaiverUse | None = None
    grounds: tuple[Ground, ...] = ()
    """What a pass rests on beside the words of the spec, where somebody looked."""
    is_shown: bool = True
    """False for a pass by what the spec states, where what it names was not seen."""

    @property
    def unstated(self) -> tuple[Path, ...]:
        """The facts without which the rule can't be judged."""
        if self.is_clear:
            return ()
        return tuple(each.path for each in self.facts if not each.is_stated)

    @property
    def is_known(self) -> bool:
        """Whether the policy baseline has it: it stops nothing, and nobody has agreed to it."""
        return self.waiver is not None and bool(self.waiver.entry)

    @property
    def lasting(self) -> str:
        """The message without how many days are left: that is another number tomorrow."""
        if not self.applies_from:
            return self.message
        return self.message.partition(f" (applies from {self.applies_from}, in ")[0]

    @property
    def stops(self) -> bool:
        """Whether a plan must not be applied because of it."""
        failed = self.outcome in (Outcome.FAIL, Outcome.ERROR)
        return failed and self.enforcement is not Enforcement.ADVISORY and not self.is_known
