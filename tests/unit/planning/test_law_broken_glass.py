"""Breaking the glass: past rules that somebody could have waived, on record, and past no other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.test_law import EMPTY, FREE, TWO, Town
from tests.unit.planning.worlds import STAMP
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import DATA, TIER_RULE, model

from mlspec.errors import PolicyDeniedError
from mlspec.ledger import read_run_statement, run_statement
from mlspec.ledger.glass import verify_reviews
from mlspec.ledger.policy_facts import PolicyEntry, PolicyView, RuleEntry
from mlspec.planning import OnError, Outcome, make_plan, passed_over_text
from mlspec.state import BreakGlass, PassedOver

GLASS = BreakGlass("sre", "scores are wrong for everybody")
SAM = replace(STAMP, actor="sam@example.org")
MANDATORY = rule("HOUSE-002", "false", enforcement="mandatory")


@pytest.fixture
def town(tmp_path):
    """A town whose teams, data and binding are applied, with rules that come afterwards."""

    def build(*rules):
        made = Town(tmp_path, rules=rules)
        made.apply()
        return made.write(model())

    return build


def broken(shop, plan=None, **options):
    return shop.apply(plan, stamp=SAM, break_glass=GLASS, **options)


def facts_of(shop, result):
    (statement,) = shop.backend().statements([result.run.statement]).values()
    return read_run_statement(statement)


def test_a_rule_that_could_be_waived_is_passed_over_and_that_is_on_record(town):
    shop = town(rule())
    plan = shop.plan()
    assert ["model/churn"] == [each.address for each in plan.blocked]
    result = broken(shop, plan)

    assert Outcome.APPLIED is result.outcome
    passed = result.run.break_glass.passed_over
    assert ("HOUSE-001 model/churn",) == passed.rules
    assert "denied by HOUSE-001 model/churn" in passed_over_text(passed)
    facts = facts_of(shop, result)
    assert passed == facts.break_glass.passed_over
    assert ["fail"] == [each.outcome for each in facts.policy.of("model/churn").told]


def test_without_breaking_it_nothing_is_passed_over(town):
    shop = town(rule())

    with pytest.raises(PolicyDeniedError):
        shop.apply()


def test_approvals_that_a_rule_asks_for_when_it_is_applied_are_passed_over(town):
    shop = town(TWO)
    plan = replace(shop.plan(), authors=("ana@example.org",))

    assert ("HOUSE-001 model/churn",) == broken(shop, plan).run.break_glass.passed_over.rules


@pytest.mark.parametrize(
    "rules",
    [
        (MANDATORY,),
        (rule(), MANDATORY),
        (rule(), TIER_RULE[4:].replace("WHEN", "'!spec.risk.automatedDecision'")),
    ],
    ids=["mandatory", "one of two", "a tier below the facts"],
)
def test_what_nobody_could_have_waived_stops_it_all_the_same(town, rules):
    with pytest.raises(PolicyDeniedError):
        broken(town(*rules))


def test_packs_that_can_not_be_trusted_stop_it_all_the_same(town):
    shop = town(FREE)
    law = replace(shop.law, faults=("the pack is not that of the lock",), passes_over=True)
    plan = make_plan(shop.desired, EMPTY, shop.context, {}, law)

    assert len(plan.operations) == len(plan.blocked)


def test_a_rule_about_what_a_written_resource_affects_is_passed_over_as_well(tmp_path):
    reading = rule(require='datasets.all(d, d.spec.licence == "Internal")')
    shop = Town(tmp_path, model(), rules=[reading])
    shop.apply()
    found = shop.workspace.resources["dataset/past"]
    sold = replace(found, spec=found.spec.model_copy(update={"licence": "Sold"}))
    resources = {**shop.workspace.resources, "dataset/past": sold}
    shop.workspace = replace(shop.workspace, resources=resources)
    result = broken(shop)

    assert "Internal" in DATA
    assert ["dataset/past"] == [each.address for each in result.run.operations]
    assert ("HOUSE-001 model/churn",) == result.run.break_glass.passed_over.rules


def test_what_is_mandatory_is_left_out_where_others_go_on(town):
    mandatory = rule("HOUSE-002", 'metadata.name == "churn"', enforcement="mandatory")
    shop = town(rule(), mandatory)
    shop.write(model(), model("other"))
    result = broken(shop, on_error=OnError.CONTINUE)

    assert Outcome.APPLIED is not result.outcome
    assert ("HOUSE-001 model/churn",) == result.run.break_glass.passed_over.rules


def test_the_rule_still_fails_for_the_next_plan(town):
    shop = town(rule())
    broken(shop)

    assert ["model/churn"] == [
        each.address for each in shop.write(model(tier="limited")).plan().blocked
    ]


def test_a_record_that_hides_a_rule_it_passed_over_is_found_out(town):
    shop = town(rule())
    run = broken(shop).run
    statements = dict(shop.backend().statements([run.statement]))
    hidden = replace(run.break_glass.passed_over, rules=())
    forged = replace(run, break_glass=replace(run.break_glass, passed_over=hidden))

    assert [] == list(verify_reviews([run], statements))
    assert ["the history hides or invents that it broke the glass"] == [
        each.what for each in verify_reviews([forged], statements)
    ]


def test_a_statement_that_hides_it_contradicts_what_policy_said(town):
    shop = town(rule())
    result = broken(shop)
    facts, hidden = facts_of(shop, result), PassedOver()
    glass = replace(facts.break_glass, passed_over=hidden)
    told = run_statement(replace(facts, break_glass=glass))
    run = replace(result.run, break_glass=glass, statement=told.digest)

    assert ["it says that it passed over no rule, but HOUSE-001 model/churn denied it"] == [
        each.what for each in verify_reviews([run], {told.digest: told})
    ]


def entry(*told, declared="minimal", computed="minimal"):
    return PolicyEntry("model/churn", declared, computed, told=tuple(told))


def said(rule_id, outcome="fail", enforcement="waivable"):
    return RuleEntry(rule_id, "house@1", outcome, "error", enforcement, "It lacks.")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (entry(said("A-001")), ("A-001 model/churn",)),
        (entry(said("A-001", "error")), ("A-001 model/churn",)),
        (entry(said("A-001"), said("A-002")), ("A-001 model/churn", "A-002 model/churn")),
        (entry(said("A-001"), said("A-002", "waived")), ("A-001 model/churn",)),
        (entry(said("A-001", "warn")), ()),
        (entry(said("A-001", enforcement="advisory")), ()),
        (entry(said("A-001"), said("A-002", enforcement="mandatory")), ()),
        (entry(said("A-001"), computed="high"), ()),
        (entry(said("A-001", enforcement="a word of a later day")), ()),
        (entry(), ()),
    ],
)
def test_what_can_be_passed_over(told, expected):
    assert expected == PolicyView("2026-11-21", entries=(told,)).passable
