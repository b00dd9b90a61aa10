"""How cards are made quickly, beside how they are made otherwise: both say the same."""

from __future__ import annotations

from dataclasses import replace
from textwrap import indent

import pytest
from tests.unit.lowering import card_world

from mlspec.ir import CardValue, ValueStatus
from mlspec.lowering._card_facts import Page, facts_of
from mlspec.lowering._card_people import people
from mlspec.lowering._card_policy import NO_POLICY
from mlspec.lowering._card_required import Asked
from mlspec.lowering._card_risk import risk
from mlspec.lowering.cards import lower_cards

MODEL = """\
---
apiVersion: mlspec.dev/v1
kind: Model
metadata: {name: NAME, version: v1, owner: workforce}
spec:
  purpose: Finds who is called first.
  task: binary-classification
  artifact: {uri: models/a.onnx, format: onnx}
  data: {training: [applicants@v1, applicants@v1]}
  features: [{view: visits@v1}]
  gateSets: [floor]
  output: {version: v1, fields: [{name: score, type: float}]}
  risk:
    tier: limited
    domain: employment
    affectsPeople: false
    automatedDecision: false
    sensitiveData: false
"""
SHARED = """\
---
apiVersion: mlspec.dev/v1
kind: FeatureView
metadata: {name: visits, version: v1, owner: workforce}
spec:
  entities: [person]
  source: {dataset: applicants@v1, timestampColumn: at}
  features: [{name: days, type: int}]
---
apiVersion: mlspec.dev/v1
kind: GateSet
metadata: {name: floor, owner: workforce}
spec:
  gates:
    - {id: auc, type: metric-threshold, metric: roc-auc, atLeast: 0.7}
    - {id: loss, type: metric-threshold, metric: brier, atMost: 0.2}
"""
SERVING = {
    "a-online": "serving: {mode: online, image: a.org/b, resources: {cpu: 500m, memory: 1Gi}}\n",
    "b-batch": "serving: {mode: batch, image: a.org/b, resources: {cpu: 500m, memory: 1Gi}}\n",
    "c-unserved": "",
}


@pytest.fixture(scope="module")
def world():
    """Return models that name the same data, features, gates and team."""
    models = [MODEL.replace("NAME", name) + indent(text, "  ") for name, text in SERVING.items()]
    return card_world.workspace(card_world.marked() + SHARED + "".join(models))


def values(card):
    return [value for section in card.sections for value in section.values]


def unlined(found):
    """Return a workspace whose reader kept no lines: each is found as a span."""
    bare = {
        address: replace(each, document=replace(each.document, lines=None))
        for address, each in found.resources.items()
    }
    return replace(found, resources=bare)


def test_lines_by_path_are_those_of_the_spans():
    found, facts = card_world.whole()

    made = [*lower_cards(found, "prod", card_world.records(), facts=facts)]

    assert [*lower_cards(unlined(found), "prod", card_world.records(), facts=facts)] == made


def test_what_a_linked_resource_tells_does_not_depend_on_the_card_that_asked_first(world):
    facts = card_world.facts(world)
    for known in (facts, replace(facts, policies=None)):
        made = lower_cards(world, "prod", {}, facts=known)
        alone = [lower_cards(world, "prod", {}, facts=known)[place] for place in range(len(made))]

        assert alone == [*made]
        assert alone[::-1] == [made[place] for place in reversed(range(len(made)))]


def test_what_nobody_waits_for_is_told_by_the_model_and_not_by_the_view(world):
    cards = lower_cards(world, "prod", {})
    found = {
        card.model: value
        for card in cards
        for value in values(card)
        if value.id.startswith("features.freshness")
    }

    assert found.keys() == SERVING.keys()
    assert ValueStatus.MISSING is found["a-online"].status
    assert ("feature-view/visits", "spec.freshnessMinutes") == found["a-online"].place
    for name in ("b-batch", "c-unserved"):
        assert ValueStatus.NOT_APPLICABLE is found[name].status
        assert f"model/{name}" == found[name].place[0]


def test_a_data_set_that_is_named_twice_has_two_names_on_a_card(world):
    card = next(each for each in lower_cards(world, "prod", {}) if each.model == "a-online")
    names = [each.id for each in values(card) if each.id.startswith("data.rows")]

    first = "data.rows[Training data: applicants@v1]"
    assert [first, f"{first}#2"] == names


def test_every_name_is_on_a_card_once(world):
    found, facts = card_world.whole()
    for card in (*lower_cards(world, "prod", {}), *lower_cards(found, "prod", {}, facts=facts)):
        names = [value.id for section in card.sections[:-1] for value in section.values]

        assert "" not in names
        assert sorted({*names}) == sorted(names)


@pytest.mark.parametrize("name", ["a-online", "screen"])
def test_what_is_not_looked_for_without_rules_is_what_no_card_shows_then(world, name):
    model = world.resources[f"model/{name}"]
    other = Asked({"spec.nothing": ()})  # rules are in force, and ask for nothing of these

    bare, asked = (facts_of(model, Page(model.address, each)) for each in (NO_POLICY.asked, other))

    told = [risk(each.under("risk"), model.spec.risk, NO_POLICY) for each in (bare, asked)]
    assert told[0] == told[1]
    assert people(bare.under("people"), model.spec) == people(asked.under("people"), model.spec)


def test_the_gaps_are_those_that_rules_ask_for_and_then_the_others():
    found, facts = card_world.whole()
    for card in lower_cards(found, "prod", {}, facts=facts):
        asked = [bool(each.required_by) for each in card.sections[-1].values]

        assert sorted(asked, reverse=True) == asked
        assert all(isinstance(each, CardValue) and each.how for each in card.sections[-1].values)
