"""The page on deploying by hand names what is compiled: files, folders, Deployments and labels."""

from __future__ import annotations

import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest
import yaml
from tests.cases.cells import TARGETS, specs
from tests.cases.trained import lowered

from mlspec.lowering import lower
from mlspec.targets import emit, template_renderer

PAGE = Path(__file__).parents[2] / "docs" / "pages" / "deploy.md"
FIRST = {"champion": "null"}
NEVER = FIRST | {"rollout": "    null\n"}
MONITORED = ("alertmanager", "prometheus", "prometheus-operator")
CELLS = (
    ("gateway", "canary", "gateway-api", FIRST),
    ("gateway", "canary", "gateway-api", {}),
    ("gateway", "canary", "gateway-api", NEVER),
    ("gateway-llm", "canary", "gateway-api", FIRST),
    ("rollouts", "canary", "gateway-api", FIRST),
    ("flagger", "canary", "gateway-api", FIRST),
    ("kserve-knative", "canary", "none", FIRST),
    ("plain", "canary", "none", {}),
)


@cache
def every():
    """Return the files of all cells, as (path, text)."""
    files = []
    for backend, strategy, router, changes in CELLS:
        scaling = "" if backend == "plain" else "{requestsPerReplica: 10}"
        scaling = "" if backend.startswith(("kserve", "gateway-llm")) else scaling
        model = {"name": "churn", **changes}
        bundle = lower(
            specs(backend, strategy, router, scaling=scaling, **model),
            "prod",
            evidence={},
            version="0.1.0",
        ).bundle
        made = emit(bundle, (*TARGETS, *MONITORED), template_renderer(None))
        files += [(each.path, each.content) for each in made]
    trained = emit(lowered().bundle, ("argo-workflows",), template_renderer(None))
    return [*((each.path, each.content) for each in trained), *files]


def compiled():
    """Return one file of each path: that of the first cell that has it."""
    return dict(reversed(every()))


def named(pattern):
    return sorted(set(re.findall(pattern, PAGE.read_text("utf-8"))))


def test_every_folder_that_is_applied_has_a_kustomization():
    folders = named(r"-k build/prod/([a-z-]+)")

    assert 8 <= len(folders)
    for folder in folders:
        assert f"{folder}/kustomization.yaml" in compiled(), folder


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is missing: it has kustomize")
def test_kustomize_builds_every_folder_that_is_applied(tmp_path):
    for path, text in compiled().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")

    for folder in named(r"-k build/prod/([a-z-]+)"):
        command = ["kubectl", "kustomize", str(tmp_path / folder)]
        built = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert [*yaml.safe_load_all(built)], folder


def test_every_file_that_is_applied_is_compiled():
    files = named(r"-f build/prod/([A-Za-z0-9./*-]+\.yaml)")

    assert 4 <= len(files)
    for each in files:
        pattern = each.replace("step-01-5-percent", "step-01-*-percent")
        assert [path for path in compiled() if fnmatchcase(path, pattern)], each


def test_every_deployment_that_is_waited_for_is_compiled():
    names = named(r"deployment/([a-z-]+)")
    found = {
        each["metadata"]["name"]: each
        for path, text in every()
        if path.startswith(("kubernetes/", "rollout/"))
        for each in yaml.safe_load_all(text)
        if each["kind"] == "Deployment"
    }

    assert {"churn", "churn-champion", "churn-challenger"} == {*names}
    assert {*names} <= {*found}
    for name in named(r"instance=([a-z-]+)"):
        assert name == found[name]["metadata"]["labels"]["app.kubernetes.io/instance"]


def test_a_rollout_is_waited_for_when_the_route_that_it_writes_to_is_there():
    (told,) = re.findall(r"\* \*\*`rollouts`\*\*.*?(?=\n\* )", PAGE.read_text("utf-8"), re.DOTALL)

    route = told.index("-f build/prod/argo-rollouts/churn.route.yaml")
    assert told.index("-k build/prod/argo-rollouts`") < route < told.index("status churn")


def test_what_a_rollout_needs_of_its_cluster_is_told():
    text = PAGE.read_text("utf-8")
    rollout, *others = yaml.safe_load_all(compiled()["argo-rollouts/churn.yaml"])
    (plugin,) = rollout["spec"]["strategy"]["canary"]["trafficRouting"]["plugins"]
    asked = {
        metric["provider"]["prometheus"]["address"]
        for each in others
        if each["kind"] == "AnalysisTemplate"
        for metric in each["spec"]["metrics"]
    }

    assert f"`{plugin}`" in text
    assert asked
    assert all(f"`{each}`" in text for each in asked)
