"""Glass that was broken on a waiver or a binding is told where the models are that it covers."""

from __future__ import annotations

import json

import pytest
from tests.unit.api.test_dossier import said
from tests.unit.policy.packs import HOME, rule

from mlspec.api.cards import Asked, cards
from mlspec.api.change import PlanOptions, plan
from mlspec.api.dossier import dossier, write_dossier
from mlspec.api.execute import ApplySettings, apply, apply_now
from mlspec.api.policy_lock import lock_packs
from mlspec.api.start import init
from mlspec.ir import Audience, CardFormat
from mlspec.planning import write_plan
from mlspec.state import BreakGlass

DAY = "2026-11-21"
BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: house, owner: risk}
spec: {pack: house, version: 2026.11.0, source: {folder: policies/house}}
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: risk}
spec: {members: [val@example.org, cro@example.org], roles: [model-risk, compliance, sre]}
"""
WAIVER = """\
apiVersion: mlspec.dev/v1
kind: Waiver
metadata: {name: w1, owner: growth}
spec:
  rule: HOUSE-001
  scope: {resource: model/churn}
  reason: The list of owners is agreed on in December.
  approvedBy: [val@example.org]
  created: "2026-11-01"
  expires: "2026-12-01"
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A model under a house rule and a waiver that somebody made longer in a hurry."""
    root = tmp_path_factory.mktemp("glass") / "shop"
    init(root)
    pack = root / "policies" / "house"
    (pack / "rules").mkdir(parents=True)
    (pack / "pack.yaml").write_text(HOME)
    (pack / "rules" / "all.yaml").write_text(rule(require="has(spec.owners)"))
    (root / "specs" / "policy.yaml").write_text(BINDING)
    other = WAIVER.replace("w1", "other").replace("model/churn", "dataset/customers-2024")
    (root / "specs" / "waiver.yaml").write_text(WAIVER)
    (root / "specs" / "other.yaml").write_text(other)
    lock_packs(root)
    apply_now("staging", root)
    (root / "specs" / "waiver.yaml").write_text(WAIVER.replace("2026-12-01", "2026-12-31"))
    made = root.parent / "plan.json"
    made.write_text(write_plan(plan(root, "staging", PlanOptions())), encoding="utf-8")
    glass = BreakGlass("sre", "the desk is closed until Monday")
    apply(made, root, ApplySettings(actor="val@example.org", break_glass=glass))
    return root


def regulators(root, name="churn"):
    (found,) = cards(Asked(name, Audience.REGULATOR, (CardFormat.JSON,), DAY), root, "staging")
    return [
        value["value"]
        for section in json.loads(found.text)["sections"]
        for value in section["values"]
        if value["label"].startswith("Broken glass")
    ]


def test_the_card_of_a_model_tells_of_the_waiver_that_covers_it(shop):
    (told,) = regulators(shop)

    assert told.startswith("waiver/w1: val@example.org as sre at ")
    assert "nobody has reviewed it" in told
    assert told.endswith("reason: the desk is closed until Monday")


def test_the_dossier_says_it_first(shop):
    notes = dossier("churn", shop, "staging", DAY).notes

    assert ["The glass was broken on waiver/w1"] == [each.partition(":")[0] for each in notes]


def test_the_dossier_holds_the_ledger_of_bindings_and_waivers_in_force(shop, tmp_path):
    made = dossier("churn", shop, "staging", DAY)
    chains = {path.rsplit("/", 1)[0] for path in made.files if path.startswith("audit/ledger/")}
    write_dossier(tmp_path / "dossier", made)

    own = {"waiver/w1", "policy-binding/house", "waiver/other"}  # the last one is of its data
    assert {f"audit/ledger/{each}" for each in own} <= chains
    for number in (2, 3, 4):
        assert said(tmp_path / "dossier", number, "audit/VERIFY.md").endswith("ok\n")


def test_the_dossier_holds_the_packs_of_the_house_and_they_are_those_of_the_lock(shop, tmp_path):
    made = dossier("churn", shop, "staging", DAY)
    write_dossier(tmp_path / "dossier", made)
    own = sorted(path for path in made.files if path.startswith("policy/packs/"))

    assert ["policy/packs/house/pack.yaml", "policy/packs/house/rules/all.yaml"] == own
    assert "ok\n" == said(tmp_path / "dossier", 5)


@pytest.mark.parametrize("name", ["pack.yaml", "rules/all.yaml", "rules/more.yaml"])
def test_a_pack_that_was_changed_in_the_dossier_is_noticed(shop, tmp_path, name):
    write_dossier(tmp_path / "dossier", dossier("churn", shop, "staging", DAY))
    with (tmp_path / "dossier" / "policy" / "packs" / "house" / name).open("a") as file:
        file.write("# more\n")

    assert "not in the lock: policy/packs/house/\n" == said(tmp_path / "dossier", 5)
