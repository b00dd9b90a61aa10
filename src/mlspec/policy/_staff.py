"""Who is who by the teams: the names, roles and teams of each person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mlspec.people import People, name_of, names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.kinds.team import TeamSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["Staff", "StatedTeam", "named_as", "owners_named", "staff_of"]

_OWNERS = ("technical", "validator", "accountable", "deputy")
"""Who built it comes first: no other role of theirs hides that."""


@dataclass(frozen=True, slots=True)
class StatedTeam:
    """A team: its members as they are written, each with all their names, and its roles."""

    name: str
    members: tuple[str, ...]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Staff:
    """The persons of some teams, with the roles and the teams of each."""

    people: People
    roles: Mapping[str, frozenset[str]]
    teams: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, teams: Iterable[StatedTeam]) -> Staff:
        """Return who is who by these teams."""
        listed = tuple(teams)
        people = People(names_in(member) for team in listed for member in team.members)
        roles: dict[str, set[str]] = {}
        homes: dict[str, set[str]] = {}
        for team in listed:
            for member in team.members:
                for alias in names_in(member)[:1]:
                    person = people.person(alias)
                    roles.setdefault(person, set()).update(team.roles)
                    homes.setdefault(person, set()).add(team.name)
        return cls(
            people,
            {person: frozenset(each) for person, each in roles.items()},
            {person: frozenset(each) for person, each in homes.items()},
        )

    def persons(self, name: str) -> frozenset[str]:
        """Return the persons that a name means: of a team its members, else one or nobody."""
        members = frozenset(each for each, homes in self.teams.items() if name in homes)
        person = self.person(name)
        return members or frozenset({person} if person else ())

    def person(self, name: str) -> str:
        """Return the person that a name means, whichever of theirs it is."""
        return self.people.person(name_of(name))


def staff_of(workspace: Workspace) -> Staff:
    """Return who is who by the teams of a workspace."""
    return Staff.of(_stated(each) for each in workspace.of_kind("Team"))


def _stated(team: Resource) -> StatedTeam:
    spec = cast("TeamSpec", team.spec)  # resources of this kind have it
    return StatedTeam(team.name, tuple(spec.members), tuple(spec.roles))


def named_as(resource: Resource, staff: Staff, name: str) -> str:
    """Return a name as `spec.owners` of a resource writes that person; as it is for others.

    Rules compare names as texts: nobody is another person by another one of their names.
    """
    owners = getattr(resource.spec, "owners", None)
    stated = (getattr(owners, each, None) for each in _OWNERS)
    person = staff.person(name)
    same = (each for each in stated if isinstance(each, str) and staff.person(each) == person)
    return next(same, name) if person else name


def owners_named(owners: Mapping[str, Json], staff: Staff) -> dict[str, Json]:
    """Return `spec.owners` with one name for one person, that of who builds it first.

    Rules compare names as texts. A team stands for its members: it is no other than one of them.
    """
    found = dict(owners)
    known: list[tuple[frozenset[str], str]] = []
    for part in _OWNERS:
        name = owners.get(part)
        if isinstance(name, str):
            persons = staff.persons(name)
            same = (first for others, first in known if not persons.isdisjoint(others))
            found[part] = first = next(same, name)
            known.append((persons, first))
    return found
