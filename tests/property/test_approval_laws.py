"""Laws of approvals: who is asked never shrinks, and as many people count as can."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.property.test_risk_laws import MODELS, created, step, with_tier, worlds

from mlspec.ledger import Approval, Strength
from mlspec.planning import (
    Action,
    Level,
    Operation,
    PlanContext,
    Requirement,
    Risk,
    RiskReason,
    Toolchain,
)
from mlspec.planning._matching import matched
from mlspec.planning.approvals import authority_of, decide, name_of, required_approvals
from mlspec.schema import FieldClass

STRICT = PlanContext("prod", "embedded", Toolchain("", ""), {}, require_approvals=True)
NAMES = ("ana", "li", "sam", "eve", "kim")
ROLES = ("model-risk", "compliance", "sre")
RULES = [
    *(f"R-{each.value.upper()}-LOOSENED" for each in FieldClass),
    *("R-CREATED", "R-DELETED", "R-RETIRE-LIVE", "R-UNKNOWN-FIELD", "R-NEW"),
]
# rules that change the scale for others are tried below, with the tiers that they change
TIERS = ["", "minimal", "limited", "high"]

reasons = st.builds(RiskReason, st.sampled_from(RULES), st.sampled_from(Level), st.just("because"))


@st.composite
def operations(draw):
    told = tuple(draw(st.lists(reasons, max_size=4)))
    level = max((each.level for each in told), key=lambda each: each.rank, default=Level.NONE)
    kind = draw(st.sampled_from(["Model", "Dataset", "Team", "Workspace", "GateSet"]))
    risk = Risk(level, told, judged_at=draw(st.sampled_from(TIERS)))
    name = draw(st.sampled_from(NAMES))
    return Operation("1", f"x/{name}", kind, Action.UPDATE, "changed", "u", "a", "b", risk=risk)


contexts = st.builds(
    lambda least, signers: replace(STRICT, minimum_strength=least, has_signers=signers),
    st.sampled_from([None, *Strength]),
    st.booleans(),
)


def covers(more, less):
    """Tell whether one list of requirements asks for all that the other asks for."""
    by_role = {each.role: each for each in more}
    return all(
        each.role in by_role
        and by_role[each.role].count >= each.count
        and by_role[each.role].strength.rank >= each.strength.rank
        for each in less
    )


@given(st.lists(operations(), max_size=5), st.lists(operations(), max_size=5), contexts)
def test_more_operations_never_need_less(some, others, context):
    assert covers(required_approvals([*some, *others], context), required_approvals(some, context))


@given(st.lists(operations(), max_size=5), st.lists(operations(), max_size=5), contexts)
def test_a_change_split_in_two_never_needs_less_than_the_whole(some, others, context):
    parts = [*required_approvals(some, context), *required_approvals(others, context)]

    for each in required_approvals([*some, *others], context):
        of_role = [part for part in parts if part.role == each.role]
        assert max(part.count for part in of_role) >= each.count
        assert max(part.strength.rank for part in of_role) >= each.strength.rank


@given(operations(), reasons, contexts)
def test_one_more_reason_never_needs_less(operation, reason, context):
    risk = operation.risk
    level = max((risk.level, reason.level), key=lambda each: each.rank)
    graver = replace(operation, risk=replace(risk, level=level, reasons=(*risk.reasons, reason)))

    assert covers(required_approvals([graver], context), required_approvals([operation], context))


@given(operations(), st.sampled_from(Level), contexts)
def test_a_higher_level_never_needs_less(operation, level, context):
    risk = operation.risk
    raised = tuple(
        replace(each, level=max((each.level, level), key=lambda one: one.rank))
        for each in risk.reasons
    )
    top = max((risk.level, level), key=lambda each: each.rank)
    graver = replace(operation, risk=replace(risk, level=top, reasons=raised))

    assert covers(required_approvals([graver], context), required_approvals([operation], context))


@given(operations(), st.sampled_from(TIERS[1:]), st.sampled_from(TIERS[1:]), contexts)
def test_a_higher_tier_never_needs_less(operation, one, other, context):
    low, high = sorted((one, other), key=TIERS.index)
    lower, higher = (
        replace(operation, risk=replace(operation.risk, judged_at=each)) for each in (low, high)
    )

    assert covers(required_approvals([higher], context), required_approvals([lower], context))


@given(operations(), contexts)
def test_whatever_is_medium_needs_somebody_and_high_needs_two(operation, context):
    people = sum(each.count for each in required_approvals([operation], context))

    assert people >= {Level.MEDIUM: 1, Level.HIGH: 2, Level.CRITICAL: 2}.get(
        operation.risk.level, 0
    )


# every order of people is tried
@given(st.lists(st.lists(st.sampled_from(NAMES), max_size=4, unique=True), max_size=5))
def test_no_other_choice_fills_more_places(places):
    found = matched(places)

    assert all(person in places[place] for place, person in found.items())
    assert len({*found.values()}) == len(found)
    assert _most(places) == len(found)


def _most(places):
    """Try every order of people, with gaps: what nobody can beat."""
    people = [*NAMES, *(None for _ in places)]
    return max(
        (
            sum(person in place for person, place in zip(order, places, strict=True))
            for order in permutations(people, len(places))
        ),
        default=0,
    )


approvals = st.builds(
    Approval,
    principal=st.sampled_from([*NAMES, "@ANA", "Li"]),
    role=st.sampled_from(["", *ROLES]),
    strength=st.sampled_from(Strength),
    plan=st.sampled_from(["plan", "other"]),
    risk=st.sampled_from(["", "risk", "another"]),
    digest=st.text("abc", min_size=1, max_size=3),
)
requirements = st.lists(
    st.builds(Requirement, st.sampled_from(ROLES), st.integers(1, 3), st.sampled_from(Strength)),
    max_size=3,
    unique_by=lambda each: each.role,
)
authorities = st.lists(
    st.fixed_dictionaries(
        {
            "members": st.lists(st.sampled_from(NAMES), max_size=4),
            "roles": st.lists(st.sampled_from(ROLES), max_size=3),
        }
    ),
    max_size=3,
).map(lambda teams: authority_of({"spec": each} for each in teams))


@given(requirements, st.lists(approvals, max_size=8), authorities, st.sets(st.sampled_from(NAMES)))
def test_what_counts_is_different_people_who_may(asked, given_ones, authority, authors):
    decision = decide(asked, given_ones, authority, authors, "plan", "risk")

    people = [name_of(each.principal) for each in decision.accepted]
    assert len({*people}) == len(people)
    assert not {*people} & {name_of(each) for each in authors}
    strengths = {each.role: each.strength for each in asked}
    for each in decision.accepted:
        assert each.role in authority.roles_of(each.principal)
        assert each.strength.rank >= strengths[each.role].rank
        assert "plan" == each.plan or "risk" == each.risk


@given(requirements, st.lists(approvals, max_size=8), authorities, st.data())
def test_every_approval_is_told_once_and_every_place_too(asked, given_ones, authority, data):
    decision = decide(asked, given_ones, authority, [], "plan", "risk")

    told = [*(each.approval for each in decision.rejected), *decision.spare]
    assert len({*given_ones}) == len(decision.accepted) + len(told)
    missing = {each.role: each.count for each in decision.missing}
    filled = [each.role for each in decision.accepted]
    assert all(each.count == filled.count(each.role) + missing.get(each.role, 0) for each in asked)
    shuffled = data.draw(st.permutations(given_ones))
    assert decision == decide(asked, shuffled, authority, [], "plan", "risk")


@given(requirements, st.lists(approvals, max_size=6), approvals, authorities)
def test_one_more_approval_never_leaves_more_missing(asked, given_ones, another, authority):
    def lacks(approvals_given):
        decision = decide(asked, approvals_given, authority, [], "plan", "risk")
        return sum(each.count for each in decision.missing)

    assert lacks([*given_ones, another]) <= lacks(given_ones)


@given(st.text(max_size=40) | st.text("@aA+1.", max_size=12))
def test_a_name_is_compared_as_it_is(text):
    assert name_of(text) == name_of(name_of(text))


def scales(operations):
    """The rules by which a change makes others more or less grave."""
    rules = {reason.rule for each in operations for reason in each.risk.reasons}
    return rules & {"R-TIER-LOWERED", "R-TIER-RAISED", "R-REACH-WIDENED"}


@settings(max_examples=500)
@given(worlds(), contexts)
def test_a_change_made_in_two_steps_never_needs_less_than_in_one(world, context):
    kind, (first, second, third), tiers = world
    whole = [each for each in [step(kind, first, third, tiers)] if each]
    halves = [step(kind, first, second, tiers), step(kind, second, third, tiers)]
    halves = [each for each in halves if each]
    assume(scales(halves) <= scales(whole))  # else it is a detour, see below

    assert covers(required_approvals(halves, context), required_approvals(whole, context))


def test_a_reach_that_widens_beside_a_lower_tier_asks_as_it_would_after_it():
    spec = {"artifact": {"uri": "a", "format": "onnx"}, "gates": [], "monitoring": []}
    live = spec | {"serving": {"mode": "batch", "image": "a"}}
    first, second, third = (
        {"kind": "Model", "metadata": {"name": "it"}, "spec": each | {"risk": {"tier": tier}}}
        for each, tier in ((spec, "limited"), (spec, "minimal"), (live, "minimal"))
    )

    whole = [step("Model", first, third, ())]
    halves = [step("Model", first, second, ()), step("Model", second, third, ())]

    assert {"R-REACH-WIDENED", "R-TIER-LOWERED"} <= scales(whole)
    assert covers(required_approvals(halves, STRICT), required_approvals(whole, STRICT))


@settings(max_examples=200)
@given(MODELS, st.permutations(TIERS[1:]), contexts)
def test_a_detour_over_another_tier_takes_those_who_answer_for_the_tier(world, order, context):
    kind, bodies, tiers = world
    here, there, _ = order
    first, second, third = map(with_tier, bodies, (here, there, here))
    whole = [each for each in [step(kind, first, third, tiers)] if each]
    detour = [step(kind, first, second, tiers), step(kind, second, third, tiers)]

    needed = {each.role: each.strength.rank for each in required_approvals(detour, context)}
    asked = [each.strength.rank for each in required_approvals(whole, context)]
    assert {"compliance", "model-risk"} <= {*needed}
    assert needed["model-risk"] >= max(asked, default=0)
    assert needed["compliance"] >= max(asked, default=0)


@settings(max_examples=250)
@given(worlds(), contexts)
def test_creating_less_and_changing_it_then_never_needs_less_than_creating(world, context):
    kind, (first, second, _), tiers = world
    halves = [created(kind, first, tiers), step(kind, first, second, tiers)]
    halves = [each for each in halves if each]
    whole = required_approvals([created(kind, second, tiers)], context)

    assert covers(required_approvals(halves, context), whole)
