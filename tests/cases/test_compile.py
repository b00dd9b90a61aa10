"""Whole workspaces and the files they compile to: `compile/<case>/{input,expected}`.

A new case is a folder. `pytest tests/cases --update-golden` writes `expected/`; read the diff.
"""

from __future__ import annotations

import shutil
from difflib import unified_diff
from pathlib import Path

import pytest

from mlspec.api import compile_artifacts, open_session, run_gates
from mlspec.targets import load_targets

CASES = sorted(each.parent for each in (Path(__file__).parent / "compile").glob("*/input"))


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request):
    return request.param


@pytest.fixture
def updates(request):
    return request.config.getoption("--update-golden")


def test_a_workspace_compiles_to_what_is_expected(case, updates, tmp_path):
    if updates:
        judge(case / "input", tmp_path / "judged")
        replace(case / "expected", compiled(case, tmp_path))
        return
    expected, found = files(case / "expected"), compiled(case, tmp_path)

    assert sorted(expected) == sorted(found)
    for path, content in expected.items():
        assert [] == list(difference(path, content, found[path]))


def compiled(case, tmp_path):
    """Return the files that a copy of the input compiles to, by path in the repository."""
    repository = shutil.copytree(case / "input", tmp_path / "repository")
    given = files(repository)
    root = root_of(repository)
    for environment in sorted(open_session(root).sound().spec.environments):
        assert compile_artifacts(root, environment).is_clean
    assert given.items() <= files(repository).items()
    return {path: each for path, each in files(repository).items() if path not in given}


def judge(repository, scratch):
    """Judge the gates again: a record says which version of mlspec wrote it.

    Of what a run writes, records alone are inputs of a case: the others are left in a copy.
    """
    root = root_of(shutil.copytree(repository, scratch))
    if not (root / "evaluation").is_dir():
        return
    run_gates((), root)
    for record in sorted(scratch.rglob("*.evidence.json")):
        shutil.copyfile(record, repository / record.relative_to(scratch))


def replace(folder, contents):
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def files(folder):
    found = (each for each in sorted(folder.rglob("*")) if each.is_file())
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in found}


def root_of(repository):
    (file,) = repository.rglob("mlspec.yaml")
    return file.parent


def difference(path, expected, found):
    lines = (each.decode().splitlines() for each in (expected, found))
    return unified_diff(*lines, f"expected/{path}", path, lineterm="")


def test_the_cases_cover_every_target():
    written = {path for case in CASES for path in files(case / "expected")}
    parts = {
        "alertmanager": "alertmanager/",
        "argo-cd": "argo-cd/",
        "argo-rollouts": "argo-rollouts/",
        "argo-workflows": "argo-workflows/",
        "consumer-tests": "contracts/test_contracts.py",
        "feast": "feast/",
        "flagger": "flagger/",
        "flux": "flux/",
        "gateway-api": "rollout/",
        "github-actions": ".github/workflows/",
        "gitlab-ci": "/.gitlab/",
        "grafana": "grafana/",
        "inference-pool": "inference-pool/",
        "json-schema": ".schema.json",
        "keda": "keda/",
        "kserve": "kserve/",
        "kubeflow": "kubeflow/",
        "kubernetes": "kubernetes/",
        "mlflow": "mlflow/",
        "model-card": "cards/",
        "openapi": "openapi.yaml",
        "prometheus": "/prometheus/",
        "prometheus-operator": "prometheus-operator/",
    }

    assert {each.name.replace("_", "-") for each in load_targets()} == set(parts)
    for target, part in parts.items():
        assert [path for path in written if part in f"/{path}"], target


def test_a_card_says_what_is_missing_and_invents_nothing():
    (card,) = (Path(__file__).parent / "compile/batch-low-tier").rglob("shelf-demand.md")
    text = card.read_text("utf-8").casefold()

    assert "missing" in text
    assert "compliant" not in text
