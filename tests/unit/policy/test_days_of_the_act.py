"""From which day each rule of the AI Act counts, written down once more by hand.

After Articles 111 and 113 as amended by Regulation (EU) 2026/1744.
"""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import inputs

from mlspec.policy import Outcome, evaluate, read_pack, read_pack_folder, shipped_folder

ACT = read_pack(read_pack_folder(shipped_folder() / "eu-ai-act", "eu-ai-act")).pack
RULES = {each.id: each for each in ACT.rules}
SINCE_2025 = ("EUAI-004", "EUAI-005", "EUAI-005a")  # Chapters I and II
NEW_PROHIBITIONS = ("EUAI-005b",)  # Art. 5(1)(ba), (bb), (1a), (1b)
GENERAL_PURPOSE = ("EUAI-053",)  # Chapter V
IN_FORCE = ("EUAI-004a",)  # Art. 4a came with the amendment
GENERAL = (  # all that is not listed elsewhere: Art. 49, 50, 72, 73, 86
    "EUAI-049",
    "EUAI-050",
    "EUAI-050a",
    "EUAI-072",
    "EUAI-073",
    "EUAI-086",
)
CLASSIFIED = (  # Chapter III, Sections 1 to 3, and what bites only on what they classify
    *("EUAI-006a", "EUAI-006b", "EUAI-009a", "EUAI-009b", "EUAI-009c", "EUAI-009d", "EUAI-009e"),
    *("EUAI-010a", "EUAI-010b", "EUAI-010c", "EUAI-012", "EUAI-013", "EUAI-014"),
    *("EUAI-015a", "EUAI-015b", "EUAI-015c", "EUAI-017", "EUAI-025", "EUAI-026"),
    *("EUAI-027", "EUAI-072a", "EUAI-086a"),
)
ALWAYS = ("EUAI-006",)  # about the words of a spec
DAYS = {
    **dict.fromkeys(SINCE_2025, "2025-02-02"),
    **dict.fromkeys(GENERAL_PURPOSE, "2025-08-02"),
    **dict.fromkeys(IN_FORCE, "2026-07-27"),
    **dict.fromkeys(GENERAL, "2026-08-02"),
    **dict.fromkeys(NEW_PROHIBITIONS, "2026-12-02"),
    **dict.fromkeys(CLASSIFIED, "2027-12-02"),
    **dict.fromkeys(ALWAYS),
}
PRODUCT = {"act": "Regulation (EU) 2017/745", "thirdPartyConformity": True}


def spec(tier="high", **act):
    facts = {"tier": tier, "affectsPeople": True, "markets": ["AT"], "euAiAct": act}
    return {"risk": facts, "monitoring": [], "gates": []}


def said(rule, day, facts):
    found = evaluate(ACT, inputs(facts, today=day), {})
    return next(each for each in found if each.rule == rule)


def test_each_rule_applies_from_the_day_of_the_timetable():
    assert {name: each.spec.applies_from for name, each in RULES.items()} == DAYS


def test_where_two_dates_stand_the_rule_says_both():
    for name in ("EUAI-049", "EUAI-072", "EUAI-073", "EUAI-086"):
        assert "both dates stand" in " ".join(RULES[name].spec.message.split()), name


def test_what_is_under_both_dates_only_advises_before_the_second():
    assert {"advisory"} == {
        RULES[name].spec.enforcement for name in ("EUAI-049", "EUAI-072", "EUAI-086")
    }


@pytest.mark.parametrize(
    "rule", [name for name in CLASSIFIED if "tier" in str(RULES[name].by_kind["Model"].when.text)]
)
def test_duties_of_products_of_annex_i_alone_count_from_august_2028(rule):
    assert ("annex-i", "placed-before", "placed-before-public") == RULES[rule].spec.delays


@pytest.mark.parametrize(
    ("facts", "day", "outcome", "since"),
    [
        ({"regulatedProduct": PRODUCT, "highRiskUses": []}, "2028-08-01", "warn", "2028-08-02"),
        ({"regulatedProduct": PRODUCT, "highRiskUses": []}, "2028-08-02", "fail", "2028-08-02"),
        ({"regulatedProduct": PRODUCT}, "2028-01-10", "fail", "2027-12-02"),
        (
            {"regulatedProduct": PRODUCT, "highRiskUses": ["1(a)"]},
            "2028-01-10",
            "fail",
            "2027-12-02",
        ),
        ({"highRiskUses": []}, "2028-01-10", "fail", "2027-12-02"),
    ],
)
def test_a_delay_counts_only_where_the_facts_say_so(facts, day, outcome, since):
    found = said("EUAI-012", day, spec(**facts))

    assert (Outcome(outcome), since) == (found.outcome, found.applies_from)


