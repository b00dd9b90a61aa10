"""A digest in a spec meets no duty: cards, duties, exports and dossiers tell what was seen."""

from __future__ import annotations

import json
import shutil

import pytest

from mlspec.api.add_evidence import NewItem, add_item
from mlspec.api.cards import Asked, cards
from mlspec.api.change import PlanOptions, plan
from mlspec.api.dossier import dossier
from mlspec.api.execute import apply_now
from mlspec.api.exports import exported
from mlspec.api.inventory import InventoryOptions, take_inventory
from mlspec.api.judge import run_gates
from mlspec.api.obligations import explained, owed
from mlspec.api.policy_lock import lock_packs
from mlspec.api.start import init
from mlspec.api.state import export_state
from mlspec.canonical import digest_bytes
from mlspec.evidence import NOT_RUN
from mlspec.ir import CardFormat

DAY = "2027-12-05"
PAPER = b"What deployers have to know.\n"
DIGEST = digest_bytes(PAPER)
OFFICE = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: risk-office}
spec: {members: [val@example.org], roles: [compliance]}
"""
BINDING = """\
---
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: act, owner: risk-office}
spec: {pack: eu-ai-act, version: 2026.11.0}
"""
STATED = f"""\
  oversight:
    mode: human-in-the-loop
    reviewers: risk-office
    intervention: Somebody of the office reads each answer, and may put it aside.
    appeal: Whoever is concerned writes to the office, and a person answers.
  transparency:
    instructions: {{uri: docs/use.md, digest: "{DIGEST}"}}
"""
WAIVER = """\
---
apiVersion: mlspec.dev/v1
kind: Waiver
metadata: {name: later, owner: growth}
spec:
  rule: EUAI-014
  scope: {resource: model/churn}
  reason: The office looks the use up in December.
  approvedBy: [val@example.org]
  created: "2027-12-01"
  expires: "2027-12-31"
