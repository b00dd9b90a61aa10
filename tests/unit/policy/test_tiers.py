"""The computed tier: the floor of all workspaces, rules of packs, and what a system hands on."""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import (
    BINDING,
    SYSTEM,
    TIER_RULE,
    bound,
    force,
    judgement,
    model,
    workspace,
)

from mlspec.lowering._card_facts import facts_of
from mlspec.lowering._card_policy import Policies, tier_values
from mlspec.policy import Outcome, Reach, Stage, findings, greatest, judge
from mlspec.rules import check

FREE = rule(require="true")
OBSERVED = """\
apiVersion: mlspec.dev/v1
kind: ObservedModel
metadata: {name: ranker}
spec:
  lifecycle: observed
  origins: [{id: a, system: mlflow, location: 'http://mlflow', name: ranker}]
  owner: unknown
  purpose: unknown
  task: unknown
  tier: TIER
  version: "3"
  artifact: {uri: unknown, format: unknown, digest: unknown}
  licence: unknown
"""
CREDIT = {"domain: marketing": "domain: credit", "affectsPeople: false": "affectsPeople: true"}
ALONE = {"automatedDecision: false": "automatedDecision: true"}
FLOOR = "it affects people in `credit` and takes effect before anybody has looked"
HIGH = ("high", "MLS601", FLOOR)


def risky(document, changes):
    for old, new in changes.items():
        document = document.replace(old, new)
    return document


def reasons(found, *rules, address="model/churn"):
    told = judgement(found, bound(found, *(rules or (FREE,)))).tiers[address]
    return [(each.tier, each.rule, each.text) for each in told]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        (CREDIT, []),
        (CREDIT | ALONE, [HIGH]),
        (
            CREDIT | {"sensitiveData: false": "sensitiveData: true"},
            [("limited", "MLS601", "it affects people in `credit` and reads protected attributes")],
        ),
    ],
)
def test_the_floor_of_all_workspaces_is_a_reason_of_the_computed_tier(changes, expected):
    assert expected == reasons(workspace(BINDING, risky(model(tier="high"), changes)))


def test_the_floor_stands_beside_what_packs_say_the_greatest_first():
    limited = TIER_RULE.replace("WHEN", "spec.risk.affectsPeople").replace("high", "limited")
    found = workspace(BINDING, risky(model(tier="high"), CREDIT | ALONE))

    assert [HIGH, ("limited", "HOUSE-900", "it decides alone")] == reasons(found, FREE, limited[4:])


def test_a_system_hands_its_floor_on_to_its_models():
    office = risky(SYSTEM.replace("TIER", "high"), CREDIT | ALONE)
    found = workspace(BINDING, model(tier="high"), office)

    assert [HIGH] == reasons(found, address="system/office")
    assert [("high", "", "it is part of `system/office`, whose tier is high")] == reasons(found)


def test_rules_read_the_floor_as_part_of_the_computed_tier():
    asks = rule(require='computedTier == "high"')
    found = workspace(BINDING, risky(model(tier="high"), CREDIT | ALONE))

    assert ["pass"] == [each.outcome.value for each in judgement(found, bound(found, asks)).results]


def told(found, *rules):
    judged = judgement(found, bound(found, *(rules or (FREE,))))
    return [(each.name, each.message) for each in findings(found, judged)]


def test_what_the_built_in_rule_finds_of_a_model_is_not_told_twice():
    assert [] == told(workspace(BINDING, risky(model(), CREDIT | ALONE)))


def test_a_pack_that_says_the_same_as_the_floor_is_told_with_both_reasons():
    high = TIER_RULE[4:].replace("WHEN", "spec.risk.affectsPeople")
    ((name, message),) = told(workspace(BINDING, risky(model(), CREDIT | ALONE)), FREE, high)

    assert "understated-tier" == name
    assert f"`high`: it decides alone (HOUSE-900); {FLOOR} (MLS601)" in message


def test_what_the_built_in_rule_finds_of_a_system_is_not_told_twice():
    office = risky(SYSTEM.replace("TIER", "minimal"), CREDIT | ALONE)
    found = workspace(BINDING, model(tier="high"), office)

    assert [] == told(found)
    assert ["system/office"] == [
        each.span.file.replace("specs/d2.yaml", "system/office")
        for each in check(found)
        if each.code == "MLS601"
    ]


def desk(tier, observed):
    """Return a system below its observed part, with a managed model beside it."""
    system = SYSTEM.replace("TIER", tier).replace("[churn]", "[churn, ranker]")
    return workspace(BINDING, model(tier=tier), system, OBSERVED.replace("TIER", observed))


