"""`evidence add`, `list`, `verify` and incidents, on the county put under the law of the Union."""

from __future__ import annotations

import pytest
from tests.e2e import commands
from tests.unit.ledger.ssh import line, make_key

MODEL = "employment-screen"
NAME = "t.varga@example.org"
INCIDENT = """\
apiVersion: mlspec.dev/v1
kind: Incident
metadata: {name: wrong-refusals, owner: workforce-analytics}
spec:
  resource: model/employment-screen
  category: CATEGORY
  markets: [EU]
  happened: 2026-10-18T07:00:00Z
  known: 2026-10-19T09:30:00Z
  description: Forty people were refused by mistake.
"""


@pytest.fixture
def union(tmp_path):
    """The county, on the market of the Union, without gates judged."""
    root = commands.copy_workspace(commands.COUNTY, tmp_path / "county")
    spec = root / "specs" / "models" / f"{MODEL}.yaml"
    spec.write_text(spec.read_text().replace("markets: [US-MA]", "markets: [EU]"))
    (root / ".mlspec").mkdir(exist_ok=True)
    (root / ".mlspec" / "allowed_signers").write_text(line(NAME, make_key(tmp_path, "key")) + "\n")
    (tmp_path / "report.pdf").write_bytes(b"%PDF all slices were tried")
    return root


@pytest.fixture
def add(mlspec, union, tmp_path):
    def run(*arguments, file="report.pdf"):
        paper = ["--file", tmp_path / file] if file else []
        return mlspec("evidence", "add", MODEL, *paper, *arguments, cwd=union)

    return run


def listed(mlspec, root, *arguments, code=0, verb="list"):
    words = ("evidence", verb, MODEL, "--env", "prod", "--format", "json", *arguments)
    [found] = mlspec(*words, cwd=root).expect(code).json["resources"]
    return {each["kind"]: each for each in found["items"]}


def test_a_reviewer_finds_what_is_missing_adds_it_and_signs(mlspec, union, add, tmp_path):
    before = listed(mlspec, union)
    assert "missing" == before["test-report"]["status"]
    assert "EUAI-009c" in before["test-report"]["askedBy"]
    assert "`mlspec evidence add" in before["test-report"]["nextStep"]

    told = add("--kind", "test-report", "--sign", tmp_path / "key", "--format", "json").expect(0)

    assert (True, True) == (told.json["isNew"], told.json["isSigned"])
    after = listed(mlspec, union)["test-report"]
    assert ("present", [NAME]) == (after["status"], after["signers"])


def test_texts_say_how_each_item_stands_in_words_and_signs(mlspec, union, add, tmp_path):
    add("--kind", "test-report", "--sign", tmp_path / "key", "--note", "<b>|x|</b>").expect(0)
    add(
        "--kind", "notice", "--not-applicable", "Nobody outside is affected.", "--by", NAME, file=""
    ).expect(0)

    text = mlspec("evidence", "list", MODEL, "--env", "prod", cwd=union).expect(0).out

    assert "✓ present         test-report" in text
    assert f"signed by {NAME}" in text
    assert "- not-applicable  notice" in text
    assert "✗ missing         instructions" in text
    page = mlspec(
        "evidence", "list", MODEL, "--env", "prod", "--format", "markdown", cwd=union
    ).expect(0)
    assert "| ✓ | test-report | present |" in page.out


def test_verify_exits_as_gates_do(mlspec, union, add, tmp_path):
    words = ("evidence", "verify", MODEL, "--env", "staging")
    add("--kind", "penetration-test", "--env", "staging").expect(0)
    calm = mlspec(*words, cwd=union)
    (kept,) = (union / "evidence" / "_papers").iterdir()
    kept.write_bytes(b"%PDF other")

    broken = mlspec(*words, cwd=union).expect(12)

    assert calm.code in (0, 6)  # rules may already ask for more
    assert "was changed" in broken.out
    assert "put the files back as they were" in broken.out


def test_verify_answers_for_another_day(mlspec, union, add):
    words = ("evidence", "verify", MODEL, "--env", "staging", "--as-of")
    add("--kind", "penetration-test", "--env", "staging", "--valid-until", "2029-06-30").expect(0)

    last, after = (mlspec(*words, day, cwd=union).out for day in ("2029-06-30", "2029-07-01"))

    assert "✓ present penetration-test" in " ".join(last.split())
    assert "✓ present penetration-test" not in " ".join(after.split())
    assert "stale" in after
    mlspec(*words, "tomorrow", cwd=union).expect(64)


def test_a_misspelt_kind_is_met_with_the_one_that_is_meant(add, union):
    told = add("--kind", "test-raport").expect(64)

    assert "did you mean `test-report`" in told.err
    assert not (union / "evidence").exists()


def test_a_kind_that_nobody_asks_for_is_taken_and_said(add):
    assert "no rule in force looks at items" in add("--kind", "penetration-test").expect(0).err


@pytest.mark.parametrize(
    ("category", "due"),
    [
        ("serious", "report due by 2026-11-03"),
        ("death", "report due by 2026-10-29"),
        ("widespread-or-critical-infrastructure", "report due by 2026-10-21"),
        ("other", "no clock runs"),
    ],
)
def test_the_clock_of_an_incident_stands_with_the_duties(mlspec, union, category, due):
    (union / "specs" / "incidents.yaml").write_text(INCIDENT.replace("CATEGORY", category))

    told = mlspec("obligations", MODEL, "--env", "prod", "--as-of", "2026-10-20", cwd=union).expect(
        0
    )

    assert f"incident/wrong-refusals  {category}" in told.out
    assert due in told.out


def test_an_overdue_report_is_told_bars_nothing_and_a_report_mends_it(mlspec, union):
    file = union / "specs" / "incidents.yaml"
    file.write_text(INCIDENT.replace("CATEGORY", "serious"))
    overdue = mlspec("validate", "--format", "json", cwd=union).json
    [found] = [each for each in overdue["diagnostics"] if each["code"] == "EUAI-073"]
    assert ("warning", "specs/incidents.yaml") == (found["severity"], found["span"]["file"])

    file.write_text(file.read_text() + "  reported: 2026-10-25\n")

    mended = mlspec("validate", "--format", "json", cwd=union).json
    assert "EUAI-073" not in {each["code"] for each in mended["diagnostics"]}


def test_no_output_says_that_anything_is_compliant(mlspec, union, add, tmp_path):
    said = add("--kind", "test-report").expect(0).out
    for form in ("text", "json", "markdown"):
        said += mlspec("evidence", "list", "--format", form, cwd=union).expect(0).out

    assert "complian" not in said.lower()
