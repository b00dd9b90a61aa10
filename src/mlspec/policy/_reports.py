"""What commands say of packs, rules and duties: values that reports are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.diagnostics import has_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.diagnostics import Diagnostic
    from mlspec.policy._cases import CaseResult
    from mlspec.policy._coverage import Coverage
    from mlspec.policy._differences import OutcomeChange, RuleChange
    from mlspec.policy._incidents import IncidentClock
    from mlspec.policy._model import Pack, Result
    from mlspec.policy._mutate import Survivor
    from mlspec.policy._obligations import Obligation
    from mlspec.policy._tiers import TierReason
    from mlspec.syntax import SourceText

__all__ = ["Owed", "PackDifference", "PackListing", "PackReport", "RuleAnswer"]


@dataclass(frozen=True, slots=True)
class PackListing:
    """A pack that can be bound, or is; `bindings` are the addresses that do."""

    pack: Pack
    origin: str
    """`shipped`, `folder` or `git`."""
    bindings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackReport:
    """What reading, checking and testing a pack found."""

    name: str
    pack: Pack | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceText]
    cases: tuple[CaseResult, ...] = ()
    survivors: tuple[Survivor, ...] = ()
    coverage: Coverage | None = None
    changes: int | None = None
    """How many changes of rules were tried; None where none were sought."""

    @property
    def is_good(self) -> bool:
        """Whether it can be bound, and every case says what it should."""
        met = all(each.is_met for each in self.cases)
        return met and not has_errors(self.diagnostics) and not self.survivors


@dataclass(frozen=True, slots=True)
class PackDifference:
    """Two states of a pack; `outcomes` is None where the workspace does not bind the pack."""

    before: Pack
    after: Pack
    rules: tuple[RuleChange, ...]
    outcomes: tuple[OutcomeChange, ...] | None


@dataclass(frozen=True, slots=True)
class Owed:
    """The duties for a resource on a day, the tier that was declared and the one computed."""

    address: str
    environment: str
    as_of: str
    declared: str
    computed: str
    reasons: tuple[TierReason, ...]
    packs: tuple[str, ...]
    duties: tuple[Obligation, ...]
    incidents: tuple[IncidentClock, ...] = ()
    house: tuple[Result, ...] = ()
    """What rules that state no duty say of it, but for those that do not concern it."""
    undocumented: tuple[str, ...] = ()
    """The addresses of models in it that are live, and of which no duty is known."""


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """What a rule says about a resource; `places` are file:line of the facts that it read.

    `stages` are where it is judged; `why` says of a rule that was passed over why it was.
    """

    result: Result
    when: str
    require: str
    sources: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    stages: tuple[str, ...] = ()
    why: str = ""
    environment: str = ""
