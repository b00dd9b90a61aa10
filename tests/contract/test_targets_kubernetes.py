"""What the targets `kubernetes` and `gateway-api` emit, judged by published schemas."""

from __future__ import annotations

import kubernetes_validate
import pytest
from tests.contract import crd
from tests.unit.targets import sample

from mlspec.targets.gateway_api import TARGET as GATEWAY_API
from mlspec.targets.kubernetes import TARGET as KUBERNETES

KUBERNETES_VERSION = "1.37"

CONTAINER = "spec.template.spec.containers.0"
DEFAULTED = {
    "Deployment": {
        "spec.progressDeadlineSeconds": 600,
        "spec.revisionHistoryLimit": 10,
        "spec.strategy.type": "RollingUpdate",
        "spec.strategy.rollingUpdate.maxSurge": "25%",
        "spec.strategy.rollingUpdate.maxUnavailable": "25%",
        "spec.template.spec.dnsPolicy": "ClusterFirst",
        "spec.template.spec.restartPolicy": "Always",
        "spec.template.spec.schedulerName": "default-scheduler",
        "spec.template.spec.serviceAccount": None,
        "spec.template.spec.terminationGracePeriodSeconds": 30,
        "spec.template.spec.securityContext": None,
        f"{CONTAINER}.imagePullPolicy": "IfNotPresent",
        f"{CONTAINER}.ports.0.protocol": "TCP",
        f"{CONTAINER}.terminationMessagePath": "/dev/termination-log",
        f"{CONTAINER}.terminationMessagePolicy": "File",
    }
    | {
        f"{CONTAINER}.{probe}.{field}": value
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
        for field, value in (
            ("timeoutSeconds", 1),
            ("periodSeconds", 10),
            ("successThreshold", 1),
            ("failureThreshold", None),
        )
    }
    | {
        f"{CONTAINER}.{probe}.httpGet.scheme": "HTTP"
        for probe in ("startupProbe", "readinessProbe")
    },
    "Service": {
        "spec.internalTrafficPolicy": "Cluster",
        "spec.ports.0.protocol": "TCP",
        "spec.ports.0.targetPort": None,
        "spec.sessionAffinity": "None",
        "spec.type": "ClusterIP",
    },
    "HorizontalPodAutoscaler": {"spec.minReplicas": None, "spec.metrics": None},
    "NetworkPolicy": {"spec.policyTypes": None, "spec.ingress.0.ports.0.protocol": "TCP"},
    "PodDisruptionBudget": {"spec.selector": None},
    "ServiceAccount": {},
}
"""What the defaulting code of Kubernetes fills in, by kind; None where the value is ours.

Left to the cluster: the addresses of a Service, and the replicas that an autoscaler moves.
"""


def core_objects():
    documents = sample.emitted(KUBERNETES, sample.full_bundle())
    fixed = sample.bundle(sample.service(cpu_utilisation=None, gpu=1, version=""))
    documents |= {f"fixed/{path}": each for path, each in sample.emitted(KUBERNETES, fixed).items()}
    return [
        pytest.param(each, id=f"{path}-{each['kind']}-{each['metadata']['name']}")
        for path, group in documents.items()
        if not path.endswith("kustomization.yaml")
        for each in group
    ]


def routes():
    documents = sample.emitted(GATEWAY_API, sample.full_bundle())
    return [
        pytest.param(group[0], id=path)
        for path, group in documents.items()
        if group[0]["kind"] == "HTTPRoute"
    ]


@pytest.mark.parametrize("manifest", core_objects())
def test_a_core_object_fits_the_schema(manifest):
    kubernetes_validate.validate(manifest, KUBERNETES_VERSION, strict=True)


@pytest.mark.parametrize("manifest", core_objects())
def test_nothing_is_left_for_the_api_server_to_fill_in(manifest):
    for path, value in DEFAULTED[manifest["kind"]].items():
        found = at(manifest, path)
        assert found is not None, path
        assert value in (None, found), path


@pytest.mark.parametrize("manifest", core_objects())
def test_names_and_labels_are_short_enough(manifest):
    metadata = manifest["metadata"]
    template = manifest.get("spec", {}).get("template", {}).get("metadata", {}).get("labels", {})

    assert len(metadata["name"]) <= 63
    assert all(len(value) <= 63 for value in {**metadata["labels"], **template}.values())


@pytest.mark.parametrize("manifest", [each for each in core_objects() if "Deployment" in each.id])
def test_the_selector_finds_the_template(manifest):
    labels = manifest["spec"]["template"]["metadata"]["labels"]

    assert manifest["spec"]["selector"]["matchLabels"].items() <= labels.items()


@pytest.mark.skipif(not crd.CONFORMANCE.exists(), reason=crd.WHY_SKIPPED)
@pytest.mark.parametrize("route", routes())
def test_a_route_is_accepted_and_stored_as_it_is_emitted(route):
    definition = crd.definition(route["apiVersion"], route["kind"])

    assert [] == definition.problems(route)
    assert route == definition.defaulted(route)


@pytest.mark.parametrize("route", routes())
def test_a_route_leads_to_services_that_exist(route):
    documents = sample.emitted(KUBERNETES, sample.full_bundle())
    services = {
        each["metadata"]["name"]: {port["port"] for port in each["spec"]["ports"]}
        for group in documents.values()
        for each in group
        if each["kind"] == "Service"
    }

    for rule in route["spec"]["rules"]:
        mirrors = [each["requestMirror"]["backendRef"] for each in rule.get("filters", ())]
        for backend in [*rule["backendRefs"], *mirrors]:
            assert backend["port"] in services[backend["name"]]


def at(value, path):
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list) else value.get(key, {})
    return None if value == {} else value
