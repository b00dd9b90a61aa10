"""A plan is judged by what the registry has recorded and by what it writes, by nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import CONTEXT, Governed
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import BINDING, bound, model, waiver, workspace

from mlspec.errors import MlspecError
from mlspec.kinds.team import OnCall
from mlspec.planning import (
    Law,
    Outcome,
    desired_objects,
)
from mlspec.policy import stated_waivers

MODEL, WAIVER, TEAM = "model/churn", "waiver/w1", "team/builders"
ON_CALL = rule(
    stages="[plan, apply]",
    when='change.action == "create"',
    require="has(team.onCall)",
    message='"`{{ metadata.name }}` rings nobody."',
)
LONGER = {"expires": '"2027-01-15"'}


class Shop(Governed):
    """A registry, and specs that change between plans of some addresses."""

    def specs(self, *documents, rules=(), change=None):
        found = workspace(BINDING, *documents)
        self.workspace = change(found) if change else found
        pack = bound(self.workspace, *rules)
        self.law = Law(self.workspace, (pack,), stated_waivers(self.workspace))
        self.desired = desired_objects(self.workspace, packs={"house": pack.pack.digest})
        digests = {each: file.digest for each, file in self.workspace.sources.items()}
        toolchain = replace(CONTEXT.toolchain, policy=self.law.digest)
        self.context = replace(CONTEXT, sources=digests, toolchain=toolchain)
        return self


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def reason(plan, address=MODEL):
    return {each.address: each.blocked.reason for each in plan.blocked}.get(address, "")


def test_a_waiver_that_the_plan_leaves_out_excuses_nothing(shop):
    plan = shop.specs(model(), waiver(), rules=[rule()]).plan(MODEL)

    assert WAIVER not in {each.address for each in plan.operations}
    assert "HOUSE-001" in reason(plan)
    assert "`waiver/w1` does not hold: it is not recorded as it stands in the specs" in reason(plan)


def test_a_plan_that_writes_the_waiver_with_the_model_may_rely_on_it(shop):
    plan = shop.specs(model(), waiver(), rules=[rule()]).plan(MODEL, WAIVER)

    assert {MODEL, WAIVER} <= {each.address for each in plan.operations}
    assert "" == reason(plan)


def test_a_waiver_that_an_earlier_run_recorded_counts(shop):
    shop.specs(model(), waiver(), rules=[rule()])
    first = shop.apply(shop.plan(WAIVER))
    plan = shop.plan(MODEL)

    assert Outcome.APPLIED is first.outcome
    assert WAIVER not in {each.address for each in plan.operations}
    assert "" == reason(plan)
    assert Outcome.APPLIED is shop.apply(plan).outcome


def test_a_waiver_changed_after_it_was_recorded_counts_only_with_its_own_operation(shop):
    shop.specs(model(), waiver(), rules=[rule()])
    shop.apply(shop.plan(WAIVER))
    shop.specs(model(), waiver(**LONGER), rules=[rule()])

    assert "this plan does not write it" in reason(shop.plan(MODEL))
    assert "" == reason(shop.plan(MODEL, WAIVER))


def withdrawn(shop):
    """Take the waiver out of the registry, by specs that do not have it."""
    other = Shop(shop.folder).specs(model(), rules=[rule()])
    return other.apply(other.plan(WAIVER))


def test_a_waiver_that_was_withdrawn_from_the_registry_excuses_nothing(shop):
    shop.specs(model(), waiver(), rules=[rule()])
    shop.apply(shop.plan(WAIVER))
    withdrawn(shop)

    assert "this plan does not write it" in reason(shop.plan(MODEL))


def test_a_waiver_that_goes_between_plan_and_apply_is_missed_under_the_lock(shop):
    shop.specs(model(), waiver(), rules=[rule()])
    shop.apply(shop.plan(WAIVER))
    plan = shop.plan(MODEL)
    assert "" == reason(plan)
    withdrawn(shop)

    with pytest.raises(MlspecError) as caught:
        shop.apply(plan)

    assert 5 == caught.value.exit_code
    assert MODEL not in shop.backend().observe().objects


def _ringing(found):
    team = found.resources[TEAM]
    spec = team.spec.model_copy(update={"on_call": OnCall(receiver="pager")})
    return replace(found, resources={**found.resources, TEAM: replace(team, spec=spec)})


def test_what_a_team_says_that_the_plan_leaves_out_is_not_stated(shop):
    shop.specs(model(), rules=[ON_CALL])
    shop.apply(shop.plan(TEAM))
    shop.specs(model(), rules=[ON_CALL], change=_ringing)

    assert "`churn` rings nobody." in reason(shop.plan(MODEL))
    assert "" == reason(shop.plan(MODEL, TEAM))


def test_a_plan_of_everything_is_judged_by_all_specs(shop):
    plan = shop.specs(model(), waiver(), rules=[rule(), ON_CALL.replace("001", "002")])
    told = {each.rule: each.outcome for each in plan.plan().policy.of(MODEL).told}

    assert {"HOUSE-001": "waived", "HOUSE-002": "fail"} == told
