"""The law regulates systems: a duty about gates, data or monitors is met by all of their models.

What mlspec can't see, a model that others run, is told by a signed paper of the system, or not met.
"""

from __future__ import annotations

import pytest
from tests.unit.policy.packs import inputs
from tests.unit.policy.worlds import BINDING, SYSTEM, judgement, model, workspace

from mlspec.policy import BoundPack, Outcome, evaluate, read_pack, read_pack_folder, shipped_folder

ACT = read_pack(read_pack_folder(shipped_folder() / "eu-ai-act", "eu-ai-act")).pack
DAY = "2028-01-10"
OWN = ("EUAI-009a", "EUAI-017", "EUAI-072a")
"""What a system has to state itself, beside what its models have."""
OF_MODELS = ("EUAI-009c", "EUAI-010a", "EUAI-010b", "EUAI-010c", "EUAI-015a", "EUAI-015c")
EVERY = (*OWN, *OF_MODELS, "EUAI-009b", "EUAI-015b", "EUAI-072")
ACT_OF = """\
    markets: [EU]
    roles: [provider]
    affectsPeople: true
    euAiAct: {highRiskUses: ["4(a)"], profiling: true}
"""
HOSTED = "  components: [{name: writer, supplier: Words Ltd MORE}]\n"


def system(tier="high", more=""):
    text = SYSTEM.replace("TIER", tier).replace("    affectsPeople: false\n", ACT_OF)
    return text + more


def said(*documents, further=None):
    """Return what the Act says of the system on a day when all of it applies."""
    found = workspace(BINDING, *documents, today=DAY)
    (binding,) = found.of_kind("PolicyBinding")
    judged = judgement(found, BoundPack(ACT, binding, (), {}), further=further or EVIDENCE)
    return {each.rule: each for each in judged.of("system/office")}


def paper(kind, **fields):
    signed = {"status": "present", "signed": True, "signers": ["val@example.org"]} | fields
    return {"kind": kind, "digest": "sha256:" + "a" * 64, **signed}


EVIDENCE = {"evidence": {"items": [], "gates": []}}


@pytest.mark.parametrize("rule", EVERY)
def test_a_rule_about_models_judges_systems_too(rule):
    (found,) = [each for each in ACT.rules if each.id == rule]

    assert {"Model", "System"} == set(found.by_kind)


@pytest.mark.parametrize("rule", ["EUAI-009a", "EUAI-072a", *OF_MODELS])
def test_a_system_whose_models_lack_something_does_not_pass(rule):
    lacking = model().split("  gates:")[0]

    assert Outcome.FAIL is said(lacking, system())[rule].outcome


def test_what_a_model_lacks_is_told_by_its_name():
    found = said(
        model(),
        model("other").split("  gates:")[0],
        system(more="").replace("models: [churn]", "models: [churn, other]"),
    )

    assert "test report for models of others: other." in found["EUAI-009c"].message
    assert "against attacks: churn, other." in found["EUAI-015c"].message


@pytest.mark.parametrize("rule", ["EUAI-009c", "EUAI-015a"])
def test_a_system_whose_models_have_it_passes(rule):
    assert Outcome.PASS is said(model(), system())[rule].outcome


@pytest.mark.parametrize("rule", OF_MODELS)
@pytest.mark.parametrize("more", ["", ", isModel: true"])
def test_a_hosted_model_never_passes_in_silence(rule, more):
    found = said(model(), system(more=HOSTED.replace(" MORE", more)))[rule]

    assert Outcome.FAIL is found.outcome
    assert "writer" in found.message


@pytest.mark.parametrize("rule", ["EUAI-009c", "EUAI-015a"])
def test_a_part_that_is_no_model_needs_no_gates(rule):
    more = HOSTED.replace(" MORE", ", isModel: false")

    assert Outcome.PASS is said(model(), system(more=more))[rule].outcome


@pytest.mark.parametrize(
    ("item", "outcome"),
    [
        (paper("test-report"), Outcome.PASS),
        (paper("test-report", signed=False, signers=[]), Outcome.FAIL),
        (paper("test-report", status="stale"), Outcome.FAIL),
        (paper("notice"), Outcome.FAIL),
    ],
)
def test_a_signed_report_of_the_system_speaks_for_a_hosted_model(item, outcome):
    further = {"evidence": {"items": [item], "gates": []}}
    found = said(model(), system(more=HOSTED.replace(" MORE", "")), further=further)

    assert (outcome, outcome) == (found["EUAI-009c"].outcome, found["EUAI-015a"].outcome)


def test_a_hazard_of_a_system_may_name_a_gate_of_any_of_its_models():
    hazard = (
        "    hazards: [{id: h, hazard: It ranks wrongly., severity: serious, likelihood: rare,"
        " gate: GATE, residual: acceptable, acceptedBy: eva@example.org}]\n"
    )
    for gate, outcome in (("auc", Outcome.PASS), ("none", Outcome.FAIL)):
        found = said(model(), system(more=hazard.replace("GATE", gate)))

        assert (Outcome.PASS, outcome) == (found["EUAI-009a"].outcome, found["EUAI-009b"].outcome)


def test_a_system_of_a_lower_tier_owes_none_of_it():
    found = said(model(), system("limited"))

    assert {Outcome.SKIP} == {found[rule].outcome for rule in EVERY if rule in found}


def test_a_rule_that_reads_models_knows_its_own_gates():
    facts = {"models": ({"name": "m", "isManaged": True, "gates": [], "monitoring": []},)}
    risk = {"tier": "high", "markets": ["EU"], "affectsPeople": True}
    results = evaluate(ACT, inputs({"risk": risk}, today=DAY, **facts), {})

    assert Outcome.FAIL is {each.rule: each.outcome for each in results}["EUAI-009c"]
