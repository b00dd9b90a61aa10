"""Retraining pipelines, judged by recorded definitions, schemas and the checks of manifests."""

from __future__ import annotations

import kubernetes_validate
import pytest
import yaml
from tests.cases.trained import compiled
from tests.contract import crd

from mlspec.manifests import Manifest, ManifestSet
from mlspec.manifests._semantic import find_problems
from mlspec.syntax import SourceText, parse

KUBERNETES_VERSION = "1.37"
CUSTOM = {"CronWorkflow", "WorkflowTemplate"}
UNRECORDED = {"WorkflowEventBinding"}
"""Kinds whose definition was not collected."""

VARIANTS = {
    "usual": {},
    "ungated": {"gates": "[]"},
    "without credentials": {
        "place": "{image: 'mlspec:1', repository: 'https://git.example.org/ml'}"
    },
    "trained and judged at once, with a GPU": {
        "training": "{image: trainer, command: [it], resources: {cpu: '4', memory: 16Gi, gpu: 2}}"
    },
    "an artifact elsewhere": {"uri": "s3://models/screen.onnx"},
    "on a schedule alone": {"triggers": "[{id: weekly, type: schedule, everyDays: 7}]"},
}

needs_definitions = pytest.mark.skipif(not crd.CONFORMANCE.exists(), reason=crd.WHY_SKIPPED)
every_variant = pytest.mark.parametrize("changes", VARIANTS.values(), ids=list(VARIANTS))


def objects(changes):
    text = compiled("argo-workflows", **changes)["argo-workflows/screen.yaml"]
    return list(yaml.safe_load_all(text))


@needs_definitions
@every_variant
def test_a_custom_resource_is_accepted_and_stored_as_it_is_emitted(changes):
    custom = [each for each in objects(changes) if each["kind"] in CUSTOM]

    assert custom
    for each in custom:
        definition = crd.definition(each["apiVersion"], each["kind"])

        assert [] == definition.problems(each)
        assert each == definition.defaulted(each)


@every_variant
def test_a_core_object_fits_the_schema(changes):
    for each in objects(changes):
        if each["kind"] not in CUSTOM | UNRECORDED:
            kubernetes_validate.validate(each, KUBERNETES_VERSION, strict=True)


@every_variant
def test_nothing_is_found_that_a_cluster_does_not_refuse(changes):
    files = compiled("argo-workflows", **changes)
    manifests = tuple(
        Manifest(document)
        for path, text in files.items()
        if not path.endswith("kustomization.yaml")
        for document in parse(SourceText(path, text.encode())).documents
    )

    found = list(find_problems(ManifestSet(manifests)))

    assert [] == [(each.code, each.message) for each in found]
