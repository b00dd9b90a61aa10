"""The harness of `crd.py` gives the verdicts that a kube-apiserver gave."""

from __future__ import annotations

import json

import pytest
from tests.contract import crd

VERDICTS = crd.CONFORMANCE / "verdicts.jsonl"

# Those of Argo and KServe agree too, but their definitions take ten seconds to read.
GROUPS = (
    "flagger.app",
    "gateway.networking.k8s.io",
    "inference.networking.k8s.io",
    "keda.sh",
    "kustomize.toolkit.fluxcd.io",
    "monitoring.coreos.com",
)

pytestmark = pytest.mark.skipif(not VERDICTS.exists(), reason=crd.WHY_SKIPPED)


def custom_resources():
    if not VERDICTS.exists():
        return []
    records = [json.loads(line) for line in VERDICTS.read_text("utf-8").splitlines()]
    return [each for each in records if each["object"]["apiVersion"].partition("/")[0] in GROUPS]


@pytest.mark.parametrize("record", custom_resources(), ids=lambda record: record["id"])
def test_the_verdict_on_a_custom_resource_is_that_of_the_api_server(record):
    resource = record["object"]

    problems = crd.definition(resource["apiVersion"], resource["kind"]).problems(resource)

    assert record["kube_apiserver"] == ("reject" if problems else "accept"), problems


def test_verdicts_of_both_kinds_are_recorded():
    assert {"accept", "reject"} == {each["kube_apiserver"] for each in custom_resources()}
