"""The law of a plan: what it says of what is written or affected, and what it blocks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import CONTEXT, Governed
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import (
    BINDING,
    DATA,
    SYSTEM,
    TIER_RULE,
    bound,
    model,
    waiver,
    workspace,
)

from mlspec.errors import ForeignPlanError, PolicyDeniedError, StalePlanError, TamperedPlanError
from mlspec.ledger import Approval, Strength, read_run_statement
from mlspec.ledger.policy_facts import PolicyView, policy_from_json
from mlspec.planning import (
    BlockCode,
    Law,
    Outcome,
    desired_objects,
    make_plan,
    observe_for,
    read_plan,
    write_plan,
)
from mlspec.planning.audit import audit_show
from mlspec.planning.law import Circumstance, joined
from mlspec.planning.law_then import reverted
from mlspec.planning.revert import revert_of
from mlspec.policy import Stage, reads, stated_waivers
from mlspec.state import Snapshot

EMPTY = Snapshot("prod", "", 0, "")
FREE = rule(require="true")
TWO = rule(
    stages="[apply]",
    require="evidence.approvals.filter(a, a.verified && a.by != change.author).size() >= 2",
)


def law_of(found, *rules, **options):
    return Law(found, (bound(found, *rules, **options),), stated_waivers(found))


class Town(Governed):
    """A workspace under a pack, its registry, and what one does with them."""

    def __init__(self, folder, *documents, rules=(), **settings):
        super().__init__(folder)
        self.rules, self.settings = rules, settings
        self.write(*documents)

    def write(self, *documents, **settings):
        self.settings |= settings
        self.workspace = workspace(BINDING, *documents, **self.settings)
        return self

    @property
    def desired(self):
        return desired_objects(self.workspace, packs={"house": self.law.packs[0].pack.digest})

    @property
    def law(self):
        return law_of(self.workspace, *self.rules)

    @property
    def context(self):
        digests = {each: f.digest for each, f in self.workspace.sources.items()}
        toolchain = replace(CONTEXT.toolchain, policy=self.law.digest)
        return replace(CONTEXT, sources=digests, toolchain=toolchain)


@pytest.fixture
def town(tmp_path):
    def build(*documents, rules=(), **settings):
        return Town(tmp_path, *documents, rules=rules, **settings)

    return build


def blocks(plan):
    return {each.address: each.blocked.reason for each in plan.blocked}


def entry(plan, address="model/churn"):
    return plan.policy.of(address)


def test_a_rule_that_fails_blocks_what_is_written_and_nothing_else(town):
    plan = town(model(), rules=[rule()]).plan()

    assert {"model/churn": "HOUSE-001: Nobody owns `churn`."} == blocks(plan)
    assert [BlockCode.POLICY_DENIED] == [each.blocked.code for each in plan.blocked]


def test_nothing_is_applied_of_a_plan_that_policy_denies(town):
    shop = town(model(), rules=[rule()])

    with pytest.raises(PolicyDeniedError) as caught:
        shop.apply()

    assert 5 == caught.value.exit_code
    assert ("`model/churn`: HOUSE-001: Nobody owns `churn`.",) == caught.value.details
    assert not list(shop.backend().runs())


def test_a_plan_states_packs_by_digest_and_what_each_rule_said(town):
    shop = town(model(), rules=[FREE, rule("HOUSE-002", enforcement="advisory")])
    plan = shop.plan()
    (pack,) = plan.policy.packs
    (told,) = entry(plan).told

    assert ("house", "2026.11.0") == (pack.name, pack.version)
    assert pack.digest == shop.law.packs[0].pack.digest
    assert shop.law.digest == plan.toolchain.policy
    assert ("HOUSE-001",) == entry(plan).passed
    assert ("HOUSE-002", "fail", "advisory", False) == (
        told.rule,
        told.outcome,
        told.enforcement,
        told.stops,
    )
    assert told.at.startswith("specs/d1.yaml:")
    assert {} == blocks(plan)


def test_without_a_binding_a_plan_says_nothing_of_policy():
    found = workspace(model())
    plan = make_plan(desired_objects(found), EMPTY, CONTEXT, {}, Law(found))

    assert plan.policy.is_empty
    assert "policy" not in plan.body
    assert "" == Law(found).digest


def test_a_plan_file_holds_what_policy_said(town):
    plan = town(model(), waiver(), rules=[rule()]).plan()

    assert plan == read_plan(write_plan(plan))
    assert plan.policy == policy_from_json(plan.policy.to_json())


@pytest.mark.parametrize("value", [7, {}, {"day": "", "packs": [], "faults": [], "entries": [1]}])
def test_what_is_not_shaped_like_policy_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        policy_from_json(value)


def test_a_waiver_lets_the_plan_through_and_stands_in_it_and_in_the_record(town):
    shop = town(model(), waiver(), rules=[rule()])
    plan = shop.plan()
    (told,) = entry(plan).told

    assert {} == blocks(plan)
    assert ("waived", "waiver/w1", "2026-12-31", ("val@example.org",)) == (
        told.outcome,
        told.waiver.address,
        told.waiver.until,
        told.waiver.by,
    )
    result = shop.apply(plan)
    assert Outcome.APPLIED is result.outcome
    facts = read_run_statement(
        next(iter(shop.backend().statements([result.run.statement]).values()))
    )
    assert (told,) == facts.policy.of("model/churn").told
    assert shop.law.packs[0].pack.digest == facts.policy.packs[0].digest


def test_what_was_judged_is_shown_of_the_past(town):
    shop = town(model(), waiver(), rules=[rule()])
    shop.apply()
    shown = audit_show(shop.backend(), "model/churn", "2027-01-01T00:00:00Z")

    assert ["waived"] == [each.outcome for each in shown.newest.facts.policy.of("model/churn").told]


def test_what_nobody_stated_counts_as_worse(town):
    plan = town(model(), rules=[rule(require='spec.risk.markets.exists(m, m == "EU")')]).plan()

    assert (
        "can't be judged, because `spec.risk.markets` is not stated" in blocks(plan)["model/churn"]
    )


def test_a_rule_of_a_later_day_is_told_and_blocks_nothing(town):
    plan = town(model(), rules=[rule(appliesFrom='"2027-12-02"')]).plan()
    (told,) = entry(plan).told

    assert ("warn", False) == (told.outcome, told.stops)
    assert "applies from 2027-12-02, in 376 days" in told.message
    assert {} == blocks(plan)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("!spec.risk.automatedDecision", "it decides alone (HOUSE-900)"),
        ("spec.risk.markets.size() > 0", "`spec.risk.markets` is not stated"),
    ],
)
def test_a_tier_below_the_facts_blocks_and_so_does_one_that_may_be(town, when, words):
    plan = town(model(), rules=[FREE, TIER_RULE.replace("WHEN", f"'{when}'")[4:]]).plan()
    reason = blocks(plan)["model/churn"]

    assert reason.startswith("its tier is `minimal`, and policy says `high`: ")
    assert words in reason
    assert ("minimal", "high") == (entry(plan).declared, entry(plan).computed)


def test_a_tier_that_is_stated_as_it_is_blocks_nothing(town):
    tier = TIER_RULE.replace("WHEN", "'!spec.risk.automatedDecision'")[4:]

    assert {} == blocks(town(model(tier="high"), rules=[FREE, tier]).plan())


def test_a_system_lifts_its_models(town):
    shop = town(model(), rules=[FREE])
    shop.apply()
    plan = shop.write(model(), SYSTEM.replace("TIER", "high")).plan()

    assert ["system/office"] == list(blocks(plan))
    assert (
        "`model/churn`: its tier is `minimal`, and policy says `high`"
        in (blocks(plan)["system/office"])
    )


def test_a_new_data_set_is_not_told_of_what_its_new_model_lacks(town):
    reading = rule(require='datasets.all(d, d.spec.licence == "Internal")')
    shop = town(model(), rules=[reading, rule("HOUSE-002", enforcement="advisory")])
    shop.apply()
    sold = workspace(
        BINDING,
        model(),
        DATA.replace("licence: Internal", "licence: Sold").replace("name: past", "name: other"),
        model("other").replace("past@v1", "other@v1"),
    )
    shop.workspace = sold

    assert {"model/other"} == set(blocks(shop.plan()))


def test_a_data_set_that_changes_is_held_back_by_the_rules_of_its_models_that_read_it(town):
    reading = rule(require='datasets.all(d, d.spec.licence == "Internal")')
    shop = town(model(), rules=[reading, rule("HOUSE-002", enforcement="advisory")])
    shop.apply()
    body = shop.desired["dataset/past"]
    found = shop.workspace.resources["dataset/past"]
    sold = replace(found, spec=found.spec.model_copy(update={"licence": "Sold"}))
    resources = {**shop.workspace.resources, "dataset/past": sold}
    shop.workspace = replace(shop.workspace, resources=resources)
    plan = shop.plan()

    assert body.digest != shop.desired["dataset/past"].digest
    assert {"dataset/past": "`model/churn`: HOUSE-001: Nobody owns `churn`."} == blocks(plan)
    assert ["HOUSE-001"] == [each.rule for each in entry(plan).told]


def test_a_rule_sees_what_is_done_and_what_is_recorded(town):
    asked = [
        rule(stages="[plan]", require='change.action == "create" && change.level == "low"'),
        rule("HOUSE-002", stages="[plan]", require="!registry.exists"),
        rule("HOUSE-003", stages="[plan]", require='environment == "prod"'),
        rule("HOUSE-004", stages="[plan]", require='evidence.gates[0].verdict == "missing"'),
    ]
    shop = town(model(), rules=asked)

    assert ("HOUSE-001", "HOUSE-002", "HOUSE-003", "HOUSE-004") == entry(shop.plan()).passed


def test_faults_of_packs_block_everything(town):
    shop = town(model(), rules=[FREE])
    law = replace(shop.law, faults=("specs/policy.yaml:5:1: the pack is not that of the lock",))
    plan = make_plan(shop.desired, EMPTY, shop.context, {}, law)

    assert {each.address for each in plan.operations} == set(blocks(plan))
    assert "can't be trusted, for 1 reason" in blocks(plan)["team/risk"]
    assert law.faults == plan.policy.faults
    assert law.digest != shop.law.digest


def approvals(plan, *people, strength=Strength.SIGNED):
    return tuple(
        Approval(each, "", strength, plan.digest, plan.risk_digest, f"sha256:{number}")
        for number, each in enumerate(people)
    )


def test_the_approvals_of_two_people_are_read_when_it_is_applied(town):
    shop = town(model(), rules=[TWO])
    plan = replace(shop.plan(), authors=("ana@example.org",))
    assert {} == blocks(plan)

    given = approvals(plan, "val@example.org", "cro@example.org")
    assert Outcome.APPLIED is shop.apply(plan, approvals=given).outcome


@pytest.mark.parametrize(
    ("people", "strength"),
    [
        (("val@example.org",), Strength.SIGNED),
        (("val@example.org", "VAL@example.org"), Strength.SIGNED),
        (("val@example.org", "eve@example.org"), Strength.SIGNED),
        (("val@example.org", "cro@example.org"), Strength.ASSERTED),
    ],
)
def test_fewer_than_two_who_may_do_not_let_it_through(town, people, strength):
    shop = town(model(), rules=[TWO])
    plan = replace(shop.plan(), authors=("ana@example.org",))

    with pytest.raises(PolicyDeniedError):
        shop.apply(plan, approvals=approvals(plan, *people, strength=strength))


def test_where_authors_are_not_known_nobody_is_sure_to_be_another_one(town):
    shop = town(model(), rules=[TWO])
    plan = shop.plan()

    with pytest.raises(PolicyDeniedError) as caught:
        shop.apply(plan, approvals=approvals(plan, "val@example.org", "cro@example.org"))
    assert "`change.author` is not stated" in caught.value.details[0]


def test_the_author_counts_for_nothing(town):
    shop = town(model(), rules=[TWO])
    plan = replace(shop.plan(), authors=("cro@example.org",))

    with pytest.raises(PolicyDeniedError):
        shop.apply(plan, approvals=approvals(plan, "val@example.org", "cro@example.org"))


def test_an_approval_of_another_plan_counts_for_nothing(town):
    shop = town(model(), rules=[TWO])
    plan = replace(shop.plan(), authors=("ana@example.org",))
    other = Approval("cro@example.org", "", Strength.SIGNED, "sha256:x", "sha256:y", "sha256:z")

    with pytest.raises(PolicyDeniedError):
        shop.apply(plan, approvals=(*approvals(plan, "val@example.org"), other))


def test_a_pack_that_changed_since_refuses_the_plan(town):
    shop = town(model(), rules=[FREE])
    plan = shop.plan()
    shop.rules = [rule(require="true", title=None, severity="warning")]

    with pytest.raises(ForeignPlanError):
        shop.apply(plan)


def test_a_plan_that_hides_what_policy_says_is_found_out(town):
    shop = town(model(), waiver(), rules=[rule()])
    plan = shop.plan()
    (shown,) = entry(plan).told
    said = replace(entry(plan), told=(), passed=(shown.rule,))
    forged = replace(plan, policy=replace(plan.policy, entries=(said,)))
    empty = replace(plan, policy=replace(plan.policy, entries=()))
    unbound = replace(plan, policy=PolicyView())

    with pytest.raises(StalePlanError, match="policy says more"):
        shop.apply(forged)
    for each in (empty, unbound):
        with pytest.raises(TamperedPlanError):
            shop.apply(each)


def test_a_waiver_that_ends_before_the_apply_blocks_it(town):
    shop = town(model(), waiver(), rules=[rule()])
    plan = shop.plan()
    shop.write(model(), waiver(), today="2027-01-01")

    with pytest.raises(PolicyDeniedError) as caught:
        shop.apply(plan)
    assert "`waiver/w1` does not hold: it ended on 2026-12-31" in caught.value.details[0]


def test_what_policy_says_more_of_by_the_day_of_the_apply_makes_the_plan_stale(town):
    late = rule(require="'today < timestamp(\"2027-01-01T00:00:00Z\")'", enforcement="advisory")
    shop = town(model(), rules=[late.replace("\"'", "'").replace("'\"", "'")])
    plan = shop.plan()
    shop.write(model(), today="2027-01-01")

    with pytest.raises(StalePlanError) as caught:
        shop.apply(plan)
    assert ("`model/churn`: HOUSE-001 was pass, is fail",) == caught.value.details


def test_what_a_revert_brings_back_is_judged_by_the_law_of_today(town):
    shop = town(model(), rules=[FREE])
    shop.apply()
    first = shop.apply(shop.write(model(tier="limited")).plan())
    shop.rules = [rule(require='spec.risk.tier == "limited"')]
    revert = revert_of(shop.backend(), first.run.run_id, shop.context)
    snapshot = observe_for(shop.backend(), revert.desired, revert.context)
    law = reverted(shop.law, revert.desired, snapshot)
    plan = make_plan(revert.desired, snapshot, revert.context, {}, law)

    assert ["model/churn"] == list(blocks(plan))
    assert "minimal" == entry(plan).declared


def test_what_can_not_be_read_any_more_can_not_come_back(town):
    shop = town(model(), rules=[FREE])
    body = {"kind": "Model", "metadata": {"name": "churn"}, "spec": {"nonsense": 1}}
    old = {"model/churn": replace(shop.desired["model/churn"], body=body)}

    assert "what would come back can't be judged" in reverted(shop.law, old, EMPTY).faults[0]


def test_approvals_are_asked_for_only_where_a_rule_reads_them(town):
    assert town(model(), rules=[TWO]).law.asks_who_agreed
    assert not town(model(), rules=[FREE]).law.asks_who_agreed


def test_packs_and_what_did_not_pass_are_what_approvals_rest_on(town):
    shop = town(model(), rules=[FREE, rule("HOUSE-002", enforcement="advisory")])
    plan = shop.plan()
    later = shop.write(model(), today="2026-11-22").plan()
    shop.rules = [FREE]

    assert plan.digest != later.digest
    assert plan.risk_digest == later.risk_digest
    assert plan.risk_digest != shop.plan().risk_digest


def test_two_stages_together_say_what_the_second_says_where_both_judged(town):
    shop = town(
        model(),
        rules=[rule(stages="[plan]", enforcement="advisory"), rule("HOUSE-002", require="true")],
    )
    made = shop.plan()
    case = Circumstance(EMPTY, {}, ())
    apply = shop.law.ruling(made.operations, Stage.APPLY, case).view
    both = joined(made.policy, apply).of("model/churn")

    assert (("HOUSE-002",), ["HOUSE-001"]) == (both.passed, [each.rule for each in both.told])
    assert {("evidence", "approvals"), ("change", "author")} <= reads(
        town(model(), rules=[TWO]).law.packs[0].pack.rules[0]
    )
