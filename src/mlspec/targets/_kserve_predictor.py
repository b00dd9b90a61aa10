"""The predictor of an InferenceService: a container of the spec, or a runtime of KServe.

KServe copies labels and annotations of the service to its pods, so none of them holds what changes
while the pods need not: no digest of a spec file. The webhook fills in limits of CPU where none
are stated (one core, below what a larger request asks for), so they are stated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.targets._arms import Arm
from mlspec.targets._kubernetes_meta import Object, arm_annotations, arm_labels, model_labels
from mlspec.targets._kubernetes_workload import container

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Service
    from mlspec.targets._arms import Arm

__all__ = ["CONTAINER", "model_format", "model_metadata", "predictor", "resources"]

CONTAINER = "kserve-container"
"""The name by which KServe finds the server among the containers."""

_RUNTIMES = {"mlserver": "kserve-mlserver", "triton": "kserve-tritonserver"}
_FORMATS = {
    "joblib": "sklearn",
    "lightgbm": "lightgbm",
    "onnx": "onnx",
    "pickle": "sklearn",
    "xgboost": "xgboost",
}


def model_metadata(
    bundle: Bundle, service: Service, name: str, annotations: Object | None = None
) -> Object:
    """Return the `metadata` of an object that KServe reads."""
    stated: Object = {
        "mlspec.dev/environment": bundle.environment,
        "mlspec.dev/source": service.source,
        **(annotations or {}),
    }
    return {
        "name": name,
        "namespace": service.namespace,
        "labels": dict(sorted(model_labels(service).items())),
        "annotations": dict(sorted(stated.items())),
    }


def model_format(service: Service) -> str:
    """Return the format that a runtime of KServe looks for; nothing where an image serves."""
    return "" if service.image else _FORMATS.get(service.artifact_format, "")


def predictor(service: Service, arm: Arm, uri: str, *, is_knative: bool) -> Object:
    """Return the server of an arm and its pods, without replicas."""
    server: Object = (
        {"containers": [_container(service, arm, uri, is_knative=is_knative)], **_volumes()}
        if service.image
        else {"model": _model(service, uri)}
    )
    return {
        "labels": arm_labels(service, arm),
        "annotations": arm_annotations(service, arm),
        "automountServiceAccountToken": False,
        "serviceAccountName": service.name,
        **server,
    }


def _volumes() -> Object:
    return {"volumes": [{"name": "tmp", "emptyDir": {}}]}


def _container(service: Service, arm: Arm, uri: str, *, is_knative: bool) -> Object:
    own: Object = container(service, arm) | {"name": CONTAINER, "resources": resources(service)}
    if service.is_loaded:
        # Makes KServe load the bytes into /mnt/models, and its webhook accept a canary.
        place: Object = {"name": "STORAGE_URI", "value": uri}
        own["env"] = [*cast("list[Json]", own["env"]), place]  # a list, see `container`
    return _for_knative(service, own) if is_knative else own


def _for_knative(service: Service, own: Object) -> Object:
    """Knative knows no names of ports but its own, and probes the port with its proxy."""
    ready: Object = {"httpGet": {"path": service.health_path, "port": service.port}}
    left_out = ("livenessProbe", "startupProbe", "terminationMessagePath")
    kept = {key: value for key, value in own.items() if key not in left_out}
    ports: list[Json] = [{"containerPort": service.port, "protocol": "TCP"}]
    return kept | {"ports": ports, "readinessProbe": ready}


def _model(service: Service, uri: str) -> Object:
    return {
        "modelFormat": {"name": model_format(service)},
        "runtime": _RUNTIMES[service.runtime],
        "protocolVersion": "v2",
        "storageUri": uri,
        "resources": resources(service),
    }


def resources(service: Service) -> Object:
    """Return what one replica gets, limits of CPU included."""
    gpu: Object = {"nvidia.com/gpu": str(service.gpu)} if service.gpu else {}
    amounts: Object = {"cpu": service.cpu, "memory": service.memory, **gpu}
    return {"limits": amounts, "requests": dict(amounts)}
