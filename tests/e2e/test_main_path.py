"""The main job on every workspace that ships: validate, judge, plan, apply, look."""

from __future__ import annotations

import json

import pytest
from tests.e2e.commands import CHECKOUT, COUNTY, contents, copy_workspace, run_process

WORKSPACES = sorted(each.parent for each in (CHECKOUT / "examples").glob("*/mlspec.yaml"))


def test_every_example_is_sound_or_broken_on_purpose(mlspec):
    codes = {each.name: mlspec("validate", "-C", each).code for each in WORKSPACES}

    assert codes == {"broken": 4, "county": 0, "support": 0}


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_the_county_example_goes_from_specs_to_an_empty_plan(mlspec, tmp_path, environment):
    root = copy_workspace(COUNTY, tmp_path / "county")
    command = run_process if environment == "prod" else mlspec

    def run(*arguments, code=0):
        return command(*arguments, cwd=root).expect(code)

    run("validate")
    run("gate", "run", "--env", environment)
    run("plan", "--env", environment, "--out", "plan.json", "--detailed-exitcode", code=2)
    run("apply", "plan.json")
    again = run("plan", "--env", environment, "--detailed-exitcode")
    assert "No changes" in again.out
    run("compile", "--env", environment)
    run("compile", "--env", environment, "--check")


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_a_new_workspace_goes_from_specs_to_an_empty_plan(mlspec, shop, environment):
    if environment == "prod":
        make_evidence(mlspec, shop)
    mlspec("validate", cwd=shop).expect(0)
    mlspec("plan", "--env", environment, "--out", "plan.json", cwd=shop).expect(0)
    mlspec("apply", "plan.json", cwd=shop).expect(0)
    mlspec("plan", "--env", environment, "--detailed-exitcode", cwd=shop).expect(0)
    mlspec("compile", "--env", environment, cwd=shop).expect(0)


def make_evidence(mlspec, shop):
    """Write predictions that pass the one gate of the scaffold, and judge them."""
    rows = [f"{row},{row % 2},{0.1 + 0.8 * (row % 2) + row / 1e5}" for row in range(400)]
    (shop / "evaluation").mkdir()
    (shop / "evaluation" / "churn.csv").write_text("\n".join(["customer_id,left,score", *rows]))
    mlspec("gate", "run", cwd=shop).expect(0)


def test_the_broken_example_shows_every_problem_and_is_never_planned(mlspec, tmp_path):
    root = copy_workspace(CHECKOUT / "examples" / "broken", tmp_path / "broken")
    before = contents(root)

    told = mlspec("validate", "--format", "json", cwd=root).expect(4).json
    for command in (["plan"], ["compile"], ["gate", "run"], ["show", "model/x"]):
        mlspec(*command, cwd=root).refused(4, "the specs have", "hint: run `mlspec validate`")
    assert "the specs have errors" in mlspec("status", cwd=root).expect(0).err

    assert len(told["diagnostics"]) > 10
    assert contents(root) == before


@pytest.fixture
def applied(mlspec, county):
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=county).expect(0)
    mlspec("apply", "plan.json", "--as", "ana", cwd=county).expect(0)
    return county


def test_a_plan_that_was_applied_is_applied_again_without_writing(mlspec, applied):
    before = contents(applied)

    again = mlspec("apply", "plan.json", cwd=applied).expect(0)
    as_json = mlspec("apply", "plan.json", "--format", "json", cwd=applied).expect(0).json

    assert "already applied" in again.out.lower()
    assert as_json["outcome"] == "already-applied"
    assert contents(applied) == before


def test_a_plan_that_was_applied_is_a_success_whatever_has_moved_since(mlspec, applied):
    text = (applied / "specs" / "shared.yaml").read_text()
    (applied / "specs" / "shared.yaml").write_text(text.replace("margin: 0.01", "margin: 0.02"))
    mlspec("plan", "--env", "staging", "--out", "next.json", cwd=applied).expect(0)
    mlspec("apply", "next.json", cwd=applied).expect(0)

    assert "already applied" in mlspec("apply", "plan.json", cwd=applied).expect(0).out.lower()


def test_what_was_applied_can_be_looked_up(mlspec, applied):
    def look(*arguments):
        return mlspec(*arguments, "--env", "staging", "--format", "json", cwd=applied).expect(0)

    status = look("status").json
    (run,) = look("history").json["runs"]
    plan = json.loads((applied / "plan.json").read_text())

    assert {each["address"] for each in status["objects"]} == {
        each["address"] for each in plan["body"]["operations"]
    }
    assert (run["plan"], run["actor"], run["serial"]) == (plan["envelope"]["digest"], "ana", 1)
    assert len(look("status", "model/form-digit-reader").json["objects"]) == 1
    assert len(look("history", "model/form-digit-reader").json["runs"]) == 1
    assert look("audit", "verify").json["intact"] is True
    assert look("show", "model/form-digit-reader").json["address"] == "model/form-digit-reader"
    assert look("show", "plan.json").json == plan


def test_environments_do_not_see_each_other(mlspec, applied):
    status = mlspec("status", "--env", "prod", "--format", "json", cwd=applied).expect(0).json
    plan = mlspec("plan", "--env", "prod", "--detailed-exitcode", cwd=applied)

    assert status["objects"] == []
    plan.expect(2)


def test_looking_writes_nothing(mlspec, applied):
    before = contents(applied)

    for command in (
        ["validate"],
        ["plan", "--env", "staging"],
        ["plan", "--env", "prod"],
        ["status", "--env", "staging"],
        ["history", "--env", "staging"],
        ["audit", "verify", "--env", "staging"],
        ["show", "model/form-digit-reader"],
        ["show", "plan.json"],
        ["compile", "--env", "staging", "--check"],
        ["doctor"],
    ):
        mlspec(*command, cwd=applied)

    assert contents(applied) == before
