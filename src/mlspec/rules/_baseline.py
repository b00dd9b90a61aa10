"""Findings that the policy baseline knows: they stop nothing, and keep what they say.

A baseline is no waiver: nobody has agreed to what it lists. It covers one finding of one rule about
one resource, as long as that is no graver than it was, until its day. What no comment may suppress
it can't cover either.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, cast

from mlspec.diagnostics import Severity, fingerprints, sort_diagnostics
from mlspec.rules._registry import load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.policy_baseline import BaselineEntry, PolicyBaselineSpec
    from mlspec.workspace import Resource, Workspace

__all__ = [
    "BASELINE_KIND",
    "NOT_LOOKED_UP",
    "Baseline",
    "baseline_of",
    "coverable_codes",
    "known_words",
    "passing_known",
]

BASELINE_KIND: Final = "PolicyBaseline"
NOT_LOOKED_UP: Final = (
    "offline: whether people agreed to this baseline was not looked up; `mlspec plan --env ENV`"
    " does that"
)
"""What a stage without a registry says of what it passes over."""
_GRAVITY: Final = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries that count in an environment on a day, by fingerprint; `address` is its own."""

    address: str = ""
    entries: Mapping[str, BaselineEntry] = field(default_factory=dict)

    def covering(
        self, fingerprint: str, rule: str, resource: str, severity: Severity
    ) -> BaselineEntry | None:
        """Return the entry of a finding that is no graver than it was; None where there is none."""
        entry = self.entries.get(fingerprint)
        if entry is None or (entry.rule, entry.resource) != (rule, resource):
            return None
        return entry if _GRAVITY[severity] <= _GRAVITY[Severity(entry.severity)] else None


_NONE: Final = Baseline()


def baseline_of(workspace: Workspace) -> Baseline:
    """Return what of the baseline counts in an (effective) workspace; none where there is none."""
    resource = next(iter(workspace.of_kind(BASELINE_KIND)), None)
    if resource is None:
        return _NONE
    entries = {
        each.fingerprint: each
        for each in _spec(resource).entries
        if _counts(each, workspace.environment, workspace.today)
    }
    return Baseline(resource.address, entries)


def _spec(resource: Resource) -> PolicyBaselineSpec:
    return cast("PolicyBaselineSpec", resource.spec)  # resources of this kind have it


def _counts(entry: BaselineEntry, environment: str, today: str) -> bool:
    is_here = not entry.environments or environment in entry.environments
    return is_here and not (entry.until and today and entry.until < today)


def known_words(entry: BaselineEntry) -> str:
    """Return why a finding stops nothing, as every report tells it."""
    until = f" until {entry.until}" if entry.until else ""
    return (
        f"known since the baseline of {entry.recorded}{until}, accepted by nobody: {entry.reason}"
    )


def coverable_codes() -> frozenset[str]:
    """Return the codes of built-in rules whose findings a baseline may have."""
    return frozenset(each.code for each in load_rules() if each.suppressible)


def passing_known(found: Iterable[Diagnostic], workspace: Workspace) -> list[Diagnostic]:
    """Return findings of built-in rules; what the baseline has is a note that says so."""
    baseline = baseline_of(workspace)
    if not baseline.entries:
        return list(found)
    coverable, listed = coverable_codes(), sort_diagnostics(found)
    return [
        _passed(each, mark, baseline) if each.code in coverable else each
        for each, mark in zip(listed, fingerprints(listed), strict=True)
    ]


def _passed(found: Diagnostic, mark: str, baseline: Baseline) -> Diagnostic:
    entry = baseline.covering(mark, found.code, found.about, found.severity)
    if entry is None:
        return found
    told = f"{known_words(entry)} ({NOT_LOOKED_UP})"
    return replace(found, severity=Severity.NOTE, waived=told, known=mark)
