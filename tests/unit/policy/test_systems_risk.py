"""What a system states of its risk holds for its models, and systems owe duties themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import BINDING, SYSTEM, bound, judgement, model, workspace

from mlspec.policy import TIERS, Outcome
from mlspec.policy._systems import with_systems

MARKETS = st.lists(st.sampled_from(["EU", "DE", "US", "IN"]), min_size=1, max_size=3)
RISKS = st.fixed_dictionaries(
    {"tier": st.sampled_from(TIERS[:3]), "affectsPeople": st.booleans()},
    optional={"markets": MARKETS, "roles": st.lists(st.sampled_from(["provider", "deployer"]))},
)
ASKS = rule(require='"DE" in spec.risk.markets && spec.risk.tier == "high"')
BOTH = rule("HOUSE-002", kinds="[model, system]", require="has(spec.owners)")


def town(facts=""):
    system = SYSTEM.replace("TIER", "high") + facts
    return workspace(BINDING, model(tier="high"), system, model("other", tier="high"))


def outcomes(found, *rules):
    return {
        (it.rule, it.address): it.outcome for it in judgement(found, bound(found, *rules)).results
    }


def test_the_markets_of_a_system_are_those_of_its_models():
    said = outcomes(town("    markets: [DE]\n"), ASKS)

    assert Outcome.PASS is said["HOUSE-001", "model/churn"]
    assert Outcome.ERROR is said["HOUSE-001", "model/other"]  # it is part of none


def test_a_rule_of_systems_judges_systems():
    said = outcomes(town(), BOTH)

    assert Outcome.FAIL is said["HOUSE-002", "system/office"]


@given(RISKS, st.lists(RISKS, max_size=3))
def test_facts_of_systems_only_add_up(own, systems):
    found = with_systems({"risk": own}, systems)["risk"]
    stated = [own, *systems]

    assert TIERS.index(found["tier"]) == max(TIERS.index(each["tier"]) for each in stated)
    assert bool(found["affectsPeople"]) == any(each["affectsPeople"] for each in stated)
    for name in ("markets", "roles"):
        wanted = {entry for each in stated for entry in each.get(name, ())}
        assert wanted == set(found.get(name, ()))
        assert (name in found) == any(name in each for each in stated)


@given(RISKS)
def test_a_model_of_no_system_keeps_its_facts(own):
    assert {"risk": own} == with_systems({"risk": own}, [])


def test_what_a_model_says_of_the_act_stands_and_points_are_joined():
    own = {"tier": "high", "euAiAct": {"profiling": False, "highRiskUses": ["4(a)"]}}
    system = {
        "tier": "high",
        "euAiAct": {"profiling": True, "highRiskUses": ["5(b)"], "publicBody": True},
    }
    act = with_systems({"risk": own}, [system])["risk"]["euAiAct"]

    assert {"profiling": True, "highRiskUses": ["4(a)", "5(b)"], "publicBody": True} == act


@pytest.mark.parametrize(
    ("block", "own", "stated", "expected"),
    [
        ("privacy", None, {"personalData": True}, {"personalData": True}),
        (
            "privacy",
            {"personalData": False, "specialCategories": ["health"], "safeguards": "Ask us."},
            {"personalData": True, "specialCategories": ["union"], "safeguards": "Ask them."},
            {
                "personalData": True,
                "specialCategories": ["health", "union"],
                "safeguards": "Ask us.",
            },
        ),
        (
            "consequentialDecision",
            {"subject": "lending", "materiallyInfluences": False},
            {"subject": "housing", "materiallyInfluences": True},
            {"subject": "lending", "materiallyInfluences": True},
        ),
    ],
)
def test_what_a_system_states_of_data_and_decisions_holds_for_its_models(
    block, own, stated, expected
):
    risk = {"tier": "high"} | ({} if own is None else {block: own})
    found = with_systems({"risk": risk}, [{"tier": "high", block: stated}])["risk"]

    assert expected == found[block]


@pytest.mark.parametrize("pack", ["eu-ai-act", "core", "decisions"])
def test_shipped_packs_look_at_systems(pack):
    from tests.unit.policy.test_shipped_packs import PACKS

    assert any("System" in each.by_kind for each in PACKS[pack].rules)


OLD = {"firstPlaced": "2027-01-01", "significantChanges": []}


@pytest.mark.parametrize(
    ("own", "systems", "placed", "changes"),
    [
        ({}, [OLD], "2027-01-01", []),
        (OLD, [OLD, OLD | {"firstPlaced": "2028-01-01"}], "2028-01-01", []),
        ({"firstPlaced": "2029-01-01"}, [OLD], "2029-01-01", []),
        (OLD, [OLD | {"significantChanges": ["2028-05-01"]}, OLD], "2027-01-01", ["2028-05-01"]),
        (OLD | {"significantChanges": ["2028-06-01"]}, [OLD], "2027-01-01", ["2028-06-01"]),
        (OLD, [{}], None, None),
        (OLD, [OLD, {}], None, None),
        (OLD, [OLD, None], None, None),
        (OLD, [], "2027-01-01", []),
    ],
)
def test_a_model_is_as_new_as_the_newest_of_its_systems(own, systems, placed, changes):
    """What puts duties off holds where every system says so."""
    risks = [{"tier": "high"} | ({} if each is None else {"euAiAct": each}) for each in systems]
    act = with_systems({"risk": {"tier": "high", "euAiAct": own}}, risks)["risk"]["euAiAct"]

    assert (placed, changes) == (act.get("firstPlaced"), act.get("significantChanges"))
