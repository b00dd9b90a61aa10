"""What is bound to a place: evidence to its model, the workflow to the repository."""

from __future__ import annotations

import shutil

import pytest

from mlspec.api.build import compile_artifacts
from mlspec.api.change import plan
from mlspec.api.judge import run_gates
from mlspec.api.start import init
from mlspec.errors import MlspecError, TamperedPlanError, UsageError


@pytest.fixture
def shop(tmp_path):
    root = tmp_path / "repository" / "shop"
    init(root)
    return root


def test_the_record_of_another_model_is_refused(shop):
    run_gates(directory=shop, environment="prod")
    spec, folder = shop / "specs" / "churn.yaml", shop / "evidence" / "prod"
    spec.write_text(spec.read_text().replace("name: churn\n", "name: other\n"))
    home = shop / "mlspec.yaml"
    home.write_text(home.read_text().replace("name: churn", "name: other"))
    shutil.move(folder / "churn.evidence.json", folder / "other.evidence.json")

    with pytest.raises(TamperedPlanError, match="is the record of `model/churn`"):
        plan(shop, "prod")


@pytest.mark.parametrize(("written", "is_right"), [("shop", True), ("a/b", False), ("x", False)])
def test_the_workflow_stays_in_the_repository(shop, written, is_right):
    home = shop / "mlspec.yaml"
    home.write_text(home.read_text() + f"  targets: {{github: {{workspacePath: {written}}}}}\n")

    if is_right:
        compile_artifacts(shop, "prod")
    else:
        with pytest.raises(UsageError, match="workspacePath"):
            compile_artifacts(shop, "prod")

    found = [path.parent.parent.parent.name for path in shop.parents[1].rglob("mlspec.yml")]
    assert (["repository"] if is_right else []) == found


@pytest.mark.parametrize("folder", ["specs", "specs/build", ".git", ".git/hooks"])
def test_artifacts_go_neither_among_the_specs_nor_into_git(shop, folder):
    with pytest.raises(MlspecError, match=r"specs|git"):
        compile_artifacts(shop, "prod", out=shop / folder)

    assert not (shop / folder / ".mlspec-manifest.json").exists()
