"""An observed model becomes a managed one; what nobody knows has to be said first."""

from __future__ import annotations

import pytest
from tests.unit.importing.dumps import dump, model, version, workspace

from mlspec.api.adopting import adopt
from mlspec.api.change import plan
from mlspec.api.check import validate
from mlspec.api.importing import ImportOptions, import_models
from mlspec.api.inventory import InventoryOptions, take_inventory
from mlspec.api.start import init
from mlspec.errors import UsageError
from mlspec.importing import Outcome
from mlspec.inventory import Class, Standing
from mlspec.reporting.imports import render_import

TEAM = f"""\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: crm}}
spec: {{members: [ana@example.org], onCall: {{receiver: crm, contact: crm@example.org}}}}
---
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {{name: customers, version: v1, owner: crm}}
spec: {{uri: c.csv, format: csv, licence: CC0-1.0, digest: "sha256:{"1" * 64}"}}
"""
SAID = {
    "digest: unknown": f"digest: sha256:{'2' * 64}",
    "task: unknown": "task: binary-classification",
    "purpose: unknown": "purpose: Finds customers who leave.",
    "      - unknown": "      - customers@v1",
    "name: unknown": "name: score",
    "type: unknown": "type: float",
    "tier: unknown": "tier: minimal",
    "domain: unknown": "domain: marketing",
    "affectsPeople: unknown": "affectsPeople: false",
    "automatedDecision: unknown": "automatedDecision: false",
    "sensitiveData: unknown": "sensitiveData: false",
}


@pytest.fixture
def shop(tmp_path):
    """A workspace with one imported model."""
    shop = workspace(tmp_path / "shop")
    (shop / "specs" / "teams.yaml").write_text(TEAM)
    reload(shop, tmp_path)
    return shop


def reload(shop, folder):
    churn = model("Churn Model", aliases={"champion": "3"}, tags={"team": "crm"})
    source = dump(folder / "d", [churn], [version("Churn Model", "3", source="s3://b/c.onnx")])
    return import_models(ImportOptions("mlflow", str(source)), shop)


def file_of(shop):
    return shop / "specs" / "imported" / "churn-model.yaml"


def errors(shop):
    return [each for each in validate(directory=shop).diagnostics if each.severity == "error"]


def test_what_has_to_be_said_is_listed_once_each(shop):
    (made,) = adopt(["churn-model"], shop)

    assert ("model/churn-model", "specs/imported/churn-model.yaml") == (made.address, made.file)
    lines = file_of(shop).read_text().splitlines()
    marked = [number for number, line in enumerate(lines, 1) if "unknown" in line]
    assert marked == [each.span.start.line for each in made.missing]
    assert len(SAID) == len(marked)
    assert "`training` has `unknown`" in [each.message for each in made.missing]


def test_a_check_says_the_same_and_writes_nothing(shop):
    before = file_of(shop).read_bytes()
    (told,) = adopt(["observed-model/churn-model"], shop, is_check=True)

    assert before == file_of(shop).read_bytes()
    assert (told,) == adopt(["churn-model"], shop)


def test_once_everything_is_said_the_model_is_planned(shop):
    assert "model/churn-model" not in {each.address for each in plan(shop).operations}
    adopt(["churn-model"], shop)
    text = file_of(shop).read_text()
    for unknown, said in SAID.items():
        assert 1 == text.count(unknown)
        text = text.replace(unknown, said)
    file_of(shop).write_text(text)

    assert [] == errors(shop)
    (made,) = (each for each in plan(shop).operations if each.address == "model/churn-model")
    assert "create" == made.action.value
    assert "    name: Churn Model\n    id: 1712000000000\n" in text
    assert "  version: v3\n" in text
    assert "    format: onnx\n" in text


def test_comments_stay_with_the_keys_they_were_written_for(shop):
    text = file_of(shop).read_text()
    text = text.replace("  owner: crm", "  # asked Ana\n  owner: crm")
    text = text.replace("  licence: unknown", "  # who knows\n  licence: unknown")
    file_of(shop).write_text(text.replace("  tier: unknown", "  tier: unknown # ask legal"))

    adopt(["churn-model"], shop)

    text = file_of(shop).read_text()
    assert "  # asked Ana\n  owner: crm\n" in text
    assert "    # ask legal\n    tier: unknown\n" in text
    assert "# who knows\n" in text
    assert "Written by" not in text


