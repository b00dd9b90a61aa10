"""What a kube-apiserver and the code of Argo Rollouts said about objects with one fault each.

Custom resources with a fault of shape are refused by their definition; the rest is for our checks.
"""

from __future__ import annotations

import json

import kubernetes_validate
import pytest
from tests.contract import crd

from mlspec.diagnostics import Severity
from mlspec.manifests import Manifest, ManifestSet
from mlspec.manifests._semantic import find_problems
from mlspec.syntax import SourceText, parse

VERDICTS = crd.CONFORMANCE / "verdicts.jsonl"
KUBERNETES_VERSION = "1.37"
CORE_GROUPS = ("apps", "policy", "autoscaling", "networking.k8s.io", "v1")
ROLLOUTS = ("Rollout", "AnalysisTemplate", "Experiment")
SEMANTIC = "s"
"""The letter in the id of a fault that no definition describes."""

pytestmark = pytest.mark.skipif(not VERDICTS.exists(), reason=crd.WHY_SKIPPED)


def records():
    lines = VERDICTS.read_text("utf-8").splitlines() if VERDICTS.exists() else []
    return [json.loads(line) for line in lines]


def by_id(chosen):
    return pytest.mark.parametrize("record", chosen, ids=[each["id"] for each in chosen])


def letter(record):
    return record["id"].split("-")[1] if record["id"].startswith("bad/") else ""


def is_core(record):
    return record["object"]["apiVersion"].partition("/")[0] in CORE_GROUPS


def told(*resources):
    documents = [
        parse(SourceText(f"{place}.yaml", json.dumps(each).encode())).documents[0]
        for place, each in enumerate(resources)
    ]
    return find_problems(ManifestSet(tuple(Manifest(each) for each in documents)))


def errors(*resources):
    return [each for each in told(*resources) if each.severity is Severity.ERROR]


def is_refused_by_schema(resource, *, core):
    if not core:
        definition = crd.definition(resource["apiVersion"], resource["kind"])
        return bool(definition.problems(resource))
    try:
        kubernetes_validate.validate(resource, KUBERNETES_VERSION, strict=True)
    except kubernetes_validate.ValidationError:
        return True
    return False


GOOD = [each for each in records() if each["id"].startswith("good/")]
REFUSED = [
    each
    for each in records()
    if (is_core(each) or each["object"]["kind"] in ROLLOUTS)
    and "reject" in (each["kube_apiserver"], each.get("argo_rollouts_1_9_1"))
]
PASSING_FAULTS = [
    each for each in records() if letter(each) == SEMANTIC and each["kube_apiserver"] == "accept"
]


@by_id(GOOD)
def test_an_accepted_object_gets_no_error(record):
    assert [] == errors(record["object"])


def test_accepted_objects_get_no_error_together_either():
    assert [] == errors(*[each["object"] for each in GOOD])


@by_id(REFUSED)
def test_a_refused_object_is_refused_by_a_check_or_by_its_schema(record):
    resource = record["object"]

    assert errors(resource) or is_refused_by_schema(resource, core=is_core(record))


@by_id(PASSING_FAULTS)
def test_a_fault_that_passes_the_api_server_is_an_error_of_ours(record):
    assert errors(record["object"])


def test_what_the_code_of_argo_rollouts_misses_is_found():
    missed = {
        each["id"]: {found.name for found in errors(each["object"])}
        for each in PASSING_FAULTS
        if each.get("argo_rollouts_1_9_1") == "accept"
    }

    assert {
        "bad/31-s-analysis-failureLimit-ge-count": {"gate-that-never-fails"},
        "bad/33-s-analysis-bad-expr": {"broken-condition"},
    } == missed


def test_faults_of_every_sort_are_recorded():
    assert GOOD
    assert REFUSED
    assert PASSING_FAULTS
