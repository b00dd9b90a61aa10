"""`gate run` in the formats of CI, and `gate verify`: a second look at what was recorded."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

MODEL = "employment-screen"


@pytest.fixture
def record(county):
    return county / "evidence" / "prod" / f"{MODEL}.evidence.json"


@pytest.fixture
def strict(county):
    """Ask for more than the model has."""
    file = county / "mlspec.yaml"
    file.write_text(file.read_text().replace("value: 0.72", "value: 0.99"))
    return county


def test_verdicts_are_verified_and_come_out_again(mlspec, county):
    told = mlspec("gate", "verify", "--recompute", "--format", "json", cwd=county).expect(0).json

    assert {each["isReproduced"] for each in told["records"]} == {True}
    assert {each["status"] for each in told["records"]} == {"present"}


def test_without_recomputing_nothing_is_claimed_about_it(mlspec, county):
    told = mlspec("gate", "verify", "--format", "json", cwd=county).expect(0).json

    assert {each["isReproduced"] for each in told["records"]} == {None}


def test_a_record_whose_files_changed_is_stale_and_named(mlspec, county):
    file = county / "evaluation" / MODEL / "challenger.csv"
    (file if file.exists() else next((county / "evaluation" / MODEL).iterdir())).write_bytes(b"x")

    refused = mlspec("gate", "verify", MODEL, "--env", "prod", cwd=county).expect(6)

    assert "stale" in refused.out
    assert "was changed after the run" in refused.out


def test_an_edited_record_is_refused(mlspec, county, record):
    record.write_text(record.read_text().replace('"verdict": "inconclusive"', '"verdict": "pass"'))

    mlspec("gate", "verify", MODEL, cwd=county).refused(12, "was changed after it was written")


def test_a_verdict_that_was_made_up_does_not_come_out_again(mlspec, county, record):
    from mlspec.canonical import digest_value

    statement = json.loads(record.read_text())
    predicate = statement["predicate"]
    del predicate["recordDigest"]
    floor = next(each for each in predicate["gates"] if each["id"] == "auc-floor")
    floor["estimate"] = 0.99
    predicate["recordDigest"] = digest_value(statement)
    record.write_text(json.dumps(statement))

    whole = mlspec("gate", "verify", MODEL, "--env", "prod", cwd=county)
    again = mlspec("gate", "verify", MODEL, "--env", "prod", "--recompute", cwd=county)

    assert (whole.code, again.code) == (0, 12)
    assert "another result for auc-floor" in again.out


def test_the_standard_form_beside_the_record_says_passed_warned_and_failed(mlspec, county, strict):
    beside = county / "evidence" / "prod" / f"{MODEL}.test-result.json"
    before = json.loads(beside.read_text())["predicate"]
    mlspec("gate", "run", MODEL, "--env", "prod", cwd=strict).expect(7)
    after = json.loads(beside.read_text())["predicate"]

    assert (before["result"], after["result"]) == ("WARNED", "FAILED")
    assert (before["failedTests"], after["failedTests"]) == ([], ["auc-floor"])
    assert "accuracy-gain" in before["warnedTests"]
    assert "auc-floor" in before["passedTests"]


def test_junit_fails_where_a_gate_fails_and_errs_where_nothing_could_be_told(mlspec, strict):
    ran = mlspec("gate", "run", MODEL, "--env", "prod", "--format", "junit", cwd=strict).expect(7)
    (strict / "evaluation").rename(strict / "elsewhere")
    lost = mlspec("gate", "run", MODEL, "--env", "prod", "--format", "junit", cwd=strict).expect(9)

    failed, erred = ET.fromstring(ran.out), ET.fromstring(lost.out)
    assert [each.get("type") for each in failed.iter("failure")] == ["fail"]
    assert failed.find(".//error") is None
    assert {each.get("type") for each in erred.iter("error")} == {"not-evaluated"}
    assert erred.find(".//skipped") is None
    assert int(erred.get("errors")) > 0


def test_sarif_names_the_spec_and_tells_what_blocks_from_what_does_not(mlspec, strict):
    ran = mlspec("gate", "run", MODEL, "--env", "prod", "--format", "sarif", cwd=strict).expect(7)

    (run,) = ran.json["runs"]
    levels = {each["ruleId"]: each["level"] for each in run["results"]}
    places = {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in run["results"]
    }
    assert levels == {
        "requirement-missed": "error",
        "interval-straddles": "note",
        "parts-fail": "note",
        "parts-inconclusive": "note",
    }
    assert places == {f"specs/models/{MODEL}.yaml"}


def test_markdown_shows_the_worst_first(mlspec, strict):
    ran = mlspec("gate", "run", MODEL, "--env", "prod", "--format", "markdown", cwd=strict)

    rows = [line for line in ran.expect(7).out.splitlines() if line.startswith("| ")]
    assert rows[2].startswith("| fail | `auc-floor` |")


def test_a_report_goes_to_a_file_while_people_read_the_verdicts(mlspec, county):
    ran = mlspec(
        "gate", "run", MODEL, "--format", "junit", "--out", "gates.xml", cwd=county
    ).expect(0)

    assert "auc-floor" in ran.out
    assert ET.parse(county / "gates.xml").getroot().tag == "testsuites"


def test_a_page_of_html_shows_every_gate_and_curves(mlspec, county):
    page = county / "gates.html"
    ran = mlspec(
        *("gate", "run", MODEL, "--env", "prod", "--format", "html", "--out", page), cwd=county
    ).expect(0)

    told = page.read_text()
    assert "auc-floor" in told
    assert "listed-evenly-by-race" in told
    assert "ROC curve" in told
    assert "<script" not in told
    assert "auc-floor" in ran.out
