from __future__ import annotations

import subprocess
import sys

import pytest
from tests.unit.targets import sample

from mlspec.errors import OutputError, UsageError
from mlspec.ir import Artifact
from mlspec.targets import collect, emit, load_targets

PLUGIN = """
from mlspec.ir import Artifact
from mlspec.targets import Target

def emit(bundle, renderer):
    yield Artifact("census/models.txt", str(len(bundle.services)), "")

TARGET = Target("census", "How many models are served", emit)
"""


def test_our_targets_are_found_without_a_list_of_them():
    names = [target.name for target in load_targets()]

    assert {"gateway-api", "kubernetes", "prometheus"} <= set(names)
    assert sorted(names) == names


def test_artifacts_come_in_order_of_path():
    artifacts = emit(sample.full_bundle(), ["prometheus", "kubernetes", "gateway-api"], None)

    paths = [artifact.path for artifact in artifacts]
    assert sorted(paths) == paths
    folders = {"gateway-api", "kubernetes", "prometheus", "rollout"}
    assert folders == {path.split("/")[0] for path in paths}


def test_a_target_answers_to_its_name_with_either_sign():
    bundle = sample.bundle(sample.service())

    assert emit(bundle, ["gateway-api"], None) == emit(bundle, ["gateway_api"], None)


def test_an_unknown_target_is_refused_with_a_suggestion():
    with pytest.raises(UsageError) as caught:
        emit(sample.bundle(), ["kubernets"], None)

    assert caught.value.message == "there is no target `kubernets`"
    assert caught.value.hint == "did you mean `kubernetes`?"


@pytest.mark.parametrize("twin", ["a/b.yaml", "A/b.yaml"])
def test_two_artifacts_may_not_claim_one_file(twin):
    with pytest.raises(OutputError, match="would be one file"):
        collect([Artifact("a/b.yaml", "1", ""), Artifact(twin, "2", "")])


@pytest.mark.parametrize(
    "path",
    ["../x", "a/../../x", "a//b", "", "/", "//etc/x", "a/./b", "a\\b", "a\nb", "C:/x", "a/", "~/x"],
)
def test_a_path_stays_in_its_folder(path):
    with pytest.raises(OutputError, match="outside of its folder"):
        collect([Artifact(path, "", "")])


def test_a_path_may_be_relative_to_the_repository():
    workflow = Artifact("/.github/workflows/mlspec.yml", "", "")

    assert (workflow,) == collect([workflow])


def test_a_plug_in_package_adds_a_target_without_an_edit(tmp_path):
    metadata = tmp_path / "census-1.0.dist-info"
    metadata.mkdir()
    (tmp_path / "census_target.py").write_text(PLUGIN, "utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: census\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[mlspec.targets]\ncensus = census_target\n")
    question = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from mlspec.targets import load_targets\n"
        "print([target.name for target in load_targets()])\n"
    )

    answer = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, check=True
    )

    assert "'census'" in answer.stdout
