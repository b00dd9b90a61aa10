"""Whom to believe: who may approve as what, by the teams, and whose signatures count.

What was recorded before a change decides, so that nobody is given a role by the change that they
approve. Only a registry that records no team at all trusts the specs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.members import section, text, texts
from mlspec.people import People, name_of, names_in
from mlspec.planning._body import stored_body
from mlspec.planning._governed import ruling_records, signers_in_force
from mlspec.policy import StatedTeam
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.planning.desired import Desired
    from mlspec.registry import Backend
    from mlspec.state import ObjectRecord, Snapshot

    Bodies = Callable[[Collection[str]], Mapping[str, Json]]

__all__ = [
    "Authority",
    "Member",
    "Trust",
    "authority_in_force",
    "authority_of",
    "recorded_teams",
    "ruling_snapshot",
    "trust_in_force",
]

_PREFIX = "team/"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a team: the names they go by, as names are compared, and the team's roles."""

    names: tuple[str, ...]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may approve as what. `from_specs` says that no registry vouches for it yet."""

    members: tuple[Member, ...] = ()
    from_specs: bool = False
    _people: People = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_people", self.people())

    def people(self) -> People:
        """Return the persons that the members are."""
        return People(each.names for each in self.members)

    def roles_of(self, principal: str) -> frozenset[str]:
        """Return the roles that a person holds, under whichever of their names."""
        return self.roles_by_person(self._people).get(
            self._people.person(name_of(principal)), frozenset()
        )

    def is_same(self, one: str, other: str) -> bool:
        """Tell whether two names mean the same person, as far as teams tell."""
        first, second = (self._people.person(name_of(each)) for each in (one, other))
        return first == second

    def roles_by_person(self, people: People) -> dict[str, frozenset[str]]:
        """Return the roles of each person; `people` may know of more names than teams do."""
        found: dict[str, frozenset[str]] = {}
        for member in self.members:
            person = people.person(member.names[0])
            found[person] = found.get(person, frozenset()) | member.roles
        return found


@dataclass(frozen=True, slots=True)
class Trust:
    """Who may approve as what, and whose signatures count: the text of the allowed signers."""

    authority: Authority
    signers: str


def trust_in_force(backend: Backend, desired: Mapping[str, Desired]) -> Trust:
    """Return whom to believe about the next change of an environment.

    Raises:
        RegistryUnavailableError: the registry can't be read, or is damaged.
    """
    ruled = ruling_snapshot(backend)
    return Trust(
        authority_in_force(ruled, backend.bodies, desired),
        "\n".join(signers_in_force(desired, ruled)),
    )


def ruling_snapshot(backend: Backend) -> Snapshot:
    """Return a snapshot with no bodies but those of the workspaces that rule.

    Raises:
        RegistryUnavailableError: the registry can't be read, or is damaged.
    """
    snapshot = backend.observe(bodies=False)
    records = ruling_records(snapshot)
    found = backend.bodies({each.digest for each in records})
    read = {each.address: replace(each, body=found.get(each.digest)) for each in records}
    return replace(snapshot, objects={**snapshot.objects, **read})


def authority_in_force(
    snapshot: Snapshot, bodies: Bodies, desired: Mapping[str, Desired]
) -> Authority:
    """Return who may approve the next change of an environment.

    `bodies` reads those of the recorded teams by digest. Teams that were retired or forgotten
    give no role, but are a record: the specs are no longer trusted.

    Raises:
        RegistryUnavailableError: the registry has lost the body of a team.
    """
    recorded = [each for each in snapshot.objects.values() if each.address.startswith(_PREFIX)]
    if not recorded:
        wanted = (desired[each].body for each in desired if each.startswith(_PREFIX))
        return authority_of(wanted, from_specs=True)
    return authority_of(_live_bodies(recorded, bodies))


def recorded_teams(snapshot: Snapshot, bodies: Bodies) -> tuple[StatedTeam, ...] | None:
    """Return the teams that the registry vouches for; None where it has recorded none at all.

    `bodies` reads them by digest. One that was retired or forgotten has no members any more.

    Raises:
        RegistryUnavailableError: the registry has lost the body of a team.
    """
    recorded = [each for each in snapshot.objects.values() if each.address.startswith(_PREFIX)]
    if not recorded:
        return None
    found = ((each, section(each, "spec")) for each in _live_bodies(recorded, bodies))
    teams = (
        StatedTeam(
            text(section(body, "metadata"), "name"), texts(spec, "members"), texts(spec, "roles")
        )
        for body, spec in found
    )
    return tuple(sorted(teams, key=lambda each: each.name))


def _live_bodies(records: Iterable[ObjectRecord], bodies: Bodies) -> Iterator[Json]:
    live = {each.digest: each for each in records if each.lifecycle is Lifecycle.LIVE}
    found = bodies(live.keys())
    return (stored_body(found, each) for each in live.values())


def authority_of(teams: Iterable[Json], *, from_specs: bool = False) -> Authority:
    """Return who may approve as what, from the bodies of teams."""
    members = [member for team in teams for member in _members(team)]
    return Authority(
        tuple(sorted(members, key=lambda each: (each.names, sorted(each.roles)))), from_specs
    )


def _members(team: Json) -> Iterator[Member]:
    spec = section(team, "spec")
    roles = frozenset(texts(spec, "roles"))
    for member in texts(spec, "members"):
        if names := names_in(member):
            yield Member(names, roles)
