"""Laws of risk, over bodies made from the schemas and compared by the real diff.

Whatever changes, in whatever order: loosening is never cheaper than tightening, a higher tier is
never cheaper than a lower one, two steps are never cheaper than one, and what is not known is
never cheap.
"""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from tests.property.spec_bodies import relative, spec_of

from mlspec.canonical import digest_value
from mlspec.planning import Action, ChangeDirection, Compatibility, Desired, Level, Operation
from mlspec.planning._blast import Graph
from mlspec.planning._contract import contract_change
from mlspec.planning._direction import combined
from mlspec.planning._lookup import traits_of
from mlspec.planning._risk_table import LEVELS, TABLE, base_level, lowered, raised
from mlspec.planning.diff import parts_of
from mlspec.planning.risk import Assessor
from mlspec.schema import FieldClass

TIERS = ("minimal", "limited", "high")
PREFIXES = {
    "Model": "model",
    "GateSet": "gate-set",
    "RolloutPolicy": "rollout-policy",
    "Dataset": "dataset",
    "FeatureView": "feature-view",
    "Team": "team",
    "Workspace": "workspace",
}
KINDS = st.sampled_from(["Model", "Model", "Model", *PREFIXES])
RANDOMS = st.randoms(use_true_random=False)
CANARY = {"strategy": "canary", "steps": [{"share": 0.05, "holdMinutes": 60}]}
SWITCH = {"strategy": "blue-green", "previewMinutes": 5}
POLICIES = {"quiet": CANARY, "loud": SWITCH}


def body_of(kind, spec):
    return {"kind": kind, "metadata": {"name": "it"}, "spec": spec}


def wanted(kind, name, body, references=()):
    address = f"{PREFIXES[kind]}/{name}"
    return Desired(address, kind, body, digest_value(body), references=tuple(references))


def surroundings(kind, tiers):
    """What else is desired: two rollout policies, and models of these tiers that refer to it."""
    policies = [
        wanted("RolloutPolicy", name, body_of("RolloutPolicy", {"rollout": rollout}))
        for name, rollout in POLICIES.items()
    ]
    models = [
        wanted(
            "Model",
            f"m{number}",
            body_of(
                "Model",
                {"risk": {"tier": tier}, "serving": {"mode": "online"}, "rolloutPolicy": "it"},
            ),
            [f"{PREFIXES[kind]}/it"],
        )
        for number, tier in enumerate(tiers)
    ]
    return {each.address: each for each in (*policies, *models)}


def assessed(kind, old, new, tiers=(), action=Action.UPDATE):
    desired = wanted(kind, "it", new)
    operation = Operation(
        "0001", desired.address, kind, action, "changed", "", "sha256:a", "sha256:b"
    )
    return Assessor({**surroundings(kind, tiers), desired.address: desired}).assess(operation, old)


def step(kind, old, new, tiers=()):
    """The operation from one body to another; None where there is nothing to do."""
    return None if digest_value(old) == digest_value(new) else assessed(kind, old, new, tiers)


def created(kind, new, tiers=()):
    return assessed(kind, None, new, tiers, Action.CREATE)


def directions(kind, old, new, tiers=()):
    """What each changed value does, and what the change does besides: what it breaks or widens."""
    yield from (_direction(kind, part) for part in _values_changed(kind, old, new))
    policies = [body["spec"].get("rolloutPolicy") for body in (old, new)]
    if len({*policies}) == 2 and not {*policies} <= {None, *POLICIES}:
        yield ChangeDirection.UNKNOWN  # nobody knows what the policy says
    if _costs_others(kind, old, new, tiers):
        yield ChangeDirection.LOOSENED
    if _costs_others(kind, new, old, tiers):
        yield ChangeDirection.TIGHTENED


def _direction(kind, part):
    """One more who may approve makes the team's word cheaper."""
    if kind == "Team" and part.path == "spec.members" and None in (part.old, part.new):
        return ChangeDirection.LOOSENED if part.old is None else ChangeDirection.TIGHTENED
    return part.direction


