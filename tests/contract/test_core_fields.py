"""No false alarm: what a kube-apiserver takes, and all that we compile, has no fault of fields."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract import crd

from mlspec.manifests import read_folder, read_manifests
from mlspec.manifests._semantic import find_problems, load_checks
from mlspec.manifests.checks._field_rules import words
from mlspec.syntax import SourceText

ROOT = Path(__file__).parents[1]
COMPILED = sorted((ROOT / "cases" / "compile").glob("*/expected"))
VERDICTS = crd.CONFORMANCE / "verdicts.jsonl"
CHECK = [each for each in load_checks() if each.name == "core-fields"]


def accepted():
    lines = VERDICTS.read_text("utf-8").splitlines() if VERDICTS.exists() else []
    records = [json.loads(line) for line in lines]
    return [each for each in records if each["kube_apiserver"] == "accept"]


def told(folder):
    return [f"{each.span}: {each.message}" for each in find_problems(folder.manifests, CHECK)]


@pytest.mark.parametrize("folder", COMPILED, ids=lambda folder: folder.parent.name)
def test_what_we_compile_has_no_fault(folder):
    found = read_folder(folder)

    assert [] == told(found)


def test_there_are_compiled_objects_to_look_at():
    kinds = {each.kind for folder in COMPILED for each in read_folder(folder).manifests.manifests}

    assert {"Deployment", "Service", "NetworkPolicy", "HorizontalPodAutoscaler"} <= kinds


@pytest.mark.skipif(not VERDICTS.exists(), reason=crd.WHY_SKIPPED)
@pytest.mark.parametrize("record", accepted(), ids=lambda record: record["id"])
def test_what_an_api_server_takes_has_no_fault(record):
    text = json.dumps(record["object"]).encode()

    assert [] == told(read_manifests([SourceText("a.json", text)]))


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.text(max_size=8), st.floats(0, 1)
)
KEYS = st.sampled_from(
    words(
        """spec template metadata labels containers initContainers volumes env valueFrom ports name
        rules verbs selector matchExpressions operator values securityContext limits hard min max
        type resources jobTemplate lifecycle preStop sleep seconds data updateStrategy
        rollingUpdate"""
    ).allowed
)
VALUES = st.recursive(
    LEAVES,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(KEYS, below, max_size=4),
    max_leaves=30,
)
KINDS = st.sampled_from(
    words(
        """v1/Pod apps/v1/Deployment apps/v1/DaemonSet batch/v1/CronJob batch/v1/Job v1/Service
        v1/LimitRange v1/ResourceQuota v1/Secret rbac.authorization.k8s.io/v1/ClusterRole
        networking.k8s.io/v1/Ingress"""
    ).allowed
)


@given(KINDS, st.dictionaries(KEYS, VALUES, max_size=5))
def test_values_of_any_type_stand_anywhere_and_nothing_raises(kind, fields):
    version, _, name = kind.rpartition("/")
    resource = {"apiVersion": version, "kind": name, **fields}
    text = json.dumps(resource).encode()

    assert isinstance(told(read_manifests([SourceText("a.json", text)])), list)
