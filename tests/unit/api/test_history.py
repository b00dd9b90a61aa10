"""The count of models that a test set judged goes from record to record."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from mlspec.api.change import plan
from mlspec.api.execute import apply_now
from mlspec.api.inspect import verify
from mlspec.api.judge import run_gates
from mlspec.api.recheck import verify_evidence
from mlspec.api.session import open_session
from mlspec.api.start import init
from mlspec.canonical import digest_bytes, digest_value
from mlspec.errors import ExitCode, TamperedPlanError
from mlspec.evidence import read_record, write_uses

NAMES = ["embedded", "git"]
GATE = "  gates: [{id: use, type: test-set-use, atMost: 2}]\n"


@pytest.fixture
def shop(tmp_path):
    init(tmp_path)
    spec = tmp_path / "specs" / "churn.yaml"
    spec.write_text(spec.read_text().replace("  evaluation:\n", f"{GATE}  evaluation:\n"))
    (tmp_path / "evaluation").mkdir()
    rows = "".join(f"c{n},{n % 2},{0.2 + 0.6 * (n % 2) + n / 1e5}\n" for n in range(300))
    (tmp_path / "evaluation" / "churn.csv").write_text(f"customer_id,left,score\n{rows}")
    return tmp_path


def release(shop, digit):
    """Name another artifact, as a retrained model is."""
    spec = shop / "specs" / "churn.yaml"
    lines = spec.read_text().splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("    digest: sha256:"))
    lines[at] = f"    digest: sha256:{digit * 64}"
    spec.write_text("\n".join(lines) + "\n")


def judged(shop, environment="prod"):
    (found,) = run_gates(directory=shop, environment=environment).judged
    return next(each for each in found.record.results if each.gate == "use")


def test_every_retrained_model_is_counted_and_none_twice(shop):
    first, again = judged(shop), judged(shop)
    release(shop, "3")
    second = judged(shop)
    release(shop, "4")
    third = judged(shop)

    assert ("history-missing", 1.0, 2.0, 3.0) == (
        first.reason_code,
        again.estimate,
        second.estimate,
        third.estimate,
    )
    assert ["pass", "pass", "fail"] == [each.verdict.value for each in (again, second, third)]


def test_models_judged_for_another_environment_count_as_well(shop):
    judged(shop, "staging")
    release(shop, "3")

    assert 2.0 == judged(shop, "prod").estimate


@pytest.mark.parametrize("runs", [1, 2])
def test_records_that_count_come_out_again(shop, runs):
    for _ in range(runs):
        judged(shop)

    report = verify_evidence(directory=shop, environment="prod", recompute=True)

    assert ExitCode.OK is report.exit_code
    assert [True] == [each.is_reproduced for each in report.records]


@pytest.mark.parametrize("file", ["churn.evidence.json", "churn.uses.json"])
def test_a_file_of_the_count_that_was_edited_is_reported_and_not_passed_over(shop, file):
    judged(shop)
    judged(shop)
    path = shop / "evidence" / "prod" / file
    path.write_text(path.read_text().replace('"subject"', '"subjekt"', 1))

    with pytest.raises(TamperedPlanError, match=file):
        judged(shop)


@pytest.mark.parametrize("file", ["churn.evidence.json", "churn.uses.json"])
def test_a_file_that_is_deleted_takes_no_count_with_it(shop, file):
    judged(shop)
    release(shop, "3")
    judged(shop)
    (shop / "evidence" / "prod" / file).unlink()
    release(shop, "4")

    assert 3.0 == judged(shop).estimate


def test_the_count_of_another_model_is_refused(shop):
    judged(shop)
    path = shop / "evidence" / "prod" / "churn.uses.json"
    path.write_text(write_uses("model/other", []))

    with pytest.raises(TamperedPlanError, match="of another model"):
        judged(shop)


def test_a_record_of_another_version_leaves_the_count_unknown_and_says_so(shop):
    judged(shop)
    (shop / "evidence" / "prod" / "churn.uses.json").unlink()
    record = shop / "evidence" / "prod" / "churn.evidence.json"
    record.write_text(record.read_text().replace("gate-result/v1", "gate-result/v0"))

    assert "history-missing" == judged(shop).reason_code


@pytest.fixture(params=NAMES)
def applied(request, shop):
    """The shop after a model was judged twice and applied, in a registry of each kind."""
    file = shop / "mlspec.yaml"
    text = file.read_text().replace("backend: embedded", f"backend: {request.param}")
    file.write_text(text.replace("    path: .mlspec/registry.db", '    remote: "."'))
    for arguments in ("init -q -b main", "config user.email a@b", "config user.name a"):
        subprocess.run(["git", *arguments.split()], cwd=shop, check=True)
    judged(shop)
    judged(shop)
    apply_now("prod", shop)
    return shop


def test_the_registry_keeps_the_record_that_a_run_rests_on_by_its_digest(applied):
    record = read_record((applied / "evidence" / "prod" / "churn.evidence.json").read_text())
    digest = digest_value(record.to_json())
    kept = open_session(applied).backend("prod").statements([digest])[digest]

    assert record == read_record(kept.content)
    assert digest == digest_bytes(kept.content.encode())


def test_what_was_applied_counts_although_all_files_of_evidence_are_gone(applied):
    shutil.rmtree(applied / "evidence")
    release(applied, "3")

    assert 2.0 == judged(applied).estimate


def test_a_record_that_forgets_what_was_applied_is_stale(applied):
    release(applied, "3")
    elsewhere = applied.with_name(f"{applied.name}-elsewhere")
    left_out = shutil.ignore_patterns("evidence", ".mlspec", ".git")
    shutil.copytree(applied, elsewhere, ignore=left_out)
    subprocess.run(["git", "init", "-q"], cwd=elsewhere, check=True)
    judged(elsewhere)
    shutil.rmtree(applied / "evidence")
    shutil.copytree(elsewhere / "evidence", applied / "evidence")

    (operation,) = plan(applied, "prod").operations
    assert "evidence-stale" == operation.blocked.code.value
    assert "forgets 1 model" in operation.blocked.reason


def test_the_ledger_with_the_records_is_intact(applied):
    assert verify(applied, "prod").is_intact


def test_an_edited_record_keeps_no_model_from_being_judged_again_where_nothing_is_counted(shop):
    spec = shop / "specs" / "churn.yaml"
    spec.write_text(spec.read_text().replace(GATE, ""))
    run_gates(directory=shop, environment="prod")
    record = shop / "evidence" / "prod" / "churn.evidence.json"
    record.write_text("{}")

    assert run_gates(directory=shop, environment="prod").judged


def test_uses_that_were_edited_are_noticed_by_who_verifies_and_who_plans(shop):
    judged(shop)
    file = shop / "evidence" / "prod" / "churn.uses.json"
    file.write_text(file.read_text().replace('"uses": [', '"uses": [ '))
    assert ExitCode.OK is verify_evidence(directory=shop, environment="prod").exit_code
    file.write_text(file.read_text().replace("2222", "3333"))

    report = verify_evidence(directory=shop, environment="prod")

    assert ExitCode.TAMPERED is report.exit_code
    assert "churn.uses.json" in report.records[0].reason
    with pytest.raises(TamperedPlanError, match=r"churn\.uses\.json"):
        plan(shop, environment="prod")