def _values_changed(kind, old, new):
    old, new = (_with_rollout_in_force(kind, each) for each in (old, new))
    return parts_of(old, new, traits_of(kind, old, new))


def _with_rollout_in_force(kind, body):
    rollout = POLICIES.get(body["spec"].get("rolloutPolicy")) if kind == "Model" else None
    if rollout is None or "rollout" in body["spec"]:
        return body
    return {**body, "spec": {**body["spec"], "rollout": rollout}}


def _costs_others(kind, old, new, tiers):
    """Whether it breaks a contract, takes a model out of service, or reaches more at once."""
    graph = Graph(surroundings(kind, tiers))
    before, after = (graph.reach(f"{PREFIXES[kind]}/it", kind, each) for each in (old, new))
    if after.widened(before) is not None:
        return True
    if kind != "Model":
        return False
    contract = contract_change(old, new)
    is_broken = contract is not None and contract.compatibility is Compatibility.BREAKING
    return is_broken or (before.is_live and not after.is_live)


def rank(operation):
    return operation.risk.level.rank if operation else -1


def with_tier(body, tier):
    changed = deepcopy(body)
    changed["spec"]["risk"]["tier"] = tier
    return changed


@st.composite
def worlds(draw, kinds=KINDS):
    """A kind, three bodies that are relatives, and the tiers of the models that refer to them."""
    kind = draw(kinds)
    random = draw(RANDOMS)
    specs = [spec_of(random, kind)]
    specs.append(relative(random, kind, specs[0]))
    specs.append(relative(random, kind, specs[draw(st.integers(0, 1))]))
    tiers = draw(st.lists(st.sampled_from(TIERS), max_size=6))
    chosen = draw(st.permutations(specs))
    return kind, [body_of(kind, each) for each in chosen], tiers if kind != "Model" else ()


MODELS = worlds(st.just("Model"))


@settings(max_examples=250)
@given(worlds())
def test_what_only_tightens_is_never_graver_than_the_way_back(world):
    kind, (one, other, _), tiers = world
    there, back = rank(step(kind, one, other, tiers)), rank(step(kind, other, one, tiers))

    match combined(directions(kind, one, other, tiers)):
        case ChangeDirection.TIGHTENED:
            assert there <= back
        case ChangeDirection.LOOSENED:
            assert there >= back
        case _:
            event("neither")


@pytest.mark.parametrize("tier", ["", *TIERS])
@pytest.mark.parametrize("field_class", list(FieldClass))
def test_no_row_of_the_table_makes_tightening_graver_than_loosening(field_class, tier):
    row = [lowered(each, tier).rank for each in TABLE[field_class]]

    assert row == sorted(row)
    assert base_level(field_class, ChangeDirection.UNKNOWN) is TABLE[field_class].loosened


@pytest.mark.parametrize("level", LEVELS)
def test_tier_and_reach_move_a_level_one_way_and_keep_none(level):
    by_tier = [lowered(level, tier).rank for tier in TIERS]

    assert by_tier == sorted(by_tier)
    assert raised(level).rank >= level.rank
    assert (level is Level.NONE) == (lowered(level, "minimal") is Level.NONE)
    assert (level is Level.CRITICAL) == (raised(level) is Level.CRITICAL)


@settings(max_examples=300)
@given(MODELS, st.sampled_from(TIERS), st.sampled_from(TIERS))
def test_the_same_change_is_never_cheaper_at_a_higher_tier(world, one, other):
    _, (old, new, _), _ = world
    low, high = sorted((one, other), key=TIERS.index)
    assume(digest_value(with_tier(old, low)) != digest_value(with_tier(new, low)))

    at_low = step("Model", with_tier(old, low), with_tier(new, low))
    at_high = step("Model", with_tier(old, high), with_tier(new, high))
    assert rank(at_low) <= rank(at_high)


@settings(max_examples=200)
@given(worlds(st.sampled_from(sorted(PREFIXES.keys() - {"Model"}))), st.data())
def test_a_model_of_a_higher_tier_that_refers_to_it_never_makes_a_change_cheaper(world, data):
    kind, (old, new, _), tiers = world
    assume(digest_value(old) != digest_value(new))
    more = [*tiers, data.draw(st.sampled_from(TIERS))]

    assert rank(step(kind, old, new, tiers)) <= rank(step(kind, old, new, more))