def test_an_adopted_model_is_imported_no_more(shop, tmp_path):
    adopt(["churn-model"], shop)
    before = file_of(shop).read_bytes()

    with_errors = reload(shop, tmp_path)
    text = file_of(shop).read_text()
    for unknown, said in SAID.items():
        text = text.replace(unknown, said)
    file_of(shop).write_text(text)
    sound = reload(shop, tmp_path)

    assert [Outcome.MANAGED] == [each.outcome for each in with_errors.models]
    assert [("model/churn-model", Outcome.MANAGED)] == [
        (each.address, each.outcome) for each in sound.models
    ]
    assert text == file_of(shop).read_text() != before.decode()


@pytest.mark.parametrize(
    ("word", "said"), [("churn-mode", "is observed"), ("model/crm", "is observed")]
)
def test_what_is_not_observed_can_not_be_adopted(shop, word, said):
    before = file_of(shop).read_bytes()

    with pytest.raises(UsageError, match=said):
        adopt(["churn-model", word], shop)

    assert before == file_of(shop).read_bytes()


def test_a_file_with_other_documents_is_not_rewritten(shop):
    file_of(shop).write_text(file_of(shop).read_text() + "---\n" + TEAM.replace("crm", "crn"))

    with pytest.raises(UsageError, match="holds other documents"):
        adopt(["churn-model"], shop)


def told(shop):
    return [(each.code, each.span.start.line, each.message) for each in errors(shop)]


def test_validate_counts_what_adopt_lists_and_one_finding_has_one_cause(shop):
    (made,) = adopt(["churn-model"], shop)

    assert told(shop) == [(each.code, each.span.start.line, each.message) for each in made.missing]
    assert len(made.missing) == len({each.span for each in made.missing})


@pytest.mark.parametrize("kept", [("purpose: unknown",), ("      - unknown",), ("owner: unknown",)])
def test_a_name_that_nobody_said_is_no_dangling_one_as_well(shop, kept):
    adopt(["churn-model"], shop)
    text = file_of(shop).read_text().replace("owner: crm", "owner: unknown")
    for unknown, said in (SAID | {"owner: unknown": "owner: crm"}).items():
        text = text if unknown in kept else text.replace(unknown, said)
    file_of(shop).write_text(text)

    assert ["MLS620"] == [code for code, _, _ in told(shop)]


def test_a_live_model_of_an_adopted_spec_with_errors_is_documented(shop, tmp_path):
    adopt(["churn-model"], shop)
    options = InventoryOptions(live=(str(tmp_path / "d"),), as_of="2026-11-22", offline=True)
    rows = {each.address: each for each in take_inventory(options, shop).rows}

    assert {"model/churn-model"} == {*rows}
    assert (Class.MANAGED, Class.UNREADABLE) == rows["model/churn-model"].classes
    assert Standing.LIVE is rows["model/churn-model"].standing


@pytest.fixture
def beside_the_example(tmp_path):
    """A fresh workspace with the example of `init`, and what a server says of a real `churn`."""
    init(tmp_path / "fresh")

    def imported(tags=()):
        found = model("churn", aliases={"champion": "3"}, tags=dict(tags))
        dump(tmp_path / "d", [found], [version("churn", "3", source="s3://b/c.onnx")])
        return import_models(ImportOptions("mlflow", str(tmp_path / "d")), tmp_path / "fresh")

    return tmp_path / "fresh", imported


def test_a_real_model_has_its_name_though_the_example_of_init_has_it_too(beside_the_example):
    root, imported = beside_the_example
    report = imported()

    assert [("observed-model/churn", Outcome.ADDED)] == [
        (each.address, each.outcome) for each in report.models
    ]
    assert ["specs/churn.yaml"] == report.examples
    assert "`specs/churn.yaml` is the example of `mlspec init`" in render_import(
        report, colour=False
    )
    with pytest.raises(UsageError, match="managed model `churn` already") as error:
        adopt(["churn"], root)
    assert "`specs/churn.yaml` is the example" in error.value.hint

    (root / "specs" / "churn.yaml").unlink()
    assert ["model/churn"] == [each.address for each in adopt(["churn"], root)]


@pytest.mark.parametrize("is_edited", [False, True])
def test_what_mlspec_registered_and_what_somebody_wrote_is_no_example(
    beside_the_example, is_edited
):
    root, imported = beside_the_example
    file = root / "specs" / "churn.yaml"
    file.write_text(file.read_text() + ("# ours\n" if is_edited else ""))
    report = imported({} if is_edited else {"mlspec.env.prod": "v1"})

    assert [("model/churn", Outcome.MANAGED)] == [
        (each.address, each.outcome) for each in report.models
    ]
    assert [] == report.examples
