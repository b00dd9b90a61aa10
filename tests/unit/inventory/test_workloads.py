"""What objects of a cluster say of the models that they serve."""

from __future__ import annotations

import pytest
from tests.unit.inventory.models import served

from mlspec.inventory import read_workloads
from mlspec.manifests import read_manifests
from mlspec.syntax import SourceText

OURS = {"mlspec.dev/model": "churn", "mlspec.dev/owner": "growth", "mlspec.dev/tier": "high"}
NOTES = {
    "mlspec.dev/environment": "prod",
    "mlspec.dev/model-version": "v2",
    "mlspec.dev/artifact-uri": "s3a://models//churn/",
}


def manifest(kind="Deployment", version="apps/v1", name="churn", spec="{}", **metadata):
    told = {"name": name, "namespace": "ml", **metadata}
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {told}\nspec: {spec}\n"


def read(*texts):
    source = SourceText("live.yaml", "---\n".join(texts).encode())
    return read_workloads(read_manifests([source]).manifests.manifests, "dump")


def test_a_deployment_that_mlspec_compiled_tells_all_of_its_model():
    found = read(manifest(labels=OURS, annotations=NOTES))

    expected = served(
        "ml/deployment/churn",
        "kubernetes",
        "dump",
        kind="Deployment",
        place="live.yaml:1",
        environment="prod",
        namespace="ml",
        version="v2",
        labelled="churn",
        storage="s3://models/churn",
        owner="growth",
        tier="high",
    )
    assert (expected,) == found.sights
    assert (frozenset({"kubernetes"}), ("ml",), 0) == (
        found.systems,
        found.namespaces,
        found.passed_by,
    )


@pytest.mark.parametrize(
    ("labels", "serves"),
    [
        ({"mlspec.dev/model": "x"}, True),
        ({"app.kubernetes.io/component": "model-server"}, True),
        ({"serving.kserve.io/inferenceservice": "x"}, True),
        ({"app.kubernetes.io/component": "database"}, False),
        ({"app.kubernetes.io/managed-by": "mlspec"}, False),
        ({}, False),
    ],
)
@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_a_workload_serves_a_model_where_a_label_says_so(labels, serves, kind):
    found = read(manifest(kind, labels=labels))

    assert (serves, not serves) == (len(found.sights) == 1, found.passed_by == 1)


def test_what_kserve_made_is_part_of_its_service_and_has_no_bytes_of_its_own():
    labels = {"serving.kserve.io/inferenceservice": "churn"}
    (found,) = read(manifest(name="churn-predictor", labels=labels, annotations=NOTES)).sights

    assert ("ml/churn", "") == (found.part_of, found.storage)


@pytest.mark.parametrize("name", ["STORAGE_URI", "MODEL_URI"])
def test_the_address_of_bytes_is_read_from_variables(name):
    entry = f"{{name: main, env: [7, {{name: A}}, {{name: {name}, value: 'gs://m/a'}}]}}"
    spec = f"{{template: {{spec: {{containers: [{entry}]}}}}}}"
    (found,) = read(manifest(spec=spec, labels=OURS)).sights

    assert "gs://m/a" == found.storage


@pytest.mark.parametrize(("spec", "is_live"), [("{replicas: 0}", False), ("{replicas: 1}", True)])
def test_what_is_scaled_to_none_is_there_and_not_live(spec, is_live):
    (found,) = read(manifest(spec=spec, labels=OURS)).sights

    assert is_live is found.is_live


@pytest.mark.parametrize(
    ("kind", "version", "system"),
    [
        ("InferenceService", "serving.kserve.io/v1beta1", "kserve"),
        ("LLMInferenceService", "serving.kserve.io/v1alpha1", "kserve"),
        ("Rollout", "argoproj.io/v1alpha1", "argo-rollouts"),
    ],
)
def test_other_objects_of_mlspec_are_known_by_their_labels(kind, version, system):
    found = read(manifest(kind, version, labels=OURS), manifest(kind, version, name="foreign"))

    assert [(system, "ml/churn")] == [*found.ours]
    assert (frozenset({system}), ()) == (found.systems, found.sights)
    assert "churn" == found.ours[system, "ml/churn"].labelled


def test_what_changes_from_version_to_version_stands_in_the_predictor():
    spec = "{predictor: {annotations: {mlspec.dev/model-version: v7}}}"
    found = read(manifest("InferenceService", "serving.kserve.io/v1beta1", spec=spec, labels=OURS))

    assert "v7" == found.ours["kserve", "ml/churn"].version


def test_objects_that_serve_nothing_are_not_looked_at():
    found = read(manifest("Service", "v1", labels=OURS), manifest("Rollout", "other.io/v1"))

    assert ((), {}, frozenset(), 0) == (found.sights, found.ours, found.systems, found.passed_by)


def test_the_newest_moment_of_an_object_is_told():
    times = {"creationTimestamp": "2026-01-02T03:04:05Z", "managedFields": [7, {"time": "never"}]}
    later = {"managedFields": [{"time": "2026-02-02T03:04:05Z"}], "creationTimestamp": None}

    assert "2026-02-02T03:04:05Z" == read(manifest(**times), manifest(name="b", **later)).newest
    assert "" == read(manifest()).newest


def test_an_object_that_is_there_twice_is_read_once():
    assert 1 == len(read(manifest(labels=OURS), manifest(labels=OURS)).sights)


@pytest.mark.parametrize("labels", ["[1]", "7", "{a: 1}", "{mlspec.dev/model: {b: 1}}", "null"])
def test_labels_of_any_form_are_no_fault(labels):
    text = manifest().replace("metadata: {", f"metadata: {{'labels': {labels}, ")

    assert 1 == read(text).passed_by
