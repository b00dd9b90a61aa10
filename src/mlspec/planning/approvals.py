"""Approvals: what a plan needs, who may give it, and whether it is there.

In: requirements, approvals whose strength was verified, and who may approve as what. Out: a
decision that names what counts, what does not and why, and what is missing. Nothing is read here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import starmap
from typing import TYPE_CHECKING

from mlspec.errors import ApprovalsMissingError
from mlspec.people import name_of
from mlspec.planning._authority import (
    Authority,
    Member,
    Trust,
    authority_in_force,
    authority_of,
    recorded_teams,
    ruling_snapshot,
    trust_in_force,
)
from mlspec.planning._matching import matched
from mlspec.planning._requirements import ROLES, ROLES_BY_KIND, required_approvals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from mlspec.ledger import Approval
    from mlspec.people import People
    from mlspec.planning._model import Requirement

__all__ = [
    "ROLES",
    "ROLES_BY_KIND",
    "Authority",
    "Decision",
    "Member",
    "Rejected",
    "Trust",
    "agreed_people",
    "approvals_error",
    "authority_in_force",
    "authority_of",
    "decide",
    "name_of",
    "needed_text",
    "recorded_teams",
    "required_approvals",
    "ruling_snapshot",
    "told_of",
    "trust_in_force",
]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Rejected:
    """An approval that does not count, and why."""

    approval: Approval
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the approvals are there.

    `accepted` each stand for another person, with the role that they count for; `spare` would
    count, but nothing needs them. `missing` says how many people of a role are.
    """

    accepted: tuple[Approval, ...] = ()
    missing: tuple[Requirement, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    spare: tuple[Approval, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An approval that may count, the person behind it, and the roles it may count for."""

    approval: Approval
    person: str
    roles: frozenset[str]


def decide(
    requirements: Sequence[Requirement],
    approvals: Iterable[Approval],
    authority: Authority,
    authors: Collection[str],
    plan_digest: str,
    risk_digest: str,
) -> Decision:
    """Return whether different people, none of them an author, have agreed as required.

    An approval is for this plan when it names its digest, or the digest of its risk: then it was
    given to another plan that means the same.
    """
    listed = sorted({*approvals}, key=_order)
    judge = _judge_of(listed, authority, authors, plan_digest, risk_digest)
    judged = [(each, judge.reason_against(each)) for each in listed]
    rejected = [Rejected(each, reason) for each, reason in judged if reason]
    able = [judge.candidate(each) for each, reason in judged if not reason]
    return _decided(requirements, able, rejected)


def agreed_people(
    approvals: Iterable[Approval],
    authority: Authority,
    authors: Collection[str],
    plan_digest: str,
    risk_digest: str,
) -> tuple[Approval, ...]:
    """Return who agreed to a plan and may, whatever it needs: the strongest of each person.

    Authors of the change, people without a role and approvals of another plan are left out; the
    role is one that the person holds.
    """
    listed = sorted({*approvals}, key=_order)
    judge = _judge_of(listed, authority, authors, plan_digest, risk_digest)
    found: dict[str, Approval] = {}
    for each in listed:
        if not judge.reason_against(each):
            able = judge.candidate(each)
            found.setdefault(able.person, replace(each, role=min(able.roles)))
    return tuple(found[person] for person in sorted(found))


def needed_text(requirement: Requirement) -> str:
    """Return what a requirement asks for, such as `2 x model-risk, signed`."""
    return f"{requirement.count} x {requirement.role}, {requirement.strength.value}"


def approvals_error(decision: Decision, hint: str | None = None) -> ApprovalsMissingError | None:
    """Return the error of a plan that lacks approvals; None if they are all there."""
    if decision.is_complete:
        return None
    return ApprovalsMissingError(
        "the plan lacks approvals",
        details=(
            *(f"missing {needed_text(each)}: {_why(each)}" for each in decision.missing),
            *(f"does not count: {told_of(each)}" for each in decision.rejected),
        ),
        hint=hint
        or "`mlspec approve PLAN --as NAME --role ROLE [--sign KEY]` gives one; "
        "commit its file, or pull those that others committed",
    )


def told_of(rejected: Rejected) -> str:
    """Return whose approval does not count, and why, as one line."""
    approval = rejected.approval
    role = f" as {approval.role}" if approval.role else ""
    return f"{approval.principal}{role}: {rejected.reason}"


def _why(requirement: Requirement) -> str:
    shown = ", ".join(requirement.because[:_SHOWN])
    rest = len(requirement.because) - _SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown


@dataclass(frozen=True, slots=True)
class _Judge:
    people: People
    roles: Mapping[str, frozenset[str]]
    authors: frozenset[str]
    plan_digest: str
    risk_digest: str

    def reason_against(self, approval: Approval) -> str:
        """Return why an approval can't count for anything; "" if it can."""
        if not name_of(approval.principal):
            return "the name mixes alphabets or can't be read"
        if not self._is_for_this(approval):
            return "it is for another plan"
        if self._person(approval.principal) in self.authors:
            return "an author of the change does not approve it"
        return self._reason_against_role(approval)

    def _reason_against_role(self, approval: Approval) -> str:
        held = self._held(approval)
        if not held:
            return "no team in force has this person as a member with a role"
        if approval.role and approval.role not in held:
            return f"no team in force gives this person the role {approval.role}"
        return ""

    def candidate(self, approval: Approval) -> _Candidate:
        roles = frozenset({approval.role}) if approval.role else self._held(approval)
        return _Candidate(approval, self._person(approval.principal), roles)

    def _is_for_this(self, approval: Approval) -> bool:
        return approval.plan == self.plan_digest or (
            bool(self.risk_digest) and approval.risk == self.risk_digest
        )

    def _held(self, approval: Approval) -> frozenset[str]:
        return self.roles.get(self._person(approval.principal), frozenset())

    def _person(self, principal: str) -> str:
        return self.people.person(name_of(principal))


def _judge_of(
    approvals: Sequence[Approval],
    authority: Authority,
    authors: Collection[str],
    plan_digest: str,
    risk_digest: str,
) -> _Judge:
    people = authority.people()
    for each in approvals:
        people.join(map(name_of, (each.principal, *each.names)))
    excluded = frozenset(people.person(name_of(each)) for each in authors)
    roles = authority.roles_by_person(people)
    return _Judge(people, roles, excluded, plan_digest, risk_digest)


def _decided(
    requirements: Sequence[Requirement], able: Sequence[_Candidate], rejected: list[Rejected]
) -> Decision:
    taken = [*_taken(requirements, able)]
    weak = {each.approval: why for each in able if (why := _weakness(each, requirements))}
    told = weak.keys() | {approval for _, approval in taken}
    return Decision(
        accepted=tuple(replace(each, role=requirements[number].role) for number, each in taken),
        missing=tuple(_missing(requirements, Counter(number for number, _ in taken))),
        rejected=(*rejected, *starmap(Rejected, weak.items())),
        spare=tuple(each.approval for each in able if each.approval not in told),
    )


def _taken(
    requirements: Sequence[Requirement], able: Sequence[_Candidate]
) -> Iterator[tuple[int, Approval]]:
    """Yield the approvals that count, each of another person, with the requirement it fills."""
    places = [*_places(requirements, able)]
    filled = matched([place.people for place in places])
    for index, person in sorted(filled.items()):
        yield places[index].number, places[index].given_by(person)


@dataclass(frozen=True, slots=True)
class _Place:
    """One approval that a requirement, by its number, asks for, and whose would do."""

    number: int
    fitting: tuple[_Candidate, ...]

    @property
    def people(self) -> list[str]:
        return [each.person for each in self.fitting]

    def given_by(self, person: str) -> Approval:
        return next(each.approval for each in self.fitting if each.person == person)


def _places(requirements: Sequence[Requirement], able: Sequence[_Candidate]) -> Iterator[_Place]:
    for number, requirement in enumerate(requirements):
        fitting = tuple(each for each in able if _fits(each, requirement))
        for _ in range(min(requirement.count, len(fitting))):  # a plan may ask for millions
            yield _Place(number, fitting)


def _fits(candidate: _Candidate, requirement: Requirement) -> bool:
    is_strong = candidate.approval.strength.rank >= requirement.strength.rank
    return requirement.role in candidate.roles and is_strong


def _weakness(candidate: _Candidate, requirements: Sequence[Requirement]) -> str:
    """Return that an approval is too weak for all that ask for its role; "" if it is not."""
    asked = [each for each in requirements if each.role in candidate.roles]
    if not asked or any(_fits(candidate, each) for each in asked):
        return ""
    needed = min((each.strength for each in asked), key=lambda each: each.rank)
    weakness = f"it is {candidate.approval.strength.value}, {needed.value} is needed"
    return ": ".join(filter(None, (weakness, candidate.approval.note)))


def _missing(requirements: Sequence[Requirement], there: Counter[int]) -> Iterator[Requirement]:
    for number, requirement in enumerate(requirements):
        if requirement.count > there[number]:
            yield replace(requirement, count=requirement.count - there[number])


def _order(approval: Approval) -> tuple[int | str, ...]:
    """The strongest approval of a person comes first; all that it says makes the order definite."""
    return (
        -approval.strength.rank,
        approval.principal,
        approval.role,
        approval.digest,
        approval.plan,
        approval.risk,
        approval.at,
        approval.comment,
        approval.note,
        *approval.names,
    )
