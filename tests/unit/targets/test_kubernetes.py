from __future__ import annotations

import dataclasses

import pytest
from inline_snapshot import snapshot
from tests.unit.targets import sample

from mlspec.targets.kubernetes import TARGET


def objects(service):
    documents = sample.emitted(TARGET, sample.bundle(service))[f"kubernetes/{service.name}.yaml"]
    return {f"{each['kind']}/{each['metadata']['name']}": each for each in documents}


def pod(service, name=None):
    return objects(service)[f"Deployment/{name or service.name}"]["spec"]["template"]


def test_a_model_gets_its_core_objects():
    assert list(objects(sample.service())) == snapshot(
        [
            "ServiceAccount/screen",
            "NetworkPolicy/screen",
            "Deployment/screen",
            "Service/screen",
            "HorizontalPodAutoscaler/screen",
            "PodDisruptionBudget/screen",
        ]
    )


def test_champion_and_challenger_run_side_by_side():
    service = sample.service(rollout=sample.rollouts()["canary"])

    found = objects(service)

    images = {
        name: each["spec"]["template"]["spec"]["containers"][0]["image"]
        for name, each in found.items()
        if each["kind"] == "Deployment"
    }
    assert images == {
        "Deployment/screen-champion": sample.CHAMPION,
        "Deployment/screen-challenger": sample.IMAGE,
    }
    assert {"Service/screen-champion", "Service/screen-challenger"} <= set(found)


def test_a_first_release_has_nothing_beside_it():
    service = sample.service(rollout=sample.rollouts()["first"])

    assert "Deployment/screen" in objects(service)


@pytest.mark.parametrize("name", sorted(sample.rollouts()))
def test_every_selector_finds_the_pods_of_one_deployment(name):
    found = objects(sample.service(rollout=sample.rollouts()[name])).values()
    pods = [each["spec"]["template"]["metadata"] for each in found if each["kind"] == "Deployment"]

    for each in found:
        if each["kind"] in ("Deployment", "Service", "PodDisruptionBudget"):
            selector = each["spec"]["selector"]
            wanted = selector.get("matchLabels", selector)
            matching = [pod for pod in pods if wanted.items() <= pod["labels"].items()]
            assert 1 == len(matching)
            assert each["metadata"]["name"] == matching[0]["labels"]["app.kubernetes.io/instance"]


def test_a_pod_runs_without_rights():
    spec = pod(sample.service())["spec"]

    assert spec["securityContext"] == snapshot(
        {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    )
    assert spec["containers"][0]["securityContext"] == snapshot(
        {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
        }
    )
    assert not spec["automountServiceAccountToken"]


def test_an_autoscaler_owns_the_number_of_replicas():
    fixed = objects(sample.service(cpu_utilisation=None))
    scaled = objects(sample.service(cpu_utilisation=0.7))

    assert 2 == fixed["Deployment/screen"]["spec"]["replicas"]
    assert "HorizontalPodAutoscaler/screen" not in fixed
    assert "replicas" not in scaled["Deployment/screen"]["spec"]
    assert scaled["HorizontalPodAutoscaler/screen"]["spec"] == snapshot(
        {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "screen"},
            "minReplicas": 2,
            "maxReplicas": 4,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": {"type": "Utilization", "averageUtilization": 70},
                    },
                }
            ],
        }
    )


def test_one_replica_has_no_disruption_budget():
    assert "PodDisruptionBudget/screen" not in objects(sample.service(replicas_minimum=1))


def test_graphics_cards_are_requested_and_limited_alike():
    container = pod(sample.service(gpu=2))["spec"]["containers"][0]

    assert container["resources"] == snapshot(
        {
            "limits": {"memory": "1Gi", "nvidia.com/gpu": "2"},
            "requests": {"cpu": "500m", "memory": "1Gi", "nvidia.com/gpu": "2"},
        }
    )


def test_spec_text_is_not_expanded_in_the_environment_of_a_container():
    container = pod(sample.service(artifact_uri="s3://$(HOME)/$x"))["spec"]["containers"][0]

    values = {each["name"]: each["value"] for each in container["env"]}
    assert "s3://$$(HOME)/$$x" == values["MLSPEC_ARTIFACT_URI"]


def test_a_version_that_is_no_label_value_is_told_by_the_annotation_alone():
    rollout = dataclasses.replace(
        sample.rollouts()["canary"], champion_version="the one of spring 2025"
    )

    metadata = pod(sample.service(rollout=rollout), "screen-champion")["metadata"]

    assert "app.kubernetes.io/version" not in metadata["labels"]
    assert "the one of spring 2025" == metadata["annotations"]["mlspec.dev/model-version"]


def test_an_edit_of_the_spec_alone_restarts_no_pod():
    digests = (((sample.SPEC, "sha256:" + each * 64),) for each in "34")
    templates = [
        sample.emitted(TARGET, sample.bundle(sample.service(), sources=each))[
            "kubernetes/screen.yaml"
        ][2]["spec"]["template"]
        for each in digests
    ]

    assert templates[0] == templates[1]


def test_the_kustomization_lists_every_model():
    bundle = sample.bundle(sample.service("b"), sample.service("a"))

    (kustomization,) = sample.emitted(TARGET, bundle)["kubernetes/kustomization.yaml"]

    assert ["a.yaml", "b.yaml"] == kustomization["resources"]


def test_no_service_means_no_file():
    assert not sample.emitted(TARGET, sample.bundle())


def test_an_artifact_starts_with_its_origin():
    (artifact, _) = TARGET.emit(sample.bundle(sample.service()), None)

    assert "".join(artifact.content.splitlines(keepends=True)[:22]) == snapshot("""\
# Generated by mlspec 0.1.0 for the environment prod; do not edit.
# Source: specs/models/screen.yaml
# Digest: sha256:33333333
apiVersion: v1
kind: ServiceAccount
metadata:
  name: screen
  namespace: ml
  labels:
    app.kubernetes.io/component: model-server
    app.kubernetes.io/managed-by: mlspec
    app.kubernetes.io/name: screen
    mlspec.dev/model: screen
    mlspec.dev/owner: workforce
    mlspec.dev/tier: high
  annotations:
    mlspec.dev/environment: prod
    mlspec.dev/source: specs/models/screen.yaml
    mlspec.dev/source-digest: sha256:33333333
automountServiceAccountToken: false
---
apiVersion: networking.k8s.io/v1
""")


def test_a_line_break_in_a_file_name_does_not_end_the_comment():
    service = sample.service(source="a\nkind: Pod\u2028.yaml")

    (artifact, _) = TARGET.emit(sample.bundle(service), None)

    assert all(line.startswith("#") for line in artifact.content.splitlines()[:2])
    assert "ServiceAccount" == next(iter(objects(service).values()))["kind"]


@pytest.mark.parametrize("name", sorted(sample.rollouts()))
def test_only_a_first_release_says_that_its_rollout_begins_later(name):
    service = sample.service(rollout=sample.rollouts()[name])
    (whole,) = (
        each.content
        for each in TARGET.emit(sample.bundle(service), None)
        if each.path == "kubernetes/screen.yaml"
    )

    assert ("no canary is compiled" in whole) is (name == "first")
