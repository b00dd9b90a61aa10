"""`mlspec drill`: synthetic drift on the example, and the way from its alert to a registry."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.contract import tools
from tests.e2e.commands import edit

MODEL = "employment-screen"
COMMAND = ("drill", MODEL, "--env", "prod")


def links(done):
    return {(each["id"], each["trigger"]): each["status"] for each in done.json["links"]}


@pytest.fixture
def trained(county):
    """Return the example, whose model is trained again by a pipeline."""
    tools.require("promtool")
    return county


def spec(county):
    return county / "specs" / "models" / f"{MODEL}.yaml"


DRILLED = ("ranking-decays", "inputs-move")


def untested(mlspec, county):
    found = mlspec("validate", "--format", "json", cwd=county).json["diagnostics"]
    return [each["message"] for each in found if each["code"] == "MLS512"]


def test_every_link_of_a_whole_way_is_proven(mlspec, trained):
    done = mlspec(*COMMAND, cwd=trained).expect(0)

    assert "8 of 8 links are proven" in done.out
    assert "rehearsed: inputs-move, new-survey, ranking-decays" in done.out
    assert "pass on the rows as they are, fail after auto of strength 1" in done.out
    assert "`EmploymentScreenInputDrift` fires on the measured drift" in done.out


def without_training(county):
    text = spec(county).read_text()
    start, end = text.index("  training:\n    image"), text.index("  # The calendar alone")
    spec(county).write_text(text[:start] + text[end:])


def without_target(county):
    edit(county / "mlspec.yaml", "enabled: [argo-workflows, ", "enabled: [")


def without_place(county):
    text = (county / "mlspec.yaml").read_text()
    (county / "mlspec.yaml").write_text(text[: text.index("    training:\n")])


@pytest.mark.parametrize("take_away", [without_training, without_target, without_place])
def test_a_way_without_a_pipeline_is_told(mlspec, trained, take_away):
    take_away(trained)

    done = mlspec(*COMMAND, "--format", "json", cwd=trained).expect(9)

    found = links(done)
    assert "proven" == found["drift", ""] == found["gates", ""] == found["registry", ""]
    assert "missing" == found["start", "inputs-move"]
    assert [] == done.json["rehearsed"]


def test_drift_that_nobody_sees_is_a_failure(mlspec, trained):
    done = mlspec(*COMMAND, "--strength", "0.00001", "--drift", "missing", cwd=trained).expect(7)

    assert "FAILED      drift" in done.out


def test_a_limit_that_hides_drift_is_a_failure(mlspec, trained):
    edit(spec(trained), '{name: "*", atMost: 0.1}', '{name: "*", atMost: 99}')

    assert "failed" == links(mlspec(*COMMAND, "--format", "json", cwd=trained))["drift", ""]


def test_an_alert_that_sleeps_through_drift_is_a_failure(mlspec, trained):
    edit(spec(trained), "above: 0.25", "above: 250")

    found = links(mlspec(*COMMAND, "--format", "json", cwd=trained).expect(7))

    assert "failed" == found["alert", "inputs-move"]
    assert "proven" == found["alert", "ranking-decays"]


def test_gates_that_a_challenger_does_not_pass_are_a_failure(mlspec, trained):
    edit(spec(trained), "metric: brier, atMost: 0.18", "metric: brier, atMost: 0.01")

    done = mlspec(*COMMAND, "--format", "json", cwd=trained).expect(7)

    assert "failed" == links(done)["gates", ""] == links(done)["registry", ""]


def test_gates_that_nobody_could_judge_are_no_failure(mlspec, trained):
    shutil.rmtree(trained / "evaluation" / MODEL)

    done = mlspec(*COMMAND, "--format", "json", cwd=trained).expect(9)

    found = links(done)
    assert "not-proven" == found["gates", ""] == found["registry", ""]
    assert "failed" not in found.values()
    assert [] == done.json["rehearsed"]


def test_without_promtool_nothing_is_claimed_of_alerts(mlspec, trained, tmp_path):
    done = mlspec(*COMMAND, "--format", "json", cwd=trained, env={"PATH": str(tmp_path)})

    assert "not-proven" == links(done)["alert", "inputs-move"]
    assert 9 == done.code


@pytest.mark.parametrize("drift", ["auto", "shift", "scale", "missing"])
def test_the_same_drill_finds_the_same(mlspec, trained, drift):
    command = (*COMMAND, "--drift", drift, "--strength", "1", "--discard", "--format", "json")
    first, second = (mlspec(*command, cwd=trained).json for _ in range(2))

    for each in (first, second):
        del each["asOf"], each["digest"]
    assert first == second
    assert "proven" == first["links"][0]["status"]


def test_nothing_but_the_record_is_written(mlspec, trained):
    before = {each: each.read_bytes() for each in trained.rglob("*") if each.is_file()}

    mlspec(*COMMAND, cwd=trained).expect(0)

    after = {each for each in trained.rglob("*") if each.is_file()}
    assert {trained / "evidence" / "prod" / f"{MODEL}.drill.json"} == after - before.keys()
    assert all(each.read_bytes() == content for each, content in before.items())


def test_a_record_counts_instead_of_a_day(mlspec, trained):
    text = spec(trained).read_text()
    spec(trained).write_text(text.replace(', lastTested: "2026-09-10"', ""))
    assert 2 == len(untested(mlspec, trained))

    mlspec(*COMMAND, cwd=trained).expect(0)

    assert [] == untested(mlspec, trained)
    told = card(mlspec, trained, "retraining")
    (day,) = {told[f"retraining.rehearsed[Trigger: {each}]"]["source"] for each in DRILLED}
    assert f"evidence/prod/{MODEL}.drill.json:1" == day
    mlspec("dossier", MODEL, "--env", "prod", "--out", "dossier", cwd=trained).expect(0)
    assert (trained / "dossier/evidence/drills/prod" / f"{MODEL}.drill.json").is_file()


def card(mlspec, root, section):
    done = mlspec("card", MODEL, "--env", "prod", "--offline", "--format", "json", cwd=root)
    (found,) = [each for each in done.expect(0).json["sections"] if each["id"] == section]
    return {each["id"]: each for each in found["values"]}


def test_drift_that_a_drill_made_up_is_no_last_value(mlspec, rehearsed):
    told = card(mlspec, rehearsed, "monitoring")

    last = [each for name, each in told.items() if name.startswith("monitoring.value")]
    assert 7 == len(last)
    assert {"missing"} == {each["status"] for each in last}


@pytest.fixture
def rehearsed(mlspec, trained):
    text = spec(trained).read_text()
    spec(trained).write_text(text.replace(', lastTested: "2026-09-10"', ""))
    mlspec(*COMMAND, cwd=trained).expect(0)
    return trained


def test_a_way_that_changed_since_is_not_rehearsed(mlspec, rehearsed):
    edit(spec(rehearsed), "command: [python, train.py]", "command: [python, other.py]")

    assert 2 == len(untested(mlspec, rehearsed))


@pytest.mark.parametrize("place", ["told", "status", "rehearsed"])
def test_a_record_that_was_changed_does_not_count(mlspec, rehearsed, place):
    file = rehearsed / "evidence" / "prod" / f"{MODEL}.drill.json"
    record = json.loads(file.read_text())
    if place == "rehearsed":
        record["rehearsed"].append("another")
    else:
        record["links"][0][place] = "missing"
    file.write_text(json.dumps(record))

    assert 2 == len(untested(mlspec, rehearsed))


def test_the_record_of_another_model_does_not_count(mlspec, rehearsed):
    folder = rehearsed / "evidence" / "prod"
    shutil.move(folder / f"{MODEL}.drill.json", folder / "form-digit-reader.drill.json")

    assert 2 == len(untested(mlspec, rehearsed))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--strength", "0"), "`--strength` is 0"),
        (("--strength", "nan"), "`--strength` is nan"),
        (("--drift", "missing", "--strength", "2"), "`--strength` is 2"),
    ],
)
def test_a_strength_that_means_nothing_is_refused(mlspec, county, arguments, said):
    mlspec(*COMMAND, *arguments, cwd=county).refused(64, said)


def test_a_model_that_is_never_trained_again_has_no_drill(mlspec, county):
    text = spec(county).read_text()
    start, end = text.index("  retraining:"), text.index("  oversight:")
    spec(county).write_text(text[:start] + text[end:])

    mlspec(*COMMAND, cwd=county).refused(64, "`model/employment-screen` has no triggers")
