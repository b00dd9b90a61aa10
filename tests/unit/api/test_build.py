import subprocess
from shutil import rmtree

import pytest

from mlspec.api import compile_artifacts
from mlspec.api.start import init


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "shop"
    init(folder)
    compile_artifacts(folder, "prod")
    rmtree(folder / "build")
    return folder


def test_a_check_misses_artifacts_that_are_gone(workspace):
    report = compile_artifacts(workspace, "prod", check=True)

    assert "kubernetes/churn.yaml" in {each.path for each in report.drift}
    assert not report.is_clean


def test_a_check_leaves_out_a_folder_that_git_ignores_and_says_so(workspace):
    subprocess.run(["git", "init", "--quiet", workspace], check=True)

    report = compile_artifacts(workspace, "prod", check=True)

    assert report.is_clean
    assert not report.is_output_compared


def test_a_check_after_compiling_finds_nothing(workspace):
    compile_artifacts(workspace, "prod")

    report = compile_artifacts(workspace, "prod", check=True)

    assert () == report.drift
    assert report.is_output_compared
