"""What models share is judged at the tier that they are live with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import GATE, World, tree, wanted

from mlspec.planning import Level, Scope, ScopeMode

GATES = "gate-set/bar"


def model(tier, **spec):
    body = {"risk": {"tier": tier}, "gateSets": ["bar"]} | spec
    return wanted("Model", "screen", body, references=(GATES,))


def gates(floor):
    return wanted("GateSet", "bar", {"gates": [GATE | {"atLeast": floor}]})


@pytest.fixture
def live(tmp_path):
    world = World(tmp_path)
    world.reach(model("high"), gates(0.92))
    return world


def operation(plan, address=GATES):
    (found,) = [each for each in plan.operations if each.address == address]
    return found


def test_a_lower_tier_in_the_same_plan_does_not_lower_the_bar_of_what_is_shared(live):
    plan = live.plan(tree(model("limited"), gates(0.88)))

    risk = operation(plan).risk
    assert (risk.tier_old, risk.tier_new, risk.judged_at) == ("high", "limited", "high")
    assert risk.level is Level.HIGH


def test_a_plan_that_leaves_the_model_out_judges_at_the_tier_that_stays_live(live):
    scope = Scope(ScopeMode.TARGET, (GATES,))

    plan = live.plan(tree(model("limited"), gates(0.88)), scope=scope)

    risk = operation(plan).risk
    assert [each.address for each in plan.operations] == [GATES]
    assert (risk.tier_old, risk.tier_new, risk.level) == ("high", "high", Level.HIGH)


def test_a_model_that_gives_the_shared_part_up_in_the_same_plan_still_counts(live):
    alone = wanted("Model", "screen", {"risk": {"tier": "high"}, "gates": [GATE]})
    plan = live.plan(tree(alone, gates(0.88)))

    assert operation(plan).risk.judged_at == "high"


def test_lowering_the_tier_first_asks_at_least_for_the_same_people(live):
    strict = replace(live.context, require_approvals=True)
    live.context = strict
    whole = live.plan(tree(model("limited"), gates(0.88)))
    first = live.plan(tree(model("limited"), gates(0.92)))
    live.context = replace(strict, require_approvals=False)
    live.reach(model("limited"), gates(0.92))
    live.context = strict
    second = live.plan(tree(model("limited"), gates(0.88)))

    asked = {each.role: each.strength.rank for each in whole.required_approvals}
    parts = [*first.required_approvals, *second.required_approvals]
    for role, strength in asked.items():
        assert strength <= max(each.strength.rank for each in parts if each.role == role)
