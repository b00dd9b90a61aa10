"""An InferenceService in one of its states, as the webhooks of KServe accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Strategy
from mlspec.targets._arms import CHALLENGER, CHAMPION, Arm
from mlspec.targets._kserve_predictor import CONTAINER, model_format, model_metadata, predictor

if TYPE_CHECKING:
    from mlspec.ir import Bundle, Service
    from mlspec.targets._kserve_steps import State
    from mlspec.targets._kubernetes_meta import Object

__all__ = ["inference_service", "is_knative", "is_moved"]

_GROUP = "serving.kserve.io"


def is_knative(bundle: Bundle) -> bool:
    """Tell whether InferenceServices are Knative Services."""
    return bundle.platform.kserve_mode == "knative"


def is_moved(bundle: Bundle, service: Service) -> bool:
    """Tell whether a rollout moves what serves, so that it lies in steps.

    In Knative mode KServe keeps what ran before, whether the spec names a champion or not.
    """
    by_revision = is_knative(bundle) and service.llm is None
    return service.rollout.is_staged or (
        by_revision and service.rollout.strategy is not Strategy.NONE
    )


def inference_service(bundle: Bundle, service: Service, state: State | None) -> Object:
    """Return the service in a state of its rollout; without one it serves the model alone."""
    spec: Object = _revision(service, state) if is_knative(bundle) else _stable(service, state)
    annotations = _annotations(bundle, service)
    return {
        "apiVersion": f"{_GROUP}/v1beta1",
        "kind": "InferenceService",
        "metadata": model_metadata(bundle, service, service.name, annotations),
        "spec": spec,
    }


def _annotations(bundle: Bundle, service: Service) -> Object:
    stated: Object = {}
    if is_knative(bundle):
        stated[f"{_GROUP}/deploymentMode"] = "Knative"
        # In every state: taking it away would start a new revision.
        stated[f"{_GROUP}/enable-tag-routing"] = "true"
        if service.cpu_utilisation is not None and service.load is None:
            stated["autoscaling.knative.dev/class"] = "hpa.autoscaling.knative.dev"
    else:
        stated[f"{_GROUP}/deploymentMode"] = "Standard"
        stated[f"{_GROUP}/autoscalerClass"] = "none" if service.cpu_utilisation is None else "hpa"
    if kind := model_format(service):
        stated["modelFormat"] = kind  # what the webhook adds
    return stated


def _revision(service: Service, state: State | None) -> Object:
    is_moving = state is not None and state.percent is not None
    arm = _challenger(service, CHALLENGER if is_moving else CHAMPION)
    share: Object = {}
    if state is not None and state.percent is not None:
        share["canaryTrafficPercent"] = state.percent
    own = predictor(service, arm, service.artifact_uri, is_knative=True)
    return {"predictor": own | _bounds(service) | share}


def _stable(service: Service, state: State | None) -> Object:
    if state is None or state.is_promoted:
        stable = _challenger(service, CHAMPION)
        uri = service.artifact_uri
    else:
        rollout = service.rollout
        stable = Arm(
            service.name,
            CHAMPION,
            rollout.champion_image,
            rollout.champion_version,
            is_declared=False,
        )
        uri = rollout.champion_uri
    own = predictor(service, stable, uri, is_knative=False)
    if state is None or state.percent is None:
        return {"predictor": own | _bounds(service)}
    kept, beside = state.replicas
    most = max(service.replicas_maximum, kept)
    return {
        "predictor": own | _bounds(service) | {"minReplicas": kept, "maxReplicas": most},
        "canary": [{"predictor": _canary(service, beside), "trafficPercent": state.percent}],
    }


def _canary(service: Service, replicas: int) -> Object:
    own = predictor(
        service, _challenger(service, CHALLENGER), service.artifact_uri, is_knative=False
    )
    if isinstance(model := own.get("model"), dict):
        # The definition asks for it here, and the webhook forbids it in the stable predictor.
        own["model"] = {"name": CONTAINER, **model}
    return own | {"name": CHALLENGER, "minReplicas": replicas}


def _challenger(service: Service, role: str) -> Arm:
    return Arm(service.name, role, service.image, service.version, is_declared=True)


def _bounds(service: Service) -> Object:
    bounds: Object = {
        "minReplicas": service.replicas_minimum,
        "maxReplicas": service.replicas_maximum,
    }
    load = service.load
    if load is not None and load.requests_per_replica:
        return bounds | {"scaleMetric": "rps", "scaleTarget": round(load.requests_per_replica)}
    if service.cpu_utilisation is not None:
        target = max(1, round(service.cpu_utilisation * 100))
        return bounds | {"scaleMetric": "cpu", "scaleTarget": target}
    return bounds
