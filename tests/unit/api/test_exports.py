"""`export` of a workspace: which form says what, by the evidence and the policy of a day."""

from __future__ import annotations

import json

import pytest

from mlspec.api.exports import EXPORTS, exported
from mlspec.api.judge import run_gates
from mlspec.api.policy_lock import lock_packs
from mlspec.api.start import init
from mlspec.errors import UsageError

STAGING = "staging"


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "shop"
    init(root)
    return root


def export(root, name, form, **more):
    return exported(name, form, root, STAGING, **more)


def edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def bind(root, pack="core"):
    text = (
        "apiVersion: mlspec.dev/v1\nkind: PolicyBinding\n"
        f"metadata: {{name: {pack}, owner: growth}}\nspec: {{pack: {pack}, version: 2026.11.0}}\n"
    )
    (root / "specs" / "policy.yaml").write_text(text, encoding="utf-8")
    lock_packs(root)


def judged(root):
    """Write predictions that the gate of the scaffold can judge, and judge them."""
    left = [number % 2 for number in range(4_000)]
    rows = [f"c{n},{each},{(n % 97) / 200 + 0.3 * each:.3f}" for n, each in enumerate(left)]
    folder = root / "evaluation"
    folder.mkdir()
    text = "\n".join(["customer_id,left,score", *rows])
    (folder / "churn.csv").write_text(text + "\n", encoding="utf-8")
    run_gates(directory=root, environment=STAGING)


@pytest.mark.parametrize("form", ["huggingface", "cyclonedx"])
def test_a_model_without_evidence_is_exported_and_the_gap_is_told(shop, form):
    found = export(shop, "churn", form)

    assert found.address == "model/churn"
    (note,) = found.notes
    assert note.startswith("no metrics are told: ")


def test_measures_are_those_of_the_record_that_holds(shop):
    judged(shop)

    found = export(shop, "churn", "cyclonedx")
    metrics = json.loads(found.text)["metadata"]["component"]["modelCard"]["quantitativeAnalysis"]

    assert found.notes == ()
    assert metrics["performanceMetrics"][0]["type"] == "roc-auc"
    assert 0.8 < float(metrics["performanceMetrics"][0]["value"]) < 1


def test_measures_of_another_model_are_not_told(shop):
    judged(shop)
    edit(shop / "specs" / "churn.yaml", "sha256:" + "2" * 64, "sha256:" + "4" * 64)

    found = export(shop, "churn", "cyclonedx")

    assert "quantitativeAnalysis" not in found.text
    assert found.notes != ()


def test_a_data_set_is_described_by_its_file(shop):
    found = json.loads(export(shop, "customers-2025", "croissant").text)

    assert found["name"] == "customers-2025"
    assert len(found["distribution"][0]["sha256"]) == 64


def test_a_data_set_without_digest_or_file_is_refused(shop):
    data, why = shop / "specs" / "data.yaml", "the file is still growing"
    edit(
        data,
        "spec:\n  uri: s3://example-lake/customers/2025.parquet\n  digest: sha256:" + "1" * 64,
        f"# mlspec: ignore[dataset-without-digest] {why}\n"
        "spec:\n  uri: s3://example-lake/customers/2025.parquet",
    )

    with pytest.raises(UsageError, match="pins each file by its SHA-256"):
        export(shop, "customers-2025", "croissant")
    edit(data, "format: parquet", "format: delta")
    with pytest.raises(UsageError, match="is a delta"):
        export(shop, "customers-2024", "croissant")


def test_policy_results_are_those_of_the_packs_in_force_on_a_day(shop):
    bind(shop)

    found = json.loads(export(shop, "churn", "oscal", as_of="2026-12-24").text)
    results = found["assessment-results"]

    assert results["metadata"]["last-modified"] == "2026-12-24T00:00:00Z"
    (plan,) = results["back-matter"]["resources"]
    assert plan["props"][0]["value"].startswith("core@2026.11.0 sha256:")
    assert results["results"][0]["observations"]


def test_without_a_pack_there_are_no_policy_results(shop):
    with pytest.raises(UsageError, match="no policy pack is in force"):
        export(shop, "churn", "oscal")


def test_the_version_has_to_be_that_of_the_specs(shop):
    assert export(shop, "churn@v1", "cyclonedx").address == "model/churn"

    with pytest.raises(UsageError, match="the specs hold version `v1` of `model/churn`, not `v2`"):
        export(shop, "churn@v2", "cyclonedx")


def test_a_form_that_can_t_say_it_names_those_that_can(shop):
    with pytest.raises(UsageError, match="describes a Model") as caught:
        export(shop, "customers-2025", "cyclonedx")

    assert caught.value.hint == "for a Dataset there are `croissant`, `huggingface`, `oscal`"


def test_an_unknown_name_is_told_with_the_one_that_is_meant(shop):
    with pytest.raises(UsageError) as caught:
        export(shop, "chrun", "cyclonedx")

    assert caught.value.hint == "did you mean `churn`?"


@pytest.mark.parametrize("form", EXPORTS)
def test_no_form_passes_a_judgement_of_law(shop, form):
    bind(shop)
    name = "customers-2025" if form == "croissant" else "churn"

    assert "compliant" not in export(shop, name, form).text.lower()


@pytest.mark.parametrize("form", EXPORTS)
def test_the_same_workspace_gives_the_same_bytes(shop, form):
    bind(shop)
    name = "customers-2025" if form == "croissant" else "churn"

    first = export(shop, name, form, as_of="2026-12-24")
    assert export(shop, name, form, as_of="2026-12-24") == first
