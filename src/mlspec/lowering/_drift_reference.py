"""The reference of a drift monitor: the rows per bin of one feature of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.evidence import FeatureProfile, Profile
    from mlspec.kinds.model import Monitor
    from mlspec.workspace import Resource

__all__ = ["MISSING", "NEW", "Bins", "drift_reference", "profile_of"]

MISSING = "missing"
NEW = "new"
"""Labels of the bins of missing values and of categories that the reference does not have."""

Bins = tuple[tuple[str, int], ...]


def drift_reference(
    resource: Resource, monitor: Monitor, profiles: Mapping[str, Profile | str]
) -> Bins | str:
    """Return the bins a monitor compares with, or why there are none; `missing-share` needs none.

    `profiles` are those of the workspace by file, or why one can't be read.
    """
    if monitor.statistic not in ("missing-share", "psi"):
        return ()
    if monitor.feature is None:
        return f"`{monitor.id}` names no `feature`"
    if monitor.statistic == "missing-share":
        return ()
    return _reference(profile_of(resource, monitor, profiles), monitor)


def profile_of(
    resource: Resource, monitor: Monitor, profiles: Mapping[str, Profile | str]
) -> Profile | str:
    """Return the profile that a monitor names, or why there is none."""
    if monitor.profile is None:
        return f"`{monitor.id}` names no `profile`"
    inputs = model_of(resource).evaluation
    sources = () if inputs is None else inputs.sources
    file = next((each.file for each in sources if each.name == monitor.profile), None)
    if file is None:
        return f"`evaluation.sources` has no `{monitor.profile}`"
    return profiles.get(file, f"`{file}` was not read")


def _reference(profile: Profile | str, monitor: Monitor) -> Bins | str:
    if isinstance(profile, str):
        return profile
    found = profile.feature(monitor.feature or "")
    if found is None:
        return f"the profile `{monitor.profile}` has no feature `{monitor.feature}`"
    if monitor.below is not None:
        return f"`{monitor.id}` has `below`, and no drift is nothing to be told of"
    bins = tuple(_bins(found))
    return bins if any(rows for _, rows in bins) else f"`{monitor.feature}` has no rows"


def _bins(feature: FeatureProfile) -> Iterator[tuple[str, int]]:
    for place, rows in enumerate(feature.counts):
        yield str(place), rows
    if not feature.is_numeric:
        yield NEW, feature.new or 0
    yield MISSING, feature.missing