@pytest.mark.parametrize(
    ("observed", "expected", "why"),
    [
        ("unknown", "high", "nobody has said the tier of its part `observed-model/ranker`"),
        ("limited", "limited", "the tier of its part `observed-model/ranker` is limited"),
    ],
)
def test_a_system_is_at_least_of_the_tier_of_an_observed_part_and_so_are_its_models(
    observed, expected, why
):
    found = desk("minimal", observed)
    judged = judgement(found, bound(found, FREE))
    handed_on = f"it is part of `system/office`, whose tier is {expected}"

    assert [(expected, "MLS238", why)] == reasons(found, address="system/office")
    assert [(expected, "", handed_on)] == reasons(found)
    assert {observed != "unknown"} == {
        each.is_known for told in judged.tiers.values() for each in told
    }


@pytest.mark.parametrize(("observed", "told_of"), [("unknown", []), ("limited", ["model/churn"])])
def test_what_is_not_known_of_a_part_is_told_once_and_not_of_the_models_beside_it(
    observed, told_of
):
    found = desk("minimal", observed)
    judged = findings(found, judgement(found, bound(found, FREE)))
    files = {each.address: each.document.source.file for each in found.resources.values()}

    assert [files[each] for each in told_of] == [each.span.file for each in judged]


@pytest.mark.parametrize("is_bound", [True, False])
def test_a_card_shows_the_same_tier_and_reason_with_and_without_packs(is_bound):
    found = workspace(BINDING, risky(model(tier="high"), CREDIT | ALONE))
    packs = [bound(found, FREE)] if is_bound else []
    resource = found.resources["model/churn"]
    judged = judgement(found, *packs)
    known = Policies(found, force(*packs), judged).of(resource)
    values = [*tier_values(facts_of(resource), resource.spec.risk, known)]

    assert [
        ("Declared tier", "high"),
        ("Computed tier", "high"),
        ("Reason 1", f"high: {FLOOR} (MLS601)"),
    ] == [(each.label, each.text) for each in values]
    assert greatest(judged.tiers.get("model/churn", ())) == ("high" if is_bound else "minimal")


def test_a_computed_tier_comes_from_rules_and_from_no_line_of_the_spec():
    found = workspace(BINDING, model())
    packs = {
        "bound": [bound(found, FREE, TIER_RULE.replace("WHEN", '"false"')[4:])],
        "without tiers": [bound(found, FREE)],
    }
    sources = {}
    for name, each in packs.items():
        known = Policies(found, force(*each), judgement(found, *each)).of(
            found.resources["model/churn"]
        )
        churn = found.resources["model/churn"]
        values = tier_values(facts_of(churn), churn.spec.risk, known)
        sources[name] = {it.label: it.source for it in values}

    digest = packs["bound"][0].pack.digest
    assert f"house@2026.11.0, {digest}" == sources["bound"]["Computed tier"]
    assert sources["bound"]["Declared tier"].startswith("specs/")
    stated, computed = (
        sources["without tiers"][f"{each} tier"] for each in ("Declared", "Computed")
    )
    assert computed.startswith("specs/")
    assert stated != computed


INCIDENT = """\
apiVersion: mlspec.dev/v1
kind: Incident
metadata: {name: wrong-refusals, owner: desk}
spec:
  resource: RESOURCE
  category: serious
  markets: [EU]
  happened: "2026-11-18T07:00:00Z"
  known: "2026-11-19T09:30:00Z"
  description: Forty people were refused who should not have been.
"""
GRAVE = rule(
    require='computedTier == "high"', kinds="[incident]", message="It is {{ computedTier }}."
)


@pytest.mark.parametrize(
    ("documents", "resource", "expected"),
    [
        ([model(tier="high")], "model/churn", "high"),
        ([model()], "model/churn", "minimal"),
        ([risky(model(), CREDIT | ALONE)], "model/churn", "high"),
        ([model(), SYSTEM.replace("TIER", "high")], "model/churn", "high"),
        ([model(), SYSTEM.replace("TIER", "high")], "system/office", "high"),
        ([model()], "dataset/past", "minimal"),
    ],
    ids=["declared", "neither", "by the facts", "of its system", "a system", "no tier"],
)
@pytest.mark.parametrize("is_alone", [True, False])
def test_an_incident_is_as_grave_as_what_it_is_about(documents, resource, expected, is_alone):
    found = workspace(BINDING, *documents, INCIDENT.replace("RESOURCE", resource))
    asked = {"incident/wrong-refusals"} if is_alone else None
    reach = Reach(asked)
    results = judge(found, [bound(found, GRAVE)], (), Stage.VALIDATE, lambda _each: {}, reach)
    (told,) = results.of("incident/wrong-refusals")

    assert (expected == "high") == (told.outcome is Outcome.PASS)
    assert told.message in ("", f"It is {expected}.")
