"""What of the policy baseline the registry of an environment records: the entries that count there.

So an entry for one environment is no change of another one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from mlspec.members import entries, section, text
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.kinds.policy_baseline import PolicyBaselineSpec
    from mlspec.state import ObjectRecord, Snapshot
    from mlspec.workspace import Resource

__all__ = ["is_baseline", "known_body", "live_baselines", "recorded_entries", "with_entries"]

_PREFIX = "policy-baseline/"
_WHERE = "environments"


def is_baseline(address: str) -> bool:
    """Tell whether an address is that of a policy baseline."""
    return address.startswith(_PREFIX)


def live_baselines(snapshot: Snapshot) -> tuple[ObjectRecord, ...]:
    """Return the records of baselines in force, in order of address."""
    found = (snapshot.objects[each] for each in sorted(filter(is_baseline, snapshot.objects)))
    return tuple(each for each in found if each.lifecycle is Lifecycle.LIVE)


def known_body(body: Mapping[str, Json], environment: str) -> Json:
    """Return what is recorded of a baseline in an environment; None where no entry counts there."""
    kept: list[Json] = [
        {key: value for key, value in each.items() if key != _WHERE}
        for each in entries(section(body, "spec"), "entries")
        if isinstance(each, dict) and _is_in(each, environment)
    ]
    return {**body, "spec": {"entries": kept}} if kept else None


def _is_in(entry: Mapping[str, Json], environment: str) -> bool:
    named = entry.get(_WHERE)
    return not named or (isinstance(named, list) and environment in named)


def recorded_entries(snapshot: Snapshot) -> dict[str, Json]:
    """Return the entries of live baselines by fingerprint; none of a body that was not read."""
    return {
        text(entry, "fingerprint"): entry
        for record in live_baselines(snapshot)
        for entry in entries(section(record.body, "spec"), "entries")
    }


def with_entries(resource: Resource, body: Json, recorded: Mapping[str, Json]) -> Resource:
    """Return a baseline with those entries of its body that were recorded word for word."""
    stated = {text(each, "fingerprint"): each for each in entries(section(body, "spec"), "entries")}
    same = {mark for mark, each in stated.items() if recorded.get(mark) == each}
    spec = cast("PolicyBaselineSpec", resource.spec)  # resources of this kind have it
    kept = tuple(each for each in spec.entries if each.fingerprint in same)
    return replace(resource, spec=spec.model_copy(update={"entries": kept}))
