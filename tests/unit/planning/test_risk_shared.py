"""What models share is judged at the tier that they are live with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import GATE, World, tree, wanted

from mlspec.planning import Level, Move, Scope, ScopeMode

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


class TestRenamedReferences:
    """A reference that follows a rename is the same promise; its contents are judged by itself."""

    MOVED = (Move(GATES, "gate-set/floor"),)

    def renamed(self, floor=0.92):
        return wanted("GateSet", "floor", {"gates": [GATE | {"atLeast": floor}]})

    def follower(self, *sets):
        spec = {"risk": {"tier": "high"}, "gateSets": [*sets]}
        return wanted(
            "Model", "screen", spec, references=tuple(f"gate-set/{each}" for each in sets)
        )

    def test_it_is_neutral_where_the_resource_has_moved(self, live):
        plan = live.plan(tree(self.follower("floor"), self.renamed()), moves=self.MOVED)

        found = operation(plan, "model/screen")
        assert {each.direction.value for each in found.changes} == {"neutral"}
        assert [each.rule for each in found.risk.reasons] == ["R-GATE-CHANGED"]
        assert (plan.summary.loosened, plan.summary.tightened) == (0, 0)

    def test_it_loosens_where_nothing_says_that_it_moved(self, live):
        plan = live.plan(tree(self.follower("floor"), self.renamed()))

        rules = [each.rule for each in operation(plan, "model/screen").risk.reasons]
        assert "R-GATE-LOOSENED" in rules

    def test_what_it_asks_for_less_is_told_where_it_stands(self, live):
        plan = live.plan(tree(self.follower("floor"), self.renamed(0.5)), moves=self.MOVED)

        assert operation(plan, "model/screen").risk.level is Level.MEDIUM
        assert operation(plan, "gate-set/floor").risk.level is Level.HIGH
        assert operation(plan, "gate-set/floor").risk.judged_at == "high"

    def test_another_reference_that_goes_or_comes_still_counts(self, live):
        other = wanted("GateSet", "other", {"gates": [GATE | {"id": "other"}]})
        both = self.follower("floor", "other")

        plan = live.plan(tree(both, self.renamed(), other), moves=self.MOVED)
        rules = {each.rule for each in operation(plan, "model/screen").risk.reasons}
        assert rules == {"R-GATE-CHANGED", "R-GATE-TIGHTENED"}

    def test_a_version_that_is_dropped_on_the_way_is_more_than_a_name(self, live):
        live.reach(self.follower("bar@v1"), gates(0.92))

        plan = live.plan(tree(self.follower("floor"), self.renamed()), moves=self.MOVED)
        rules = {each.rule for each in operation(plan, "model/screen").risk.reasons}
        assert "R-GATE-LOOSENED" in rules

    def test_a_name_that_still_has_a_spec_has_not_moved(self, live):
        wanted_now = tree(self.follower("floor"), self.renamed(0.5), gates(0.92))

        plan = live.plan(wanted_now, moves=self.MOVED)
        rules = {each.rule for each in operation(plan, "model/screen").risk.reasons}
        assert "R-GATE-LOOSENED" in rules

    def test_such_a_plan_is_applied(self, live):
        desired = tree(self.follower("floor"), self.renamed())
        live.context = replace(live.context, moves=self.MOVED)

        live.apply(live.plan(desired), desired)
        assert live.plan(desired).operations == ()
