"""A Canary of Flagger as data: how traffic moves, and where requests come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Router, Strategy
from mlspec.targets._flagger_metrics import champion_pods, metrics
from mlspec.targets._kubernetes_meta import metadata, model_labels
from mlspec.targets._kubernetes_workload import PORT_NAME
from mlspec.targets._load_queries import load_queries
from mlspec.targets._moves import looks, minutes, percent

if TYPE_CHECKING:
    from mlspec.ir import Bundle, Rollout, Service
    from mlspec.targets._kubernetes_meta import Object

__all__ = ["canary", "held_minutes"]

_PROVIDERS = {
    Router.GATEWAY_API: "gatewayapi:v1",
    Router.ISTIO: "istio",
    Router.NONE: "kubernetes",
}
_WHOLE = 100


def canary(bundle: Bundle, service: Service) -> Object:
    """Return the Canary of a model, in the form the API server stores."""
    return {
        "apiVersion": "flagger.app/v1beta1",
        "kind": "Canary",
        "metadata": metadata(bundle, service, service.name, model_labels(service)),
        "spec": {
            "provider": _PROVIDERS[bundle.platform.router],
            "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": service.name},
            **_autoscaler(service),
            "progressDeadlineSeconds": 600,
            "skipAnalysis": False,
            "service": _entrance(bundle, service),
            "analysis": {
                **_moves(bundle, service.rollout),
                # One condition that is not proven: the next look goes back to the champion.
                "threshold": 1,
                "metrics": metrics(service),
                **_approval(bundle),
            },
        },
    }


def held_minutes(rollout: Rollout) -> int:
    """Return how long each weight of a canary is held: the longest of its steps, for all."""
    return max(1, *(step.hold_minutes for step in rollout.steps))


def _autoscaler(service: Service) -> Object:
    if service.load is not None:
        # Told, or Flagger would replace the name of the model wherever a query holds it.
        asked = load_queries(service, champion_pods(service))
        scaler: Object = {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "ScaledObject",
            "primaryScalerQueries": {name: query for name, (query, _) in asked.items()},
        }
    elif service.cpu_utilisation is not None:
        scaler = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler"}
    else:
        return {}
    return {"autoscalerRef": scaler | {"name": service.name}}


def _entrance(bundle: Bundle, service: Service) -> Object:
    ports: Object = {"port": service.port, "portName": PORT_NAME, "targetPort": PORT_NAME}
    if bundle.platform.router is Router.NONE:
        return ports
    return {
        **ports,
        **_gateway(bundle),
        "hosts": [f"{service.name}.{bundle.gateway.domain}"],
        "match": [{"uri": {"prefix": service.path}}],
    }


def _gateway(bundle: Bundle) -> Object:
    gateway = bundle.gateway
    if bundle.platform.router is Router.ISTIO:
        place = f"{gateway.namespace}/{gateway.name}" if gateway.namespace else gateway.name
        return {"gateways": [place]}
    reference: Object = {"group": "gateway.networking.k8s.io", "kind": "Gateway"}
    home: Object = {"namespace": gateway.namespace} if gateway.namespace else {}
    return {"gatewayRefs": [{**reference, "name": gateway.name, **home}]}


def _moves(bundle: Bundle, rollout: Rollout) -> Object:
    match rollout.strategy:
        case Strategy.CANARY:
            return _weights(rollout)
        case Strategy.BLUE_GREEN:
            return {"interval": "1m", "iterations": max(1, rollout.steps[0].hold_minutes)}
        case Strategy.SHADOW:
            return _iterations(rollout) | _mirror(bundle, rollout)
        case _:
            exact: Object = {rollout.header.lower(): {"exact": "b"}}
            return _iterations(rollout) | {"match": [{"headers": exact}]}


def _weights(rollout: Rollout) -> Object:
    """Flagger promotes after the last weight, so that all traffic is a step only if it is held."""
    steps = [step for step in rollout.steps if step.share < 1 or step.hold_minutes]
    weights = [percent(step.share) for step in steps] or [_WHOLE]
    return {"interval": minutes(held_minutes(rollout)), "stepWeights": [*weights]}


def _iterations(rollout: Rollout) -> Object:
    (step,) = rollout.steps
    window = rollout.analysis[0].window_minutes if rollout.analysis else 1
    count = max(1, looks(step.hold_minutes, window))
    return {"interval": minutes(window), "iterations": count}


def _mirror(bundle: Bundle, rollout: Rollout) -> Object:
    mirror: Object = {"mirror": True}
    if bundle.platform.router is Router.ISTIO:
        mirror["mirrorWeight"] = percent(rollout.steps[0].share)
    return mirror


def _approval(bundle: Bundle) -> Object:
    url = bundle.platform.approval_url
    if not url:
        return {}
    return {"webhooks": [{"name": "approval", "type": "confirm-promotion", "url": url}]}