@settings(max_examples=200)
@given(MODELS)
def test_raising_the_tier_with_a_change_is_never_cheaper_than_the_change(world):
    _, (old, new, _), _ = world
    tier = old["spec"]["risk"]["tier"]
    assume(digest_value(old) != digest_value(with_tier(new, tier)))
    alone = rank(step("Model", old, with_tier(new, tier)))

    for higher in TIERS[TIERS.index(tier) + 1 :]:
        assert rank(step("Model", old, with_tier(new, higher))) >= alone


@settings(max_examples=200)
@given(MODELS, st.sampled_from([("high", "limited"), ("high", "minimal"), ("limited", "minimal")]))
def test_lowering_the_tier_is_critical_at_the_tier_before(world, tiers):
    _, (old, new, _), _ = world
    before, after = tiers

    risk = step("Model", with_tier(old, before), with_tier(new, after)).risk
    assert (risk.level, risk.judged_at) == (Level.CRITICAL, before)
    assert risk.reasons[0].level is Level.CRITICAL


@settings(max_examples=500)
@given(worlds())
def test_one_step_is_never_graver_than_the_graver_of_two(world):
    kind, (first, second, third), tiers = world
    whole = step(kind, first, third, tiers)
    halves = [step(kind, first, second, tiers), step(kind, second, third, tiers)]

    assert rank(whole) <= max(map(rank, halves))


@settings(max_examples=250)
@given(worlds())
def test_creating_less_and_changing_it_then_is_never_cheaper_than_creating(world):
    kind, (first, second, _), tiers = world
    whole = created(kind, second, tiers)
    halves = [created(kind, first, tiers), step(kind, first, second, tiers)]

    assert rank(whole) <= max(map(rank, halves))


@settings(max_examples=300)
@given(worlds(), st.sampled_from(["spec", "metadata"]), st.sampled_from([0, "x", [], {"a": 1}]))
def test_what_is_not_known_is_at_least_high(world, part, value):
    kind, (old, new, _), tiers = world
    told = {**new, part: {**new[part], "bogus": value}}

    for operation in (
        step(kind, old, told, tiers),
        step(kind, told, old, tiers),
        created(kind, told, tiers),
    ):
        assert rank(operation) >= Level.HIGH.rank
        assert "R-UNKNOWN-FIELD" in {each.rule for each in operation.risk.reasons}


@settings(max_examples=100)
@given(RANDOMS)
def test_a_kind_that_is_not_known_is_at_least_high(random):
    body = body_of("Unheard", spec_of(random, "Model"))
    desired = Desired("unheard/it", "Unheard", body, "sha256:b")
    assess = Assessor({"unheard/it": desired}).assess
    operation = Operation(
        "0001", "unheard/it", "Unheard", Action.CREATE, "created", "", "", "sha256:b"
    )

    assert rank(assess(operation, None)) == Level.HIGH.rank


@settings(max_examples=300)
@given(worlds())
def test_every_level_is_that_of_its_gravest_reason_and_reasons_come_gravest_first(world):
    kind, (old, new, _), tiers = world
    assume(digest_value(old) != digest_value(new))
    risk = step(kind, old, new, tiers).risk
    levels = [each.level.rank for each in risk.reasons]

    assert levels == sorted(levels, reverse=True)
    assert risk.level is risk.reasons[0].level


@settings(max_examples=200)
@given(worlds(), RANDOMS)
def test_risk_does_not_depend_on_the_order_of_anything(world, random):
    kind, (old, new, _), tiers = world
    assume(digest_value(old) != digest_value(new))
    surrounding = [*surroundings(kind, tiers).items()]
    desired = wanted(kind, "it", new)
    operation = Operation(
        "0001", desired.address, kind, Action.UPDATE, "changed", "", "sha256:a", "sha256:b"
    )

    def risk():
        random.shuffle(surrounding)
        return Assessor({**dict(surrounding), desired.address: desired}).assess(operation, old)

    assert risk() == risk()
