"""A plan that changes a model, its gates or its data is judged by the rules of its systems, too."""

from __future__ import annotations

import sys

import pytest
from tests.unit.planning.test_law import Town, blocks, entry
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import DATA, SYSTEM, model

from mlspec.planning import _bench
from mlspec.policy import Stage, judge

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


EUROPEAN = model().replace(
    "    domain: marketing\n", "    domain: marketing\n    markets: [US, EU]\n"
)


@pytest.mark.parametrize("read", ["markets", "tier"])
def test_a_fact_of_a_model_in_another_order_is_its_own(applied, read):
    told = SOLD.replace("enforcement: waivable", "enforcement: advisory").replace(
        "has(spec.risk.markets)", f"has(spec.risk.{read})"
    )
    shop = applied(EUROPEAN, ABROAD, rules=[told])
    plan = shop.write(EUROPEAN, ABROAD.replace("Decides whom", "Says whom")).plan()

    assert ["system/office"] == [each.address for each in plan.operations if each.writes]
    assert "model/churn" not in {each.address for each in plan.policy.entries}


LITTLE = rule(
    when="computedTier in ['minimal', 'limited']",
    require="has(spec.transparency)",
    enforcement="advisory",
    message="Its tier asks for a notice.",
)


@pytest.mark.parametrize(
    ("system", "told"),
    [
        ("", []),
        (ASKING, []),
        (ASKING.replace("tier: minimal", "tier: limited"), ["HOUSE-001"]),
    ],
    ids=["in no system", "of its own tier", "of the tier of its system"],
)
def test_words_of_a_prompt_concern_a_model_that_its_system_alone_makes_what_it_is(
    applied, system, told
):
    documents = [each for each in (model("churn", "limited"), system) if each]
    shop = applied(*documents, PROMPT, rules=[LITTLE])
    plan = shop.write(*documents, PROMPT.replace("plain words", "few words")).plan()
    found = [each for each in plan.policy.entries if each.address == "model/churn"]

    assert told == [said.rule for each in found for said in each.told]


def test_the_work_grows_with_what_is_affected_and_not_with_its_square(tmp_path):
    few, many = (_steps_of_a_bench(tmp_path, number) for number in (20, 80))

    assert many < 5 * few


def _steps_of_a_bench(folder, number):
    """Return how many steps it takes to tell what is said of models whose data are written."""
    data = [DATA.replace("name: past", f"name: past-{each}") for each in range(number)]
    models = [model(f"m-{each}").replace("past@v1", f"past-{each}@v1") for each in range(number)]
    reading = rule(require="datasets.all(d, d.use == 'none')")
    shop, steps = Town(folder, *data, *models, rules=[reading]), 0
    written = tuple(each for each in shop.plan().operations if each.kind == "Dataset")
    judged = judge(shop.workspace, shop.law.packs, (), Stage.PLAN, lambda _: {})

    def count(frame, event, _):
        nonlocal steps
        steps += event == "opcode"
        frame.f_trace_opcodes = True
        return count if frame.f_code.co_filename == _bench.__file__ else None

    bench = _bench.Bench(shop.workspace, written, lambda *_: judged)
    sys.settrace(count)
    try:
        entries = [*bench.entries()]
    finally:
        sys.settrace(None)
    assert number == sum(each.address.startswith("model/") for each in entries)
    return steps
