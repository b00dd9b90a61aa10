"""What a plan says a change means, and where each effective value comes from."""

from __future__ import annotations

import json

import pytest
from tests.e2e.commands import edit

SCREEN = "specs/models/employment-screen.yaml"


@pytest.fixture
def live(mlspec, county):
    """The county example, applied to staging."""
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=county).expect(0)
    mlspec("apply", "plan.json", cwd=county).expect(0)
    return county


@pytest.fixture
def change(mlspec, live):
    """Edit a spec and return the changes that a plan sees: path -> change."""

    def run(old, new, file=SCREEN):
        edit(live / file, old, new)
        plan = mlspec("plan", "--env", "staging", "--format", "json", cwd=live).expect(0).json
        text = mlspec("plan", "--env", "staging", cwd=live).expect(0).out
        found = {
            each["path"]: each
            for operation in plan["body"]["operations"]
            for each in operation["changes"]
        }
        return found, text

    return run


@pytest.mark.parametrize(
    ("old", "new", "path", "direction"),
    [
        ("atLeast: 0.70,", "atLeast: 0.60,", "spec.gates[auc-floor].atLeast", "loosened"),
        ("atLeast: 0.70,", "atLeast: 0.71,", "spec.gates[auc-floor].atLeast", "tightened"),
        ("atMost: 0.18", "atMost: 0.2", "spec.gates[calibration].atMost", "loosened"),
        ("margin: 0.02", "margin: 0.03", "spec.gates[in-work-recall].margin", "loosened"),
        ("above: 0.25", "above: 0.4", "spec.monitoring[input-drift].above", "loosened"),
        ("below: 0.7\n", "below: 0.72\n", "spec.monitoring[matured-auc].below", "tightened"),
        ("OnFailure: true", "OnFailure: false", "spec.rollout.abortOnFailure", "loosened"),
        ("affectsPeople: true", "affectsPeople: false", "spec.risk.affectsPeople", "loosened"),
    ],
)
def test_the_direction_of_a_change_comes_with_its_place(change, live, old, new, path, direction):
    lines = (live / SCREEN).read_text().splitlines()
    line = next(number for number, each in enumerate(lines, 1) if old.strip() in each)

    changes, text = change(old, new)

    assert changes[path]["at"].startswith(f"{SCREEN}:{line}:")
    assert changes[path]["direction"] == direction
    told = next(each for each in text.splitlines() if f" {path}  " in each)
    assert f"({direction})" in told
    assert f"{SCREEN}:{line}:" in told


def test_a_lower_tier_is_shown_with_both_tiers(change):
    changes, text = change("tier: high", "tier: limited")

    assert changes["spec.risk.tier"] | {"at": ""} == {
        "path": "spec.risk.tier",
        "old": "high",
        "new": "limited",
        "class": "tier",
        "direction": "loosened",
        "at": "",
    }
    assert "high -> limited" in text.replace('"', "")


def test_a_removed_gate_is_a_loosening(change):
    gate = "    - {id: calibration, type: metric-threshold, metric: brier, atMost: 0.18}\n"

    changes, text = change(gate, "")

    assert changes["spec.gates[calibration]"]["direction"] == "loosened"
    assert "loosening" in text


def test_a_change_of_words_loosens_nothing(change):
    changes, text = change("Orders the outreach list", "Sorts the outreach list")

    assert {each["class"] for each in changes.values()} == {"cosmetic"}
    assert "loosen" not in text


def test_every_effective_value_names_its_origin(mlspec, county):
    show = ["show", "model/employment-screen", "--format", "json"]

    def values(*extra):
        shown = mlspec(*show, *extra, cwd=county).expect(0).json
        return {each["path"]: each for each in shown["values"]}

    written, prod = values(), values("--env", "prod")
    floor = "spec.gates[auc-floor].atLeast"

    assert (written[floor]["value"], written[floor]["origin"]) == (0.7, "spec")
    assert written[floor]["at"].startswith(f"{SCREEN}:")
    assert (prod[floor]["value"], prod[floor]["at"].partition(":")[0]) == (0.72, "mlspec.yaml")
    assert "prod" in prod[floor]["origin"]
    assert prod["spec.serving.replicas.minimum"]["at"].startswith("mlspec.yaml:")
    assert prod["spec.serving.port"]["at"] == written["spec.serving.port"]["at"]
    assert {each["origin"] for each in written.values()} == {"default", "spec"}
    line = int(prod[floor]["at"].split(":")[1])
    assert "0.72" in (county / "mlspec.yaml").read_text().splitlines()[line - 1]


