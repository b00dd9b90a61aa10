"""`gate run` in the formats of CI, and `gate verify`: a second look at what was recorded."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from tests.unit.ledger.ssh import line, make_key

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

    found = mlspec("gate", "verify", MODEL, cwd=county).expect(12)
    assert "not whole" in found.out
    assert "was changed after it was written" in found.out


def test_an_edited_record_of_another_model_is_told_and_stops_nothing(mlspec, county, record):
    record.write_text(record.read_text().replace('"verdict": "inconclusive"', '"verdict": "pass"'))

    other = "biopsy-second-reader"
    told = mlspec("gate", "verify", other, "--env", "prod", "--format", "json", cwd=county).json
    every = mlspec("gate", "verify", "--env", "prod", cwd=county).expect(12).out

    assert {f"model/{other}": True, f"model/{MODEL}": False} == {
        each["address"]: each["isWhole"] for each in told["records"]
    }
    assert f"model/{other} (prod): present" in every
    assert f"model/{MODEL} (prod): not whole" in every


def test_a_verdict_that_was_made_up_does_not_come_out_again(mlspec, county, record):
    from mlspec.canonical import digest_value

    statement = json.loads(record.read_text())
    predicate = statement["predicate"]
    del predicate["recordDigest"]
    floor = next(each for each in predicate["gates"] if each["id"] == "auc-floor")
    floor["estimate"] = floor["interval"]["upper"]  # as its interval allows: nothing else tells
    predicate["recordDigest"] = digest_value(statement)
    record.write_text(json.dumps(statement))

    beside = mlspec("gate", "verify", MODEL, "--env", "prod", cwd=county)
    record.with_name(f"{MODEL}.run.json").unlink()
    whole = mlspec("gate", "verify", MODEL, "--env", "prod", cwd=county)
    again = mlspec("gate", "verify", MODEL, "--env", "prod", "--recompute", cwd=county)

    assert (beside.code, whole.code, again.code) == (12, 0, 12)
    assert "is about another record" in beside.out
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
    lines = (strict / "specs" / "models" / f"{MODEL}.yaml").read_text().splitlines()
    regions = [e["locations"][0]["physicalLocation"]["region"] for e in run["results"]]
    named = [each["message"]["text"].split()[1] for each in run["results"]]
    for gate, region in zip(named, regions, strict=True):
        written = " ".join(lines[region["startLine"] - 1 : region["startLine"] + 1])
        assert f"id: {gate}" in written[region["startColumn"] - 1 :]


@pytest.mark.parametrize("word", ["markdown", "md"])
def test_markdown_shows_the_worst_first(mlspec, strict, word):
    ran = mlspec("gate", "run", MODEL, "--env", "prod", "--format", word, cwd=strict)

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


@pytest.fixture
def key(tmp_path, county):
    """A key that may sign for this workspace."""
    key = make_key(tmp_path / "keys", "ci")
    folder = county / ".mlspec"
    folder.mkdir(exist_ok=True)
    (folder / "allowed_signers").write_text(line("ci@example.org", key) + "\n")
    return key


def test_verify_shows_who_signed_what_it_is_bound_to_and_each_verdict(mlspec, county, key):
    said = mlspec("gate", "run", MODEL, "--env", "prod", "--sign", str(key), cwd=county).expect(0)
    shown = mlspec("gate", "verify", MODEL, "--env", "prod", cwd=county).expect(0).out
    told = mlspec("gate", "verify", MODEL, "--env", "prod", "--format", "json", cwd=county).json

    (record,) = told["records"]
    assert "signed beside it" in said.err
    assert "by ci@example.org" in shown
    assert f"model/{MODEL} (prod): present" in shown
    assert "auc-floor" in shown
    assert record["boundTo"]["artifact"] in shown
    assert ["ci@example.org"] == record["signers"]
    assert {"auc-floor": "pass"}.items() <= {
        each["id"]: each["verdict"] for each in record["gates"]
    }.items()


def test_a_signature_that_is_gone_ends_with_tampered_and_says_what_to_do(mlspec, county, key):
    mlspec("gate", "run", MODEL, "--env", "prod", "--sign", str(key), cwd=county).expect(0)
    (county / "evidence" / "prod" / f"{MODEL}.evidence.dsse.json").unlink()

    assert "is gone" in mlspec("gate", "verify", MODEL, "--env", "prod", cwd=county).expect(12).out
    mlspec("plan", "--env", "prod", cwd=county).refused(12, "is gone")


def test_verify_says_the_next_step_where_a_record_is_missing(mlspec, county, record):
    record.unlink()

    found = mlspec("gate", "verify", MODEL, "--env", "prod", cwd=county).expect(6)

    assert f"next: `mlspec gate run {MODEL} --env prod`" in found.out


def test_a_verdict_that_waits_for_a_review_ends_with_inconclusive_unless_it_is_left_to_the_plan(
    mlspec, shop
):
    for action, ends in (("block", (8, 8)), ("review", (8, 0))):
        undecided(shop, action)
        codes = tuple(
            mlspec("gate", "run", "churn", "--env", "prod", *left, cwd=shop).code
            for left in ((), ("--leave-to-review",))
        )
        assert ends == codes


def undecided(shop, action):
    """Let the gate of a model ask for what its rows leave open."""
    spec = shop / "specs" / "churn.yaml"
    text = spec.read_text().replace("  gateSets: [better-than-chance@v1]\n", "")
    gate = (
        "  gates: [{id: open, type: metric-threshold, metric: accuracy, atLeast: 0.8, "
        f"onInconclusive: {action}}}]\n"
    )
    kept = [each for each in text.splitlines(keepends=True) if not each.startswith("  gates: [")]
    at = next(place for place, each in enumerate(kept) if each.startswith("  evaluation:"))
    spec.write_text("".join([*kept[:at], gate, *kept[at:]]))
    (shop / "evaluation").mkdir(exist_ok=True)
    rows = "".join(f"c{n},{n % 2},{(n % 2) if n % 5 else 1 - n % 2}\n" for n in range(300))
    (shop / "evaluation" / "churn.csv").write_text(f"customer_id,left,score\n{rows}")


def test_a_waiver_that_has_ended_stands_in_every_report(mlspec, shop):
    undecided(shop, "block")
    spec = shop / "specs" / "churn.yaml"
    waiver = 'waiver: {reason: late, owner: growth, approver: you@example.org, until: "2024-01-31"}'
    spec.write_text(spec.read_text().replace("onInconclusive: block", waiver))
    told = "ended on 2024-01-31"

    for form in ("text", "markdown", "junit"):
        found = mlspec("gate", "run", "churn", "--env", "prod", "--format", form, cwd=shop)
        assert (8, True) == (found.code, told in found.out), form
    kept = json.loads((shop / "evidence" / "prod" / "churn.evidence.json").read_text())
    (gate,) = kept["predicate"]["gates"]
    assert (None, "2024-01-31") == (gate["waiver"], gate["lapsedWaiver"]["until"])
