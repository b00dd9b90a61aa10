"""Waivers of gates: whether they hold, and who may agree to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mlspec.people import name_of, names_in
from mlspec.rules._calendar import is_date

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def approvers_of(workspace: Workspace) -> Approvers:
    """Return who of a workspace may approve."""
    teams: dict[str, frozenset[str]] = {}
    roles: dict[str, set[str]] = {}
    others: dict[str, str] = {}
    for team in workspace.of_kind("Team"):
        spec = cast("TeamSpec", team.spec)  # binding gave it this model
        names = {name for member in spec.members for name in names_in(member)}
        if not spec.roles:
            others |= dict.fromkeys([team.name, *names], team.name)
            continue
        teams[team.name] = frozenset(names)
        for role in spec.roles:
            roles.setdefault(role, set()).add(team.name)
    return Approvers(teams, {role: frozenset(each) for role, each in roles.items()}, others)


def is_same_person(one: str, other: str) -> bool:
    """Tell whether two texts name one person."""
    return bool({*names_in(one), name_of(one)} & {*names_in(other), name_of(other)} - {""})
