"""Retraining as the IR of Kubeflow Pipelines, judged by its protocol buffers."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml
from google.protobuf import json_format
from kfp.pipeline_spec import pipeline_spec_pb2
from tests.cases.trained import compiled
from tests.contract.kubernetes_expansion import expanded
from tests.contract.test_targets_retraining import VARIANTS, every_variant

from mlspec.targets.kubeflow import TARGET

PLACEHOLDER = re.compile(r"\{\{\$\.inputs\.parameters\['([a-z_]+)'\]\}\}")


def documents(**changes):
    text = compiled("kubeflow", **changes)["kubeflow/screen.yaml"]
    pipeline, platform = yaml.safe_load_all(text)
    return pipeline, platform


def containers(pipeline):
    executors = pipeline["deploymentSpec"]["executors"]
    return {name.removeprefix("exec-"): each["container"] for name, each in executors.items()}


def test_nothing_is_compiled_for_a_workspace_that_does_not_ask():
    assert not TARGET.is_default
    assert {} == compiled("kubeflow", training="null")


@every_variant
def test_a_pipeline_is_what_its_protocol_says(changes):
    pipeline, platform = documents(**changes)

    judge(pipeline)
    json_format.ParseDict(platform, pipeline_spec_pb2.PlatformSpec())


def judge(pipeline):
    """Read the IR as Kubeflow does: to the pipeline, the deployment is an untyped struct."""
    json_format.ParseDict(pipeline, pipeline_spec_pb2.PipelineSpec())
    deployment = pipeline_spec_pb2.PipelineDeploymentConfig()
    json_format.ParseDict(pipeline["deploymentSpec"], deployment)


@pytest.mark.parametrize("key", ["pipelineInfo", "deploymentSpec", "root"])
def test_the_judge_refuses_what_the_protocol_lacks(key):
    pipeline, _ = documents()
    pipeline[key]["nonsense"] = 1

    with pytest.raises(json_format.ParseError):
        judge(pipeline)


@every_variant
def test_everything_that_is_named_is_there(changes):
    pipeline, platform = documents(**changes)
    tasks, components = pipeline["root"]["dag"]["tasks"], pipeline["components"]
    executors = pipeline["deploymentSpec"]["executors"]

    assert {each["componentRef"]["name"] for each in tasks.values()} == components.keys()
    assert {each["executorLabel"] for each in components.values()} == executors.keys()
    assert platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"].keys() <= (
        executors.keys()
    )
    for task in tasks.values():
        assert set(task.get("dependentTasks", [])) <= tasks.keys()


@every_variant
def test_every_parameter_is_declared_and_given(changes):
    pipeline, _ = documents(**changes)
    of_pipeline = pipeline["root"]["inputDefinitions"]["parameters"]
    for name, task in pipeline["root"]["dag"]["tasks"].items():
        given = task["inputs"]["parameters"]
        declared = pipeline["components"][f"comp-{name}"]["inputDefinitions"]["parameters"]
        used = set(PLACEHOLDER.findall(" ".join(containers(pipeline)[name]["args"])))

        assert given.keys() == declared.keys()
        assert used <= declared.keys()
        for each in given.values():
            assert each.get("componentInputParameter", "trigger") in of_pipeline


def test_steps_run_one_after_the_other():
    tasks = documents()[0]["root"]["dag"]["tasks"]

    assert {
        "checkout": [],
        "train": ["checkout"],
        "evaluate": ["train"],
        "gates": ["take"],
        "propose": ["gates"],
        "take": ["evaluate"],
    } == {name: each.get("dependentTasks", []) for name, each in tasks.items()}


def test_only_steps_of_mlspec_get_the_credentials():
    executors = documents()[1]["platforms"]["kubernetes"]["deploymentSpec"]["executors"]

    assert {"exec-checkout", "exec-take", "exec-propose"} == executors.keys()
    assert (
        {}
        == (
            documents(**VARIANTS["without credentials"])[1]["platforms"]["kubernetes"][
                "deploymentSpec"
            ]["executors"]
        )
    )


def test_a_step_runs_its_command_in_its_folder_with_its_variables(tmp_path):
    container = containers(documents(training="{image: a, command: [env]}")[0])["train"]
    folder = tmp_path / "repository" / "ml"
    folder.mkdir(parents=True)
    values = {"workspace": str(tmp_path), "trigger": "inputs-move", "run": "7"}
    filled = [
        PLACEHOLDER.sub(lambda found: values.get(found[1], "a digest"), expanded(each, {}))
        for each in (*container["command"], *container["args"])
    ]

    done = subprocess.run(filled, capture_output=True, text=True, check=True)

    said = done.stdout.splitlines()
    assert "MLSPEC_TRIGGER=inputs-move" in said
    assert "MLSPEC_DIGEST_APPLICANTS=a digest" in said
    assert f"MLSPEC_ARTIFACT={folder}/models/screen.onnx" in said
    assert f"PWD={folder}" in said