@pytest.mark.parametrize(
    ("placed", "day", "outcome"),
    [
        ("2026-08-01", "2026-12-01", "warn"),
        ("2026-08-01", "2026-12-02", "fail"),
        ("2026-08-02", "2026-08-02", "fail"),
        (None, "2026-11-21", "fail"),
    ],
)
def test_marking_of_what_was_on_the_market_has_until_december_2026(placed, day, outcome):
    act = {"transparency": ["50(2)"]} | ({"firstPlaced": placed} if placed else {})

    assert Outcome(outcome) is said("EUAI-050a", day, spec("limited", **act)).outcome


@pytest.mark.parametrize("market", ["EU", "DE", "GR", "EL", "DE-BY", "HR"])
def test_a_member_state_is_the_union(market):
    facts = spec(transparency=["50(1)"])
    facts["risk"]["markets"] = ["US-NY", market]

    assert Outcome.FAIL is said("EUAI-050", "2026-11-21", facts).outcome


@pytest.mark.parametrize("market", ["GB", "US-DE", "CH", "NO", "IN"])
def test_another_state_is_not(market):
    facts = spec(transparency=["50(1)"])
    facts["risk"]["markets"] = [market]

    assert Outcome.SKIP is said("EUAI-050", "2026-11-21", facts).outcome


def test_there_are_27_member_states():
    assert 27 == len({*ACT.spec.values["union-markets"]} - {"EU", "EL"})


@pytest.mark.parametrize("roles", [[], None])
def test_no_role_is_no_way_out_of_a_duty(roles):
    facts = spec()
    if roles is not None:
        facts["risk"]["roles"] = roles

    assert Outcome.FAIL is said("EUAI-013", "2028-01-10", facts).outcome


OLD = {"firstPlaced": "2027-12-01", "significantChanges": [], "publicBody": False}
WHEN = "its design is changed significantly (Art. 111(2))"
OF_PRODUCT = {"regulatedProduct": PRODUCT, "highRiskUses": []}


@pytest.mark.parametrize(
    ("more", "outcome", "since", "awaited"),
    [
        ({}, "warn", "", WHEN),
        ({"significantChanges": ["2027-06-01"]}, "warn", "", WHEN),
        ({"firstPlaced": "2027-12-02"}, "fail", "2027-12-02", ""),
        ({"significantChanges": ["2027-12-02"]}, "fail", "2027-12-02", ""),
        ({"significantChanges": ["2027-06-01", "2028-01-01"]}, "fail", "2027-12-02", ""),
        ({"publicBody": True}, "warn", "2030-08-02", ""),
        ({"publicBody": None}, "warn", "2030-08-02", ""),
        ({"firstPlaced": None}, "fail", "2027-12-02", ""),
        ({"significantChanges": None}, "fail", "2027-12-02", ""),
        ({**OF_PRODUCT, "firstPlaced": "2028-08-01"}, "warn", "", WHEN),
        ({**OF_PRODUCT, "significantChanges": ["2028-08-01"]}, "warn", "", WHEN),
        ({**OF_PRODUCT, "firstPlaced": "2028-08-02"}, "warn", "2028-08-02", ""),
        ({**OF_PRODUCT, "significantChanges": ["2028-08-02"]}, "warn", "2028-08-02", ""),
        ({**OF_PRODUCT, "highRiskUses": ["4(a)"], "firstPlaced": "2028-08-01"}, "fail", None, ""),
        ({"regulatedProduct": PRODUCT, "firstPlaced": "2027-12-01"}, "fail", "2027-12-02", ""),
    ],
)
def test_what_was_on_the_market_before_waits_for_a_significant_change(
    more, outcome, since, awaited
):
    facts = {key: each for key, each in {**OLD, **more}.items() if each is not None}
    found = said("EUAI-012", "2028-03-01", spec(**facts))

    assert (Outcome(outcome), awaited) == (found.outcome, found.applies_when)
    assert (since if since is not None else "2027-12-02") == found.applies_from


def test_what_waits_for_a_change_says_so_and_is_not_switched_off():
    found = said("EUAI-012", "2031-01-10", spec(**OLD))

    assert Outcome.WARN is found.outcome
    assert found.message.endswith(f"(applies when {WHEN})")


def test_public_authorities_have_until_august_2030():
    facts = spec(**OLD | {"publicBody": True})

    assert Outcome.WARN is said("EUAI-012", "2030-08-01", facts).outcome
    assert Outcome.FAIL is said("EUAI-012", "2030-08-02", facts).outcome


@pytest.mark.parametrize("rule", ["EUAI-005", "EUAI-050", "EUAI-006a"])
def test_prohibitions_and_notices_wait_for_nobody(rule):
    assert not {"placed-before", "placed-before-public"} & {*RULES[rule].spec.delays}


def test_delays_name_days_and_words_of_their_articles():
    text = " ".join(ACT.excerpts["eu-ai-act"].split())
    named = {each.applies_from for each in ACT.spec.delays if each.claim}
    claims = [each.claim for each in ACT.spec.delays if each.cite == "Art. 111(2)"]

    assert {None, "2030-08-02"} == named
    assert 2 == len(claims)
    assert all(each in text.split("## Article 111(2)")[1].split("## ")[0] for each in claims)
