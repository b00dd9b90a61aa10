"""Findings that a policy baseline may have: where each was seen, and whether an entry covers it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity, fingerprints, has_errors, sort_diagnostics
from mlspec.rules import BASELINE_KIND, coverable_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.api.policy import PolicyReport
    from mlspec.api.session import Session
    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.policy_baseline import BaselineEntry, PolicyBaselineSpec
    from mlspec.workspace import Resource

__all__ = [
    "Sighting",
    "baseline_diagnostics",
    "baseline_in",
    "covered_part",
    "entries_in",
    "is_complete",
    "sightings",
]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finding in one environment, "" for the specs as written; `is_known` if an entry has it."""

    fingerprint: str
    rule: str
    resource: str
    environment: str
    severity: Severity
    is_known: bool


def _by_rules(found: Iterable[Diagnostic], environment: str) -> Iterator[Sighting]:
    """Yield what built-in rules found of what a comment could suppress; notes are no findings."""
    codes, listed = coverable_codes(), sort_diagnostics(found)
    for each, mark in zip(listed, fingerprints(listed), strict=True):
        is_known = bool(each.known)
        if each.about and each.code in codes and (is_known or each.severity is not Severity.NOTE):
            yield Sighting(mark, each.code, each.about, environment, each.severity, is_known)


def _by_policy(report: PolicyReport) -> Iterator[Sighting]:
    """Yield what rules of packs found in each environment that was judged alike.

    What is waived is none: somebody has agreed to it.
    """
    from mlspec.policy import fingerprint_of, weight_of

    for result in report.judged.results:
        weight = weight_of(result)
        for environment in report.environments if weight else ():
            mark = fingerprint_of(result)
            seen = (mark, result.rule, result.address, environment)
            yield Sighting(*seen, weight or Severity.ERROR, result.is_known)


def covered_part(
    entries: Iterable[BaselineEntry], seen: Iterable[Sighting], judged: Iterable[str]
) -> tuple[BaselineEntry, ...]:
    """Return entries without those that cover nothing, each for the environments it covers.

    `judged` are the environments that were looked at; what an entry covers elsewhere is not known,
    and stays.
    """
    places: Mapping[str, set[str]] = defaultdict(set)
    for each in seen:
        if each.is_known:
            places[each.fingerprint].add(each.environment)
    left = (_left(each, places[each.fingerprint], {*judged}) for each in entries)
    return tuple(each for each in left if each is not None)


def _left(entry: BaselineEntry, places: set[str], judged: set[str]) -> BaselineEntry | None:
    if not entry.environments:
        return entry if places else None
    kept = tuple(each for each in entry.environments if each in places or each not in judged)
    if kept == entry.environments:
        return entry
    return entry.model_copy(update={"environments": kept}) if kept else None


def baseline_diagnostics(
    session: Session,
    overlaid: Mapping[str, Sequence[Diagnostic]],
    reports: Sequence[PolicyReport],
    *,
    is_whole: bool,
) -> Iterator[Diagnostic]:
    """Yield a baseline that stands elsewhere, and entries that cover nothing any more.

    While specs can't be read, or not all environments were looked at, nobody knows of the latter.
    """
    from mlspec.policy import idle_entry, misplaced_baselines

    workspace, resource = session.workspace, baseline_in(session)
    if workspace is None:
        return
    yield from misplaced_baselines(workspace)
    if resource is None or not (is_whole and is_complete(session, overlaid, reports)):
        return
    seen = sightings(session, overlaid, reports)
    left = {each.fingerprint: each for each in covered_part(entries_in(session), seen, overlaid)}
    for index, entry in enumerate(entries_in(session)):
        if left.get(entry.fingerprint) != entry:
            yield idle_entry(entry, resource.span(("spec", "entries", index)))


def is_complete(
    session: Session,
    overlaid: Mapping[str, Sequence[Diagnostic]],
    reports: Sequence[PolicyReport],
) -> bool:
    """Tell whether all rules were asked about all there is: else what is gone is not known."""
    workspace = session.workspace
    listed = [
        session.diagnostics,
        *overlaid.values(),
        *(each.force.diagnostics for each in reports),
    ]
    is_sound = not any(has_errors([each]) and not each.about for told in listed for each in told)
    return is_sound and workspace is not None and not workspace.unbound


def sightings(
    session: Session,
    overlaid: Mapping[str, Sequence[Diagnostic]],
    reports: Sequence[PolicyReport],
) -> Iterator[Sighting]:
    """Yield what was found in the specs as written, and in the environments that were judged."""
    yield from _by_rules(session.diagnostics, "")
    for environment, found in overlaid.items():
        yield from _by_rules(found, environment)
    for report in reports:
        yield from _by_policy(report)


def baseline_in(session: Session) -> Resource | None:
    """Return the policy baseline of a workspace."""
    found = session.workspace.of_kind(BASELINE_KIND) if session.workspace else ()
    return next(iter(found), None)


def entries_in(session: Session) -> tuple[BaselineEntry, ...]:
    """Return the entries of the policy baseline; none where there is none."""
    resource = baseline_in(session)
    if resource is None:
        return ()
    return tuple(cast("PolicyBaselineSpec", resource.spec).entries)  # of this kind only
