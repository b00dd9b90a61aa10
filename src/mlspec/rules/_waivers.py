"""Waivers of gates: whether they hold, and who may agree to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mlspec.people import name_of, names_in
from mlspec.rules._calendar import is_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.gates import GateWaiver
    from mlspec.kinds.team import TeamSpec
    from mlspec.workspace import Workspace

__all__ = ["Approvers", "approvers_of", "has_ended", "is_same_person"]


def has_ended(waiver: GateWaiver, today: str) -> bool:
    """Tell whether the last day of a waiver is over; where no day is said, none is.

    A day that is on no calendar never comes: the waiver has ended.
    """
    return bool(today) and (not is_date(waiver.until) or waiver.until < today)


@dataclass(frozen=True, slots=True)
class Approvers:
    """The teams that may approve as a role, by name, with the names of their members.

    `others` are teams without a role and the names of people in them, with the name of the team.
    """

    teams: dict[str, frozenset[str]]
    roles: dict[str, frozenset[str]]
    others: dict[str, str]

    def resolved(self, approver: str) -> frozenset[str]:
        """Return the teams through which somebody may approve; none where nobody is meant.

        `approver` is a person by any of their names, a team (`risk`, `team/risk`), or a role.
        """
        named = approver.removeprefix("team/")
        if named in self.teams:
            return frozenset({named})
        if approver in self.roles:
            return self.roles[approver]
        names = {*names_in(approver)}
        return frozenset(team for team, people in self.teams.items() if names & people)

    def words(self) -> Iterator[str]:
        """Yield what an approver may be called."""
        yield from self.teams
        yield from self.roles
        yield from sorted({name for people in self.teams.values() for name in people})


def approvers_of(workspace: Workspace) -> Approvers | None:
    """Return who of a workspace may approve; None where a team can't be read, and nobody knows."""
    if any(kind in ("", "Team") for kind, _ in workspace.unbound):
        return None
    specs = {each.name: cast("TeamSpec", each.spec) for each in workspace.of_kind("Team")}  # bound
    able = {name: spec for name, spec in specs.items() if spec.roles}
    others: dict[str, str] = {}
    for name in sorted(specs.keys() - able.keys()):
        others |= dict.fromkeys([name, *_people(specs[name])], name)
    return Approvers({name: _people(spec) for name, spec in able.items()}, _roles(able), others)


def _people(team: TeamSpec) -> frozenset[str]:
    return frozenset(name for member in team.members for name in names_in(member))


def _roles(teams: Mapping[str, TeamSpec]) -> dict[str, frozenset[str]]:
    """Return by role the names of the teams that hold it."""
    found: dict[str, set[str]] = {}
    for name, team in teams.items():
        for role in team.roles:
            found.setdefault(role, set()).add(name)
    return {role: frozenset(names) for role, names in found.items()}


def is_same_person(one: str, other: str) -> bool:
    """Tell whether two texts name one person."""
    return bool({*names_in(one), name_of(one)} & {*names_in(other), name_of(other)} - {""})
