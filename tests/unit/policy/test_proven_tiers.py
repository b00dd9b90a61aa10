"""Rules about the tier are proven by cases, covered and changed as all others are."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import HOME, files, pack_of, proof
from tests.unit.policy.worlds import TIER_RULE

from mlspec.policy import (
    Outcome,
    changes_of,
    check_pack,
    coverage,
    read_pack,
    run_cases,
    survivors,
)

WHEN = "spec.risk.automatedDecision && spec.risk.affectsPeople"
TIER = TIER_RULE.removeprefix("---\n").replace("WHEN", WHEN)
BASE = "{metadata: {name: screen}, spec: {risk: {automatedDecision: true, affectsPeople: true}}}"
GIVEN = "{name: it decides, expect: pass, message: it decides alone}"
OTHER = "{name: somebody else decides, set: {spec.risk.automatedDecision: false}, expect: skip}"
NOBODY = "{name: nobody is affected, set: {spec.risk.affectsPeople: false}, expect: skip}"
UNSAID = "{name: nobody says, set: {spec.risk.affectsPeople: null}, expect: error}"


def tiered(*cases, tier=TIER):
    tests = proof("HOUSE-900", base=BASE, cases=f"[{', '.join(cases)}]") if cases else ""
    return pack_of(tier, tests, HOME)


def told(pack):
    return [each.message for each in check_pack(pack) if each.name == "unproven-rule"]


def test_cases_say_where_a_rule_gives_its_tier_where_none_and_where_a_fact_is_lacking():
    pack = tiered(GIVEN, OTHER, NOBODY, UNSAID)

    assert [True] * 4 == [each.is_met for each in run_cases(pack)]
    assert [] == told(pack)


def test_a_case_that_expects_the_contrary_is_not_met():
    found = [*run_cases(tiered(GIVEN.replace("pass", "skip"), OTHER.replace("skip", "pass")))]

    assert [False, False] == [each.is_met for each in found]
    assert {Outcome.PASS, Outcome.SKIP} == {each.result.outcome for each in found}


def test_before_its_day_it_gives_no_tier():
    tier = TIER.replace("  tier: high\n", '  tier: high\n  appliesFrom: "2026-12-01"\n')
    later = GIVEN.replace("it decides,", 'on the day, today: "2026-12-01",')
    cases = (GIVEN.replace("pass, message: it decides alone", "skip"), later)

    assert [True, True] == [each.is_met for each in run_cases(tiered(*cases, tier=tier))]


@pytest.mark.parametrize(
    ("cases", "lacking"),
    [((), "`pass` or `skip`"), ((GIVEN,), "`skip`"), ((OTHER,), "`pass`")],
)
def test_a_rule_about_the_tier_without_both_cases_is_an_error(cases, lacking):
    assert [f"no case of `HOUSE-900` expects {lacking}"] == told(tiered(*cases))


def test_a_condition_of_a_tier_that_no_case_turns_is_one_sided():
    found = coverage(tiered(GIVEN, OTHER)).unreached

    assert [("HOUSE-900", "spec.risk.affectsPeople", "false")] == [
        (each.rule, each.text, each.never) for each in found
    ]


def test_a_change_of_a_tier_that_no_case_notices_is_listed():
    pinned, loose = tiered(GIVEN, OTHER, NOBODY), tiered(GIVEN, OTHER)

    assert [] == [*survivors(pinned)]
    assert ["HOUSE-900"] == [each.rule for each in survivors(loose)]
    assert changes_of(pinned) == changes_of(loose) > 0


def test_a_test_of_no_rule_at_all_is_told():
    read = read_pack(files(TIER, proof("HOUSE-901"), HOME))

    assert ["unknown-rule"] == [each.name for each in read.diagnostics]
