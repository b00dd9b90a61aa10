"""What of the specs stands when a plan is done: a change is judged by that, and by nothing else.

A plan of some addresses leaves other changes out. A waiver, the team of an owner, or an entry of
the policy baseline, that is new or changed in the specs and that the plan does not write was agreed
on by nobody: it can't be what lets the plan through.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from mlspec.canonical import digest_value
from mlspec.planning._baseline import known_body, recorded_entries, with_entries
from mlspec.rules import BASELINE_KIND
from mlspec.state import Lifecycle
from mlspec.workspace import canonical_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.planning._model import Operation
    from mlspec.policy import StatedWaiver
    from mlspec.state import Snapshot
    from mlspec.workspace import Resource, Workspace

__all__ = ["Standing", "standing_of"]

_PENDING: Final = "it is not recorded as it stands in the specs, and this plan does not write it"
_TEAM: Final = "Team"


@dataclass(frozen=True, slots=True)
class Standing:
    """The digests of bodies by address: what the registry has live, and what a plan writes."""

    digests: Mapping[str, str]
    entries: Mapping[str, Json] = field(default_factory=dict)
    """The entries of the baseline that was recorded last, by fingerprint."""

    def waivers(self, stated: Iterable[StatedWaiver]) -> tuple[StatedWaiver, ...]:
        """Return waivers; of one that does not stand it is said that nobody may rely on it."""
        return tuple(
            each if self._holds(each.address, each.digest) else _pending(each) for each in stated
        )

    def workspace(self, workspace: Workspace) -> Workspace:
        """Return a workspace without teams that do not stand: what they say is not stated.

        Of a baseline that does not stand, those entries are left that were recorded so.
        """
        pending = {
            each.address
            for each in workspace.of_kind(_TEAM)
            if not self._holds(each.address, digest_value(canonical_body(each)))
        }
        kept = {key: each for key, each in workspace.resources.items() if key not in pending}
        known = {each.address: each for each in self._baselines(workspace)}
        if not (pending or known):
            return workspace
        return replace(workspace, resources={**kept, **known})

    def _baselines(self, workspace: Workspace) -> Iterator[Resource]:
        """Yield a baseline that does not stand with those entries only that were recorded."""
        for each in workspace.of_kind(BASELINE_KIND):
            body = known_body(canonical_body(each), workspace.environment)
            if not self._holds(each.address, digest_value(body)):
                yield with_entries(each, body, self.entries)

    def _holds(self, address: str, digest: str) -> bool:
        return self.digests.get(address) == digest


def standing_of(snapshot: Snapshot, written: Iterable[Operation]) -> Standing:
    """Return what stands after operations that write, whatever else the specs have."""
    live = {
        address: record.digest
        for address, record in snapshot.objects.items()
        if record.lifecycle is Lifecycle.LIVE
    }
    digests = {**live, **{each.address: each.post for each in written}}
    return Standing(digests, recorded_entries(snapshot))


def _pending(waiver: StatedWaiver) -> StatedWaiver:
    return replace(waiver, faults=(*waiver.faults, _PENDING))
