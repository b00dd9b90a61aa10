"""The Deployment of one arm.

Every field that the API server would fill in is written out, so that what is stored equals what
is emitted and a GitOps tool sees no difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Backend
from mlspec.targets._arms import is_moved_by
from mlspec.targets._kubernetes_meta import (
    Object,
    arm_annotations,
    arm_labels,
    arm_selector,
    metadata,
)

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Service
    from mlspec.targets._arms import Arm

__all__ = ["PORT_NAME", "container", "deployment", "pod_template", "replicas"]

PORT_NAME = "http"
_PROBE: Object = {
    "timeoutSeconds": 1,
    "periodSeconds": 10,
    "successThreshold": 1,
    "failureThreshold": 3,
}
_STARTUP_PROBES = 60
"""Ten minutes to load the model: as long as the progress deadline of the Deployment."""


def deployment(bundle: Bundle, service: Service, arm: Arm, count: int | None = None) -> Object:
    """Return the Deployment of an arm; a `count` of replicas goes before that of the spec."""
    labels = arm_labels(service, arm)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(bundle, service, arm.name, labels, arm),
        "spec": (replicas(service) if count is None else {"replicas": count})
        | {
            "progressDeadlineSeconds": 600,
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": arm_selector(service, arm)},
            "strategy": {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"},
            },
            "template": pod_template(service, arm),
        },
    }


def pod_template(service: Service, arm: Arm) -> Object:
    """Return the pods of an arm, as every sort of workload has them."""
    return {
        "metadata": {
            "labels": arm_labels(service, arm),
            "annotations": arm_annotations(service, arm),
        },
        "spec": _pod(service, arm),
    }


def replicas(service: Service) -> Object:
    """Return the number of replicas, where nothing else owns it.

    An autoscaler does, and Flagger, which scales the challenger to none between two rollouts:
    writing it here would undo their work at every apply.
    """
    is_scaled = service.cpu_utilisation is not None or service.load is not None
    if is_scaled or is_moved_by(service, Backend.FLAGGER):
        return {}
    return {"replicas": service.replicas_minimum}


def _pod(service: Service, arm: Arm) -> Object:
    return {
        "automountServiceAccountToken": False,
        "containers": [container(service, arm)],
        "dnsPolicy": "ClusterFirst",
        "enableServiceLinks": False,
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        # The old name of the next field: the API server stores both.
        "serviceAccount": service.name,
        "serviceAccountName": service.name,
        "terminationGracePeriodSeconds": 30,
        "volumes": [{"name": "tmp", "emptyDir": {}}],
    }


def container(service: Service, arm: Arm) -> Object:
    """Return the server of an arm, as every sort of pod has it."""
    ready: Object = {"httpGet": {"path": service.health_path, "port": PORT_NAME, "scheme": "HTTP"}}
    return {
        "name": "model",
        "image": arm.image,
        "imagePullPolicy": "IfNotPresent",
        "env": _environment(service, arm),
        "ports": [{"containerPort": service.port, "name": PORT_NAME, "protocol": "TCP"}],
        "startupProbe": {**ready, **_PROBE, "failureThreshold": _STARTUP_PROBES},
        "readinessProbe": {**ready, **_PROBE},
        # Readiness may depend on a feature store; a restart would not bring that back.
        "livenessProbe": {"tcpSocket": {"port": PORT_NAME}, **_PROBE},
        "resources": _resources(service),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
        },
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108  (in the container)
    }


def _environment(service: Service, arm: Arm) -> list[Json]:
    facts = {
        "MLSPEC_MODEL": service.name,
        "MLSPEC_ROLE": arm.role,
        "MLSPEC_VERSION": arm.version,
    }
    if arm.is_declared:
        facts["MLSPEC_ARTIFACT_DIGEST"] = service.artifact_digest
        facts["MLSPEC_ARTIFACT_URI"] = service.artifact_uri
    return [
        # `$(NAME)` in a value would be expanded; `$$` stands for one `$`.
        {"name": name, "value": facts[name].replace("$", "$$")}
        for name in sorted(facts)
        if facts[name]
    ]


def _resources(service: Service) -> Object:
    gpu: Object = {"nvidia.com/gpu": str(service.gpu)} if service.gpu else {}
    return {
        "limits": {"memory": service.memory, **gpu},
        "requests": {"cpu": service.cpu, "memory": service.memory, **gpu},
    }
