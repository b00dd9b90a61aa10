"""Whether there are people who can give the approvals that a plan needs, and what to do if not.

In: requirements, who may approve as what, and the authors. Out: sentences. Nothing is read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.ledger import Approval, Strength
from mlspec.people import name_of
from mlspec.planning.approvals import decide

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.planning._authority import Authority
    from mlspec.planning._model import Requirement

__all__ = ["meant", "unfillable", "unfillable_notices"]

_TEAMS = 3
_NO_TEAMS: Mapping[str, str] = {}


def meant(principal: str, role: str, authority: Authority) -> str:
    """Return the hint which person or role may have been meant; "" where both are known.

    A person is known whom a team names, a role one that a team gives.
    """
    people = {name for member in authority.members for name in member.names}
    roles = {each for member in authority.members for each in member.roles}
    asked = ((name_of(principal), people), (role, roles))
    close = [did_you_mean(word, known) for word, known in asked if word not in {*known, ""}]
    found = [f"`{each}`" for each in close if each]
    return f"did you mean {' and '.join(found)}?" if found else ""


def unfillable(
    requirements: Sequence[Requirement], authority: Authority, authors: Collection[str]
) -> tuple[Requirement, ...]:
    """Return what would still be missing if everybody who may approve a plan had signed it."""
    names = sorted({each.names[0] for each in authority.members})
    agreed = [Approval(each, "", Strength.SIGNED, "plan", "", digest=each) for each in names]
    return decide(requirements, agreed, authority, authors, "plan", "").missing


def unfillable_notices(
    requirements: Sequence[Requirement],
    authority: Authority,
    authors: Collection[str],
    teams: Mapping[str, str] = _NO_TEAMS,
) -> Iterator[str]:
    """Yield what nobody can approve as things are, each with the way out.

    `teams` are the addresses of those that the specs have, with the places of their roles.
    """
    for each in unfillable(requirements, authority, authors):
        why = _why(each, authority, authors)
        yield f"NOT APPROVABLE: {why}; {_way_out(each.role, authority, teams)}"


def _why(requirement: Requirement, authority: Authority, authors: Collection[str]) -> str:
    role = requirement.role
    holders = [each for each in authority.members if role in each.roles]
    if not holders:
        where = "the specs" if authority.from_specs else "the registry"
        return f"the plan needs an approval as `{role}`, a role that no team in {where} gives"
    people = authority.people()
    excluded = {people.person(name_of(each)) for each in authors}
    if all(people.person(each.names[0]) in excluded for each in holders):
        return f"the plan needs an approval as `{role}`, and only its authors hold that role"
    return (
        f"the plan needs {requirement.count} more as `{role}` than there are: one person counts "
        "once, and no author does"
    )


def _way_out(role: str, authority: Authority, teams: Mapping[str, str]) -> str:
    listed = [f"`{address}` ({place})" for address, place in [*teams.items()][:_TEAMS]]
    where = f": {', '.join(listed)}" if listed else ""
    step = f"add `{role}` to `spec.roles` of a team with members who are no authors{where}"
    if authority.from_specs:
        return f"{step}, and plan again"
    return (
        f"{step}, and apply that first, in a change of its own; where nobody can approve that "
        "either, `mlspec apply --break-glass` lets one person go ahead, on record"
    )
