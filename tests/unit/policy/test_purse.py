"""All rules of a run share their steps: many that are just affordable alone end in seconds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.policy.packs import judged, pack_of, rule
from tests.unit.policy.worlds import BINDING, TIER_RULE, bound, judgement, model, workspace

from mlspec.policy import Outcome
from mlspec.policy._purse import Purse

TEN = str(list(range(10)))
ALL = f"{TEN}.all(a, {TEN}.all(b, {TEN}.all(c, {TEN}.all(d, a + b + c + d >= 0))))"
CHEAP = rule("HOUSE-999", require="spec.risk.affectsPeople || true")


def greedy(count):
    return [rule(f"HOUSE-{number:03}", require=ALL) for number in range(1, count + 1)]


@given(st.lists(st.integers(0, 5_000_000), max_size=20), st.integers(1, 1000))
def test_a_purse_is_empty_when_all_is_taken(bills, judgements):
    purse = Purse(judgements)
    for number, bill in enumerate(bills):
        purse.pay(f"rule {number}", bill)

    assert purse.is_empty is (sum(bills) >= purse.steps)


def test_the_rule_that_took_most_is_named_by_name_among_equals():
    purse = Purse()
    for who, steps in (("b", 5), ("c", 9), ("a", 9), ("b", 3)):
        purse.pay(who, steps)

    assert purse.told.endswith("a alone took 9")


def test_one_greedy_rule_is_affordable_and_a_rule_costs_what_it_takes():
    pack = pack_of("---\n".join([*greedy(1), CHEAP]))
    found = judged(pack, spec={"risk": {"affectsPeople": False}})

    assert Outcome.PASS is found["HOUSE-999"].outcome


def test_rules_that_take_too_much_together_fail_and_the_greediest_is_named():
    found = workspace(BINDING, *(model(f"m{number:02}") for number in range(8)))
    said = judgement(found, bound(found, *greedy(20), CHEAP))
    last = said.of("model/m07")
    spent = [each for each in last if each.outcome is Outcome.ERROR]

    assert {"HOUSE-999"} <= {each.rule for each in spent}
    assert all("of `house` alone took" in each.message for each in spent)
    assert all(each.stops and not each.facts for each in spent)


def test_a_rule_of_a_later_day_only_warns_when_there_are_no_steps_left():
    later = rule("HOUSE-998", require="true", appliesFrom='"2027-12-02"')
    found = workspace(BINDING, *(model(f"m{number:02}") for number in range(8)))
    said = {
        it.rule: it for it in judgement(found, bound(found, *greedy(20), later)).of("model/m07")
    }

    assert Outcome.WARN is said["HOUSE-998"].outcome
    assert "in 376 days" in said["HOUSE-998"].message


def test_a_tier_that_nobody_can_afford_to_compute_counts():
    tiers = [
        TIER_RULE.replace("HOUSE-900", f"HOUSE-9{number:02}").replace("WHEN", f"'!({ALL})'")[4:]
        for number in range(20)
    ]
    found = workspace(BINDING, *(model(f"m{number}") for number in range(4)))
    reasons = judgement(found, bound(found, rule(require="true"), *tiers)).tiers

    assert () == reasons["model/m0"]
    assert {"high"} == {each.tier for each in reasons["model/m3"]}
    assert not any(each.is_known for each in reasons["model/m3"])


@pytest.mark.parametrize("count", [1, 40])
def test_many_models_with_ordinary_rules_stay_within_their_steps(count):
    found = workspace(BINDING, *(model(f"m{number:02}") for number in range(30)))
    usual = [
        rule(f"HOUSE-{number:03}", require="spec.purpose.size() > 3") for number in range(count)
    ]
    said = judgement(found, bound(found, *usual))

    assert {Outcome.PASS} == {each.outcome for each in said.results}
