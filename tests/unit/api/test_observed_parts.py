"""A model that is live and that nobody documents can be part of a system, and weighs on it."""

from __future__ import annotations

import json

import pytest

from mlspec.api.adopting import adopt
from mlspec.api.cards import Asked, cards
from mlspec.api.change import PlanOptions, plan
from mlspec.api.dossier import dossier
from mlspec.api.inventory import InventoryOptions, take_inventory
from mlspec.api.obligations import owed
from mlspec.api.policy_lock import lock_packs
from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.errors import UsageError
from mlspec.inventory import Standing
from mlspec.ir import Audience, CardFormat
from mlspec.reporting.obligations import render_owed, render_owed_json

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
SYSTEM = """\
apiVersion: mlspec.dev/v1
kind: System
metadata: {name: desk, owner: growth, version: v3}
spec:
  purpose: Calls customers in an order.
  models: [churn@v1, MODEL]
  risk: {tier: TIER, domain: marketing, affectsPeople: false, automatedDecision: false,
    sensitiveData: false}
"""
BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: core, owner: growth}
spec: {pack: core, version: 2026.11.0}
"""
TOLD = {"MLS201", "MLS202", "MLS238", "MLS239", "MLS1414"}


@pytest.fixture
def shop(tmp_path):
    def made(tier="high", observed="unknown", model="ranker", packs=""):
        init(tmp_path)
        specs = tmp_path / "specs"
        (specs / "ranker.yaml").write_text(OBSERVED.replace("TIER", observed))
        (specs / "desk.yaml").write_text(SYSTEM.replace("TIER", tier).replace("MODEL", model))
        if packs:
            (specs / "policy.yaml").write_text(packs)
            lock_packs(tmp_path)
        return tmp_path

    return made


def told(place):
    """Return the codes that concern the parts of the system, with what is marked."""
    found = open_session(place).diagnostics
    return sorted((each.code, each.span.start.line) for each in found if each.code in TOLD)


@pytest.mark.parametrize(
    ("tier", "observed", "code"),
    [
        ("high", "unknown", "MLS239"),
        ("limited", "unknown", "MLS238"),
        ("minimal", "limited", "MLS238"),
        ("limited", "limited", "MLS239"),
        ("minimal", "minimal", "MLS239"),
    ],
)
def test_a_part_that_nobody_documents_is_told_once_and_an_unknown_tier_is_the_highest(
    shop, tier, observed, code
):
    assert [(code, 6)] == told(shop(tier, observed))


@pytest.mark.parametrize(("model", "says"), [("rankr", "ranker"), ("ranker@v2", "no version")])
def test_a_reference_that_leads_nowhere_is_an_error_as_for_models(shop, model, says):
    (found,) = (
        each for each in open_session(shop(model=f"'{model}'")).diagnostics if each.code in TOLD
    )

    assert says in f"{found.message} {found.hint}"


def test_of_one_name_the_managed_model_is_meant(shop):
    place = shop(model="churn")
    observed = OBSERVED.replace("TIER", "unknown").replace("name: ranker}", "name: churn}")
    (place / "specs" / "ranker.yaml").write_text(observed)

    assert [] == told(place)


def test_obligations_name_it_beside_the_duties(shop):
    found = owed("desk", shop("high", packs=BINDING), "prod", "2026-11-22")

    assert "Not documented (1)\n  observed-model/ranker " in render_owed(found)
    assert "next: mlspec adopt ranker" in render_owed(found)
    assert ["observed-model/ranker"] == json.loads(render_owed_json(found))["undocumented"]


def test_the_card_and_the_dossier_of_the_system_say_what_is_missing_and_how_to_add_it(shop):
    place = shop("high")
    asked = Asked("system/desk", Audience.REGULATOR, (CardFormat.MARKDOWN,))
    (card,) = cards(asked, place, "prod")
    made = dossier("desk", place, "prod", "2026-11-22")
    index = json.loads(made.files["index.json"])

    assert "| Model ranker | ○ missing: mlspec adopt ranker: it is live (version 3," in card.text
    assert "| Model churn | `churn@v1` | specs/desk.yaml:6 |" in card.text
    steps = [
        (value["label"], value["status"])
        for each in index["lists"]
        for point in each["points"]
        for part in point["parts"]
        for value in part["values"]
        if value.get("how") == "mlspec adopt ranker"
    ]
    assert steps
    assert {"missing"} == {status for _, status in steps}
    assert all(label.endswith(" of ranker") for label, _ in steps)


@pytest.mark.parametrize("name", ["ranker", "observed-model/ranker"])
@pytest.mark.parametrize(
    "ask",
    [
        lambda place, name: cards(Asked(name), place, "prod"),
        lambda place, name: dossier(name, place, "prod", "2026-11-22"),
        lambda place, name: owed(name, place, "prod", "2026-11-22"),
    ],
    ids=["card", "dossier", "obligations"],
)
def test_who_asks_about_it_alone_is_told_to_adopt_it(shop, ask, name):
    with pytest.raises(UsageError, match="only observed") as error:
        ask(shop("high", packs=BINDING), name)

    assert "`mlspec adopt ranker`" in error.value.hint


def test_a_system_is_as_live_as_its_observed_part(shop, tmp_path):
    place = shop("high")
    (place / "dump.json").write_text(
        json.dumps(
            {
                "registered_models": [
                    {
                        "name": "ranker",
                        "latest_versions": [
                            {"name": "ranker", "version": "3", "current_stage": "Production"}
                        ],
                    }
                ]
            }
        )
    )
    options = InventoryOptions(
        live=(str(place / "dump.json"),), systems=("mlflow",), as_of="2026-11-22", offline=True
    )
    rows = {each.address: each for each in take_inventory(options, place).rows}

    assert Standing.LIVE is rows["observed-model/ranker"].standing
    assert Standing.LIVE is rows["system/desk"].standing


def test_a_plan_takes_the_system_and_adopting_its_part_needs_no_other_line(shop):
    place = shop("high")
    before = (place / "specs" / "desk.yaml").read_text()
    planned = plan(place, "staging", PlanOptions())
    (adopted,) = adopt(["ranker"], place)

    assert "system/desk" in {each.address for each in planned.operations}
    assert "model/ranker" == adopted.address
    assert before == (place / "specs" / "desk.yaml").read_text()
    assert [] == [each for each in told(place) if each[1] == 6]
