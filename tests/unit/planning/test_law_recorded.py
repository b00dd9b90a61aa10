"""What was in force before judges a plan once more: nobody takes the rule away that stops it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import CONTEXT, Governed
from tests.unit.policy.packs import HOME, files, rule
from tests.unit.policy.worlds import BINDING, SYSTEM, TIER_RULE, model, waiver, workspace

from mlspec.errors import PolicyDeniedError, StalePlanError, UsageError
from mlspec.planning import (
    Action,
    Law,
    Outcome,
    Scope,
    ScopeMode,
    desired_objects,
    make_plan,
    observe_for,
)
from mlspec.planning.law_recorded import former_of
from mlspec.planning.law_then import reverted
from mlspec.planning.revert import revert_of
from mlspec.policy import in_force, stated_waivers

FREE = rule(require="true")
OWNED = rule()
NEXT = HOME.replace("2026.11.0", "2026.12.0")
BOUND_NEXT = BINDING.replace("2026.11.0", "2026.12.0")
MANDATORY = BINDING.replace(
    "spec: {pack: house, version: 2026.11.0}",
    "spec: {pack: house, version: 2026.11.0,"
    " enforcement: [{rule: HOUSE-001, enforcement: mandatory}]}",
)
HERE = "as it was applied last"


class Shop(Governed):
    """A workspace with one pack or none, and its registry; packs stay where they once were."""

    def __init__(self, folder):
        super().__init__(folder)
        self.kept = {}

    def write(self, *documents, rules=OWNED, home=HOME, environment="prod"):
        """State the specs, and the bytes that the house pack has from now on."""
        self.workspace = workspace(*documents, environment=environment)
        self.files = files(rules, home=home)
        self.kept[self.files.digest] = self.files
        return self

    def fetch(self, _spec, digest):
        if digest not in self.kept:
            raise UsageError("the pack `house` is not installed here")
        return self.kept[digest]

    @property
    def law(self):
        force = in_force(self.workspace, lambda _spec: self.files, None)
        packs = tuple(each for each in force.packs if each.applies_in("prod"))
        return Law(self.workspace, packs, stated_waivers(self.workspace), fetch=self.fetch)

    @property
    def desired(self):
        return desired_objects(self.workspace, packs={"house": self.files.digest})

    @property
    def context(self):
        digests = {each: found.digest for each, found in self.workspace.sources.items()}
        toolchain = replace(CONTEXT.toolchain, policy=self.law.digest)
        return replace(CONTEXT, sources=digests, toolchain=toolchain)


@pytest.fixture
def shop(tmp_path):
    """A shop whose registry has the house pack in force, and teams and data."""
    made = Shop(tmp_path).write(BINDING)
    assert Outcome.APPLIED is made.apply().outcome
    return made


def blocks(plan):
    return {each.address: each.blocked.reason for each in plan.blocked}


def actions(plan):
    return {each.address: each.action for each in plan.operations}


def test_a_binding_that_goes_in_the_same_change_judges_the_rest_of_it(shop):
    plan = shop.write(model()).plan()

    assert Action.RETIRE is actions(plan)["policy-binding/house"]
    assert {
        "model/churn": f"HOUSE-001: Nobody owns `churn`. (`policy-binding/house`, {HERE})"
    } == blocks(plan)
    assert ["house"] == [each.name for each in plan.policy.packs]
    with pytest.raises(PolicyDeniedError):
        shop.apply(plan)


def test_a_binding_that_goes_alone_is_gone_afterwards(shop):
    shop.write()
    assert {} == blocks(shop.plan())
    shop.apply()
    shop.write(model())

    assert Outcome.APPLIED is shop.apply().outcome


def test_what_passes_the_law_that_was_in_force_goes_with_its_removal(tmp_path):
    shop = Shop(tmp_path).write(BINDING, rules=FREE)
    shop.apply()
    plan = shop.write(model()).plan()

    assert {} == blocks(plan)
    assert ("HOUSE-001",) == plan.policy.of("model/churn").passed
    assert Outcome.APPLIED is shop.apply(plan).outcome


def test_a_partial_plan_that_leaves_the_removal_out_is_judged_as_well(shop):
    shop.write(model())
    plan = shop.plan(scope=Scope(ScopeMode.TARGET, ("model/churn",)))

    assert "policy-binding/house" not in actions(plan)
    assert {"model/churn"} == set(blocks(plan))


@pytest.mark.parametrize(
    ("binding", "home", "rules"),
    [
        (BOUND_NEXT, NEXT, FREE),
        (BINDING, HOME, FREE),
        (BINDING.replace("{name: house, owner: risk}", "{name: moved, owner: risk}"), HOME, FREE),
        (BINDING.replace("2026.11.0}", "2026.11.0, environments: [staging]}"), HOME, OWNED),
    ],
    ids=["another version", "other bytes of that version", "another binding", "elsewhere only"],
)
def test_another_law_does_not_let_through_what_the_one_in_force_stops(shop, binding, home, rules):
    plan = shop.write(binding, model(), rules=rules, home=home).plan()

    assert {"model/churn"} == set(blocks(plan))
    assert HERE in blocks(plan)["model/churn"]


def test_other_bytes_of_a_pack_are_a_change_of_its_binding_that_somebody_approves(shop):
    plan = shop.write(BINDING, rules=FREE).plan(require_approvals=True)
    (operation,) = plan.operations

    assert "policy-binding/house" == operation.address
    assert ["governed.digest"] == [each.path for each in operation.changes]
    assert "mlspec.lock:1:1" == operation.changes[0].at
    assert ["R-POLICY-LOOSENED"] == [each.rule for each in operation.risk.reasons]
    assert {"compliance", "model-risk"} == {each.role for each in plan.required_approvals}


def test_an_enforcement_that_is_loosened_holds_for_the_change_that_loosens_it(tmp_path):
    shop = Shop(tmp_path).write(MANDATORY)
    shop.apply()
    plan = shop.write(BINDING, model(), waiver()).plan()

    assert "`waiver/w1` does not hold: the rule is mandatory" in blocks(plan)["model/churn"]
    (told,) = plan.policy.of("model/churn").told
    assert ("fail", "mandatory") == (told.outcome, told.enforcement)


def test_a_law_that_gets_stricter_counts_as_it_will_be(tmp_path):
    shop = Shop(tmp_path).write(BINDING)
    shop.apply()
    plan = shop.write(MANDATORY, model(), waiver()).plan()
    (told,) = plan.policy.of("model/churn").told

    assert ("fail", "mandatory") == (told.outcome, told.enforcement)
    assert HERE not in told.message


def test_a_rule_is_told_once_where_both_say_the_same(shop):
    plan = shop.write(BOUND_NEXT, model(), home=NEXT).plan()
    (told,) = plan.policy.of("model/churn").told

    assert ("house@2026.12.0", "Nobody owns `churn`.") == (told.pack, told.message)
    assert ["2026.11.0", "2026.12.0"] == [each.version for each in plan.policy.packs]


def test_a_tier_that_was_asked_for_is_asked_for_once_more(tmp_path):
    high = TIER_RULE[4:].replace("WHEN", "'!spec.risk.automatedDecision'")
    shop = Shop(tmp_path).write(BINDING, rules=f"{FREE}---\n{high}")
    shop.apply()
    plan = shop.write(BINDING, model(), rules=FREE).plan()

    assert blocks(plan)["model/churn"].startswith("its tier is `minimal`, and policy says `high`")


def test_a_pack_that_is_not_here_any_more_lets_bindings_change_and_nothing_else(shop):
    shop.write(BOUND_NEXT, model(tier="limited"), home=NEXT, rules=FREE)
    shop.kept = {shop.files.digest: shop.files}
    plan = shop.plan()

    assert {"model/churn"} == set(blocks(plan))
    assert "`policy-binding/house`: the pack `house` is not installed here" in str(blocks(plan))
    assert "in a change of their own" in blocks(plan)["model/churn"]
    assert plan.policy.faults

    shop.write(BOUND_NEXT, home=NEXT, rules=FREE)
    alone = shop.plan()
    assert ({}, ()) == (blocks(alone), alone.policy.faults)
    assert Outcome.APPLIED is shop.apply(alone).outcome
    assert Outcome.APPLIED is shop.write(BOUND_NEXT, model(), home=NEXT, rules=FREE).apply().outcome


def test_a_pack_that_has_faults_now_is_told_once_with_its_place(shop):
    fault = "house/rules/a.yaml:8:12: `spec` has no field `nope`"
    shop.write(BINDING, model())
    shop.kept = {}
    law = replace(shop.law, packs=(), faults=(fault,))
    snapshot = observe_for(shop.backend(), shop.desired, shop.context)
    plan = make_plan(shop.desired, snapshot, shop.context, {}, law)

    assert (fault,) == plan.policy.faults
    assert "can't be trusted, for 1 reason" in blocks(plan)["model/churn"]


def test_bytes_that_are_others_than_those_in_force_judge_nothing(shop):
    shop.write(model())
    (digest,) = shop.kept
    shop.kept[digest] = files(FREE)

    assert "that are in force are not here any more" in blocks(shop.plan())["model/churn"]


def test_a_plan_that_was_made_before_the_law_changed_is_stale(shop):
    plan = shop.write(BINDING, model(), rules=FREE).plan()
    other = Shop(shop.folder).write()
    other.kept = shop.kept
    other.apply()

    with pytest.raises(StalePlanError):
        shop.apply(plan)


def test_what_a_revert_brings_back_is_judged_by_the_law_that_is_recorded(tmp_path):
    shop = Shop(tmp_path).write()
    first = shop.write(model()).apply()
    second = shop.write(model(tier="limited")).apply()
    shop.write(BINDING, model(tier="limited"), rules=rule(require='spec.risk.tier == "limited"'))
    shop.apply()
    shop.write(model(tier="limited"))
    revert = revert_of(shop.backend(), second.run.run_id, shop.context)
    snapshot = observe_for(shop.backend(), revert.desired, revert.context)
    law = reverted(shop.law, revert.desired, snapshot)
    plan = make_plan(revert.desired, snapshot, revert.context, {}, law)

    assert first.run is not None
    assert {"model/churn"} == set(blocks(plan))
    assert HERE in blocks(plan)["model/churn"]


def test_where_registry_and_specs_agree_nothing_is_judged_twice(shop):
    shop.write(BINDING, model(), SYSTEM.replace("TIER", "minimal"))
    snapshot = observe_for(shop.backend(), shop.desired, shop.context)

    assert former_of(shop.workspace, shop.law.packs, snapshot, None).is_empty