"""
RULE, TESTED = "EUAI-013", "EUAI-009c"


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    init(root)
    home = root / "mlspec.yaml"
    home.write_text(home.read_text("utf-8").replace("requireGates: true", "requireGates: false"))
    (root / "specs" / "policy.yaml").write_text(OFFICE + BINDING)
    file = root / "specs" / "churn.yaml"
    text = file.read_text("utf-8")
    tier = next(each for each in text.splitlines() if each.startswith("    tier:"))
    facts = "    tier: high\n    markets: [EU]\n    roles: [provider]\n"
    file.write_text(text.replace(tier + "\n", facts).rstrip("\n") + "\n" + STATED)
    lock_packs(root)
    return root


def duty(root, rule=RULE):
    return next(each for each in owed("churn", root, "prod", DAY).duties if each.rule == rule)


def stands(root, rule=RULE):
    found = duty(root, rule)
    return found.status.value, [each.look.status.value for each in found.grounds]


def lay(root, content=PAPER):
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs" / "use.md").write_bytes(content)


def values(root, *, offline=True):
    (card,) = cards(
        Asked("churn", formats=(CardFormat.JSON,), as_of=DAY, offline=offline), root, "prod"
    )
    sections = json.loads(card.text)["sections"]
    return {
        f"{each['id']}.{value['label']}": value for each in sections for value in each["values"]
    }


def test_a_digest_in_the_spec_does_not_meet_a_duty_until_its_bytes_are_there(shop):
    assert ("not-shown", ["missing"]) == stands(shop)
    lay(shop, b"something else")
    assert ("not-shown", ["conflict"]) == stands(shop)
    lay(shop)
    assert ("met", ["present"]) == stands(shop)


def test_a_kept_copy_meets_it_and_ends_to_when_it_is_no_longer_good(shop, tmp_path):
    paper = tmp_path / "use.md"
    paper.write_bytes(PAPER)
    kept = NewItem("instructions", file=paper, day="2026-11-01", valid_until="2027-12-31")
    add_item("churn", shop, None, kept)

    assert ("met", ["present"]) == stands(shop)
    lay(shop)
    later = next(
        each for each in owed("churn", shop, "prod", "2028-01-01").duties if each.rule == RULE
    )
    assert ("not-shown", "stale") == (later.status.value, later.grounds[0].look.status.value)


def test_the_registry_tells_of_a_paper_that_was_there_when_it_was_applied(shop, tmp_path):
    paper = tmp_path / "use.md"
    paper.write_bytes(PAPER)
    add_item("churn", shop, None, NewItem("instructions", file=paper, day="2026-11-01"))
    policy = shop / "specs" / "policy.yaml"
    policy.write_text(OFFICE)  # before the Act was bound
    apply_now("prod", shop)
    policy.write_text(OFFICE + BINDING)
    shutil.rmtree(shop / "evidence")

    assert ("met", ["recorded"]) == stands(shop)
    asked, alone = values(shop, offline=False), values(shop)
    assert "present" == asked["people.Instructions for use"]["status"]
    assert "missing" == alone["people.Instructions for use"]["status"]
    assert "no registry was asked" in alone["people.Instructions for use"]["add"]


def test_a_plan_sees_a_paper_that_the_registry_has_kept_and_one_of_a_file_does_not(shop, tmp_path):
    paper, policy = tmp_path / "use.md", shop / "specs" / "policy.yaml"
    paper.write_bytes(PAPER)
    add_item("churn", shop, None, NewItem("instructions", file=paper, day="2026-11-01"))
    policy.write_text(OFFICE)
    apply_now("prod", shop)
    policy.write_text(OFFICE + BINDING)
    shutil.rmtree(shop / "evidence")
    spec = shop / "specs" / "churn.yaml"
    spec.write_text(spec.read_text().replace("may put it aside", "may put it away"))

    def outcomes(options=None):
        entry = plan(shop, "prod", options).policy.of("model/churn")
        return RULE in entry.passed, [each.outcome for each in entry.told if each.rule == RULE]

    state = tmp_path / "state.json"
    export_state(state, shop, "prod")
    assert (True, []) == outcomes()
    assert (False, ["stated"]) == outcomes(PlanOptions(offline=state))


def predict(root, wrong):
    """Write predictions of which every so manieth is on the wrong side."""
    rows = [
        f"{each},{each % 2},{(each + (each % wrong == 0)) % 2 * 0.5 + each / 2000}"
        for each in range(800)
    ]
    (root / "evaluation").mkdir(exist_ok=True)
    (root / "evaluation" / "churn.csv").write_text("\n".join(["customer_id,left,score", *rows]))


def test_a_gate_that_is_declared_is_no_test_until_its_record_is_there(shop):
    assert ("not-shown", ["missing"]) == stands(shop, TESTED)
    predict(shop, wrong=2)
    run_gates(directory=shop, environment="prod")
    assert ("not-shown", ["failed"]) == stands(shop, TESTED)
    predict(shop, wrong=10)
    run_gates(directory=shop, environment="prod")
    assert ("met", ["present"]) == stands(shop, TESTED)


@pytest.mark.parametrize("offline", [True, False])
def test_gates_stand_in_one_way_wherever_they_are_told(shop, offline):
    def told():
        found = values(shop, offline=offline)
        options = InventoryOptions("prod", as_of="2026-11-22", offline=True)
        (row,) = [it for it in take_inventory(options, shop).rows if it.address == "model/churn"]
        (gates,) = row.gates
        names = ("gates.Verdict of the required gates", f"policy.Rule {TESTED}")
        verdict, rule = (found[each] for each in names)
        ground = duty(shop, TESTED).grounds[0].look
        return verdict, rule, ground, gates.status

    _, rule, ground, counted = told()
    assert NOT_RUN in rule["add"]
    assert (NOT_RUN, "missing") == (ground.told, counted)

    predict(shop, wrong=10)
    run_gates(directory=shop, environment="prod")
    file = shop / "evidence" / "prod" / "churn.evidence.json"
    file.write_text(file.read_text("utf-8").replace("gate-result/v1", "gate-result/v0"), "utf-8")

    verdict, rule, ground, counted = told()
    assert ["stale"] * 4 == [verdict["status"], rule["status"], ground.status.value, counted]
    assert verdict["value"] == ground.told
    assert ground.told in rule["value"]


def test_a_record_of_another_version_is_no_test(shop):
    run_gates(directory=shop, environment="prod")
    file = shop / "specs" / "churn.yaml"
    digest = next(each for each in file.read_text("utf-8").split() if each.startswith("sha256:"))
    file.write_text(file.read_text("utf-8").replace(digest, DIGEST))

    assert ("not-shown", ["stale"]) == stands(shop, TESTED)


def test_a_card_tells_a_paper_that_is_not_there_as_missing_with_what_is_stated(shop):
    found = values(shop)
    paper, rule = found["people.Instructions for use"], found[f"policy.Rule {RULE}"]

    assert ("missing", None) == (paper["status"], paper["value"])
    assert DIGEST in paper["add"]
    assert "mlspec evidence add model/churn --kind instructions" in paper["add"]
    assert ("missing", [RULE]) == (rule["status"], rule["requiredBy"])
    assert "stated, not shown" in rule["add"]

    lay(shop)
    found = values(shop)
    assert "present" == found["people.Instructions for use"]["status"]
    assert "present" == found[f"policy.Rule {RULE}"]["status"]


def test_an_auditor_is_not_told_that_a_stated_digest_satisfies(shop):
    def state():
        (result,) = json.loads(exported("churn", "oscal", shop, "prod", DAY).text)[
            "assessment-results"
        ]["results"]
        found = next(each for each in result["findings"] if each["title"].startswith(RULE))
        return found["target"]["status"]["state"]

    assert "not-satisfied" == state()
    lay(shop)
    assert "satisfied" == state()


def test_a_dossier_tells_it_in_its_duties_results_and_list(shop):
    def told():
        files = dossier("churn", shop, "prod", DAY).files
        results = json.loads(files["policy/results.json"])["results"]
        duties = json.loads(files["policy/obligations.json"])["duties"]
        points = json.loads(files["index.json"])["lists"][0]["points"]
        held = [it for each in points for part in each["parts"] for it in part["values"]]
        return (
            next(each["shown"] for each in results if each["rule"] == RULE),
            next(each["status"] for each in duties if each["rule"] == RULE),
            [it["status"] for it in held if "docs/use.md" in (it["text"] or "")],
        )

    assert (False, "not-shown", ["missing"]) == told()
    lay(shop)
    assert (True, "met", ["present"]) == told()


def test_an_explanation_tells_what_a_pass_rests_on(shop):
    result = explained(RULE, "churn", shop, "prod", DAY).result

    assert not result.is_shown
    assert ["spec.transparency.instructions"] == [each.name for each in result.grounds]


def test_a_registry_that_does_not_answer_was_not_asked(shop):
    home = shop / "mlspec.yaml"
    text = home.read_text("utf-8").replace("backend: embedded", "backend: git\n    remote: gone")
    home.write_text(text, "utf-8")
    found = duty(shop)

    assert ("not-shown", "not-looked") == (found.status.value, found.grounds[0].look.status.value)


def test_an_explanation_of_a_rule_that_is_passed_over_has_the_facts_of_its_condition(shop):
    answer = explained("EUAI-004a", "churn", shop, "prod", DAY)
    names = {".".join(map(str, each.path)) for each in answer.result.facts}

    assert "`when` is false" == answer.why
    assert any(each.startswith("spec.risk.") for each in names)
    assert any(place.startswith("specs/churn.yaml:") for _, place in answer.places)


def test_a_waiver_that_is_only_written_down_is_not_told_as_one_that_was_agreed_to(shop):
    policy = shop / "specs" / "policy.yaml"
    policy.write_text(OFFICE + WAIVER + BINDING)

    found = duty(shop, "EUAI-014")
    assert ("waived", "spec-only") == (found.status.value, found.waiver.approval.value)
    written = values(shop, offline=False)["waivers.Waiver later"]
    assert "missing" == written["status"]
    assert "in the spec only, not approved in prod" in written["add"]
    assert "no registry was asked" in values(shop)["waivers.Waiver later"]["value"]

    policy.write_text(OFFICE + WAIVER)
    apply_now("prod", shop)
    policy.write_text(OFFICE + WAIVER + BINDING)
    agreed = values(shop, offline=False)["waivers.Waiver later"]
    assert "recorded" == duty(shop, "EUAI-014").waiver.approval.value
    assert ("present", True) == (agreed["status"], "recorded in prod" in agreed["value"])

    policy.write_text(OFFICE + WAIVER.replace("12-31", "12-30") + BINDING)
    assert "spec-only" == duty(shop, "EUAI-014").waiver.approval.value


def test_a_dossier_says_that_a_list_is_of_a_law_that_owes_nothing_for_the_model(shop):
    notes = dossier("churn", shop, "prod", DAY).notes
    file = shop / "specs" / "churn.yaml"
    file.write_text(file.read_text("utf-8").replace("markets: [EU]", "markets: [US]"))
    (found,) = dossier("churn", shop, "prod", DAY).notes

    assert () == notes
    assert found.startswith("No rule of eu-ai-act@2026.11.0 concerns model/churn")
