import subprocess
from shutil import rmtree

import pytest

from mlspec.api import compile_artifacts, validate
from mlspec.api.start import init
from mlspec.errors import SpecInvalidError


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


def test_two_models_that_would_share_an_object_are_not_compiled(workspace):
    spec = (workspace / "specs/churn.yaml").read_text()
    (workspace / "specs/primary.yaml").write_text(
        spec.replace("  name: churn\n", "  name: churn-primary\n")
    )
    with (workspace / "mlspec.yaml").open("a") as home:
        home.write("\n  targets: {backend: flagger, enabled: [flagger, kubernetes]}\n")

    with pytest.raises(SpecInvalidError) as refusal:
        compile_artifacts(workspace, "prod")

    told, *hint = refusal.value.details
    assert told == (
        "specs/primary.yaml:5:9: `churn-primary` and `churn` would both have the Deployment "
        "`churn-primary`; Flagger makes it for `churn` [MLS447]"
    )
    assert [each[:8] for each in hint] == ["  hint: "]
    assert not (workspace / "build").exists()
    found = validate(directory=workspace).diagnostics
    assert [("specs/primary.yaml", 5)] == [
        (each.span.file, each.span.start.line) for each in found if each.code == "MLS447"
    ]


def test_a_training_that_ci_could_not_run_is_told_at_its_line(workspace):
    spec = (workspace / "specs/churn.yaml").read_text()
    training = "  training: {image: bad image, command: [train]}\n"
    (workspace / "specs/churn.yaml").write_text(spec.replace("  task:", f"{training}  task:", 1))

    with pytest.raises(SpecInvalidError) as refusal:
        compile_artifacts(workspace, "prod")

    line = spec[: spec.index("  task:")].count("\n") + 1
    told = [each for each in refusal.value.details if "MLS449" in each]
    assert [f"specs/churn.yaml:{line}:21"] == [each.partition(": ")[0] for each in told]
