"""A plan that changes a model, its gates or its data is judged by the rules of its systems, too."""

from __future__ import annotations

import pytest
from tests.unit.planning.test_law import Town, blocks, entry
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import DATA, SYSTEM, model

GATED = rule(
    kinds="[system]",
    require="models.all(m, m.gates.exists(g, g.id == 'auc'))",
    message="A model of it has no gate `auc`.",
)
OFFICE = SYSTEM.replace("TIER", "minimal")
GATES = """\
apiVersion: mlspec.dev/v1
kind: GateSet
metadata: {name: shared, owner: builders}
spec:
  gates: [{id: ID, type: metric-threshold, metric: roc-auc, atLeast: 0.7}]
"""
SHARED = model().split("  gates:")[0] + "  gateSets: [shared]\n"
WHY = "`system/office`: HOUSE-001: A model of it has no gate `auc`."
PROMPT = """\
apiVersion: mlspec.dev/v1
kind: Prompt
metadata: {name: ask, version: v1, owner: builders}
spec:
  purpose: Says in plain words why somebody is called.
  template: {type: text, text: "Explain it to {{ name }}."}
  variables: [{name: name}]
  model: churn
"""
ASKING = OFFICE.replace("models: [churn]", "prompts: [ask]")


@pytest.fixture
def applied(tmp_path):
    def build(*documents, rules):
        shop = Town(tmp_path, *documents, rules=rules)
        shop.apply()
        return shop

    return build


def test_a_gate_that_a_rule_of_the_system_wants_is_not_taken_out_of_its_model(applied):
    shop = applied(model(), OFFICE, rules=[GATED])
    plan = shop.write(model().replace("id: auc", "id: other"), OFFICE).plan()

    assert {"model/churn": WHY} == blocks(plan)
    assert "system/office" == entry(plan, "system/office").address


def test_nor_out_of_a_shared_set_of_gates(applied):
    shop = applied(SHARED, OFFICE, GATES.replace("ID", "auc"), rules=[GATED])
    plan = shop.write(SHARED, OFFICE, GATES.replace("ID", "other")).plan()

    assert {"gate-set/shared": WHY} == blocks(plan)


def test_a_model_that_a_system_only_asks_by_a_prompt_keeps_its_gate_as_well(applied):
    shop = applied(model(), PROMPT, ASKING, rules=[GATED])
    plan = shop.write(model().replace("id: auc", "id: other"), PROMPT, ASKING).plan()

    assert {"model/churn": WHY} == blocks(plan)


def test_nor_is_it_taken_out_of_a_set_of_such_a_model(applied):
    shop = applied(SHARED, PROMPT, ASKING, GATES.replace("ID", "auc"), rules=[GATED])
    plan = shop.write(SHARED, PROMPT, ASKING, GATES.replace("ID", "other")).plan()

    assert {"gate-set/shared": WHY} == blocks(plan)


def test_data_of_a_model_are_data_of_its_system(applied):
    reading = rule(
        kinds="[system]",
        require="datasets.all(d, has(d.spec.origin) && d.model == 'churn')",
        message="Its data have no origin.",
    )
    shop = applied(model(), OFFICE, rules=[reading])
    other = DATA.replace("name: past", "name: new").replace("  origin: The database.\n", "")
    plan = shop.write(model().replace("past@v1", "new@v1"), OFFICE, other).plan()

    assert "`system/office`: HOUSE-001: Its data have no origin." == blocks(plan)["model/churn"]


def test_what_a_system_lacks_itself_is_no_business_of_its_models(applied):
    later = rule(
        kinds="[system]",
        appliesFrom='"2026-12-01"',
        message="Nobody answers for `{{ metadata.name }}`.",
    )
    shop = applied(model(), OFFICE, rules=[later])
    plan = shop.write(model().replace("id: auc", "id: other"), OFFICE, today="2026-12-02").plan()

    assert {} == blocks(plan)


SOLD = rule(
    when='has(spec.risk.markets) && "EU" in spec.risk.markets',
    require="has(spec.transparency)",
    message="It is sold without a notice.",
)
MUTE = rule("HOUSE-002", require="spec.limitations.size() > 0", enforcement="advisory")
ABROAD = OFFICE + "    markets: [EU]\n"
UNSOLD = "`model/churn`: HOUSE-001: It is sold without a notice."


def test_a_system_that_changes_is_held_back_by_the_rules_of_its_models(applied):
    shop = applied(model(), OFFICE, rules=[SOLD, MUTE])
    plan = shop.write(model(), ABROAD).plan()

    assert {"system/office": UNSOLD} == blocks(plan)
    assert ["HOUSE-001"] == [each.rule for each in entry(plan).told]


def test_what_a_model_lacks_by_its_own_facts_is_no_business_of_its_systems(applied):
    sold = model().replace("    domain: marketing\n", "    domain: marketing\n    markets: [EU]\n")
    told = SOLD.replace("enforcement: waivable", "enforcement: advisory")
    shop = applied(sold, OFFICE, rules=[told])
    other = OFFICE.replace("Decides whom", "Says whom")
    plan = shop.write(sold, other).plan()

    assert {} == blocks(plan)
    assert "model/churn" not in {each.address for each in plan.policy.entries}


def test_a_prompt_that_brings_a_model_into_a_system_is_held_back_as_well(applied):
    asking = ABROAD.replace("models: [churn]", "models: [other]\n  prompts: [ask]")
    noticed = model("other") + "  transparency: {explanation: Somebody of the desk explains it.}\n"
    aside = PROMPT.replace("model: churn", "model: other")
    shop = applied(model(), noticed, aside, asking, rules=[SOLD])
    plan = shop.write(model(), noticed, PROMPT, asking).plan()

    assert {"prompt/ask": UNSOLD} == blocks(plan)