def test_values_of_an_environment_are_planned_for_it(mlspec, county):
    mlspec("plan", "--env", "prod", "--out", "plan.json", cwd=county).expect(0)
    mlspec("apply", "plan.json", cwd=county).expect(0)
    edit(county / "mlspec.yaml", "value: 0.72", "value: 0.71")

    staging = mlspec("plan", "--env", "staging", cwd=county).expect(0)
    prod = mlspec("plan", "--env", "prod", "--format", "json", cwd=county).expect(0).json

    (change,) = [
        change
        for operation in prod["body"]["operations"]
        for change in operation["changes"]
        if change["path"] == "spec.gates[auc-floor].atLeast"
    ]
    assert (change["old"], change["new"], change["direction"]) == (0.72, 0.71, "loosened")
    assert change["at"].startswith("mlspec.yaml:")
    assert "0.71" not in staging.out


def test_a_plan_holds_each_address_once_and_in_order(mlspec, county):
    plan = json.loads(mlspec("plan", "--env", "prod", "--format", "json", cwd=county).expect(0).out)
    addresses = [each["address"] for each in plan["body"]["operations"]]

    assert addresses == sorted(set(addresses))


def test_a_gate_set_that_asks_for_more_waits_until_its_models_were_judged_again(mlspec, county):
    plan = ["plan", "--env", "prod", "--out", "plan.json"]
    mlspec(*plan, cwd=county).expect(0)
    mlspec("apply", "plan.json", cwd=county).expect(0)
    edit(county / "specs" / "shared.yaml", "margin: 0.005", "margin: 0.004")

    shown = mlspec(*plan, cwd=county).expect(0)

    assert "! LOW  gate-set/no-worse-than-champion" in shown.out
    for model in ("biopsy-second-reader", "employment-screen"):
        assert f"model/{model}: evidence stale, " in shown.out
    mlspec("apply", "plan.json", cwd=county).refused(6, "`gate-set/no-worse-than-champion`")
    mlspec("gate", "run", "--env", "prod", cwd=county).expect(0)
    mlspec("apply", "plan.json", cwd=county).refused(6, "make the plan again")
    mlspec(*plan, cwd=county).expect(0)
    mlspec("apply", "plan.json", cwd=county).expect(0)


@pytest.mark.parametrize("command", ["history", "status"])
def test_an_address_that_the_registry_never_saw_is_a_usage_error(mlspec, live, command):
    ask = [command, "--env", "staging"]

    mlspec(*ask, "model/employment-screen", cwd=live).expect(0)
    mlspec(*ask, "model/employment-scren", cwd=live).refused(
        64,
        "the registry of `staging` holds no `model/employment-scren`",
        "did you mean `model/employment-screen`?",
    )
    mlspec(command, "model/employment-screen", "--env", "prod", cwd=live).refused(64)


def test_what_was_retired_still_has_its_history(mlspec, live):
    (live / "specs" / "spare.yaml").write_text(
        "apiVersion: mlspec.dev/v1\nkind: Team\nmetadata: {name: spare}\n"
        "spec: {members: [ana@example.org]}\n"
    )
    for name in ("with.json", "without.json"):
        mlspec("plan", "--env", "staging", "--out", name, cwd=live).expect(0)
        mlspec("apply", name, cwd=live).expect(0)
        (live / "specs" / "spare.yaml").unlink(missing_ok=True)

    told = mlspec("history", "team/spare", "--env", "staging", "--format", "json", cwd=live).expect(
        0
    )

    assert [each["serial"] for each in told.json["runs"]] == [2, 3]


def test_a_template_of_the_workspace_is_part_of_what_was_reviewed(mlspec, shop):
    edit(shop / "mlspec.yaml", "  registry:\n", "  paths: {templates: looks}\n  registry:\n")
    card = shop / "looks" / "model_card" / "card.md.j2"
    card.parent.mkdir(parents=True)
    card.write_text("# {{ card.name | markdown }}\n")
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)

    card.write_text("# Forged\n")

    mlspec("apply", "plan.json", cwd=shop).refused(13, "`looks/model_card/card.md.j2` was changed")
