"""Which objects a cluster has once a file is applied: those in it, and those controllers make.

The one place that knows names which no file holds. They were read in the sources of each controller
(Flagger 1.44, KServe 0.20, KEDA 2.18, Argo Workflows 4.1); objects with a hash in their name can't
collide and are left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.ir import Claim, ObjectName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mlspec.canonical import Json

    Named = tuple[str, str, str]
    """Group, kind and name of an object that is made."""

__all__ = ["claims_of"]

_MODEL = "mlspec.dev/model"
_ROUTING = "gateway.networking.k8s.io"


def claims_of(objects: Iterable[Json]) -> tuple[Claim, ...]:
    """Return what some objects of Kubernetes come to in a cluster, in their order, each once."""
    found = (claim for each in objects for claim in _claims(_mapping(each)))
    return tuple(dict.fromkeys(found))


def _claims(data: Mapping[str, Json]) -> Iterator[Claim]:
    metadata = _mapping(data.get("metadata"))
    group, slash, _ = str(data.get("apiVersion", "")).rpartition("/")
    own = (group if slash else "", str(data.get("kind", "")), str(metadata.get("name", "")))
    model = str(_mapping(metadata.get("labels")).get(_MODEL, ""))
    namespace = str(metadata.get("namespace", ""))
    yield Claim(_object(own, namespace), model)
    maker, make = _MAKERS.get(own[:2], ("", _nothing))
    for each in make(own[2], data):
        yield Claim(_object(each, namespace), model, maker)


def _object(named: Named, namespace: str) -> ObjectName:
    group, kind, name = named
    return ObjectName(group, kind, namespace, name)


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _nothing(_name: str, _data: Mapping[str, Json]) -> Iterator[Named]:
    yield from ()


def _by_flagger(name: str, data: Mapping[str, Json]) -> Iterator[Named]:
    """A copy that serves, three Services, and what routes to them."""
    spec = _mapping(data.get("spec"))
    yield "apps", "Deployment", f"{name}-primary"
    for suffix in ("", "-primary", "-canary"):
        yield "", "Service", f"{name}{suffix}"
    provider = str(spec.get("provider", ""))
    if provider.startswith("gatewayapi"):
        yield _ROUTING, "HTTPRoute", name
    if provider == "istio":
        yield "networking.istio.io", "VirtualService", name
        for suffix in ("-primary", "-canary"):
            yield "networking.istio.io", "DestinationRule", f"{name}{suffix}"
    scaler = _mapping(spec.get("autoscalerRef"))
    if scaler:
        group, _, _ = str(scaler.get("apiVersion", "")).rpartition("/")
        yield group, str(scaler.get("kind", "")), f"{name}-primary"


def _by_kserve(name: str, data: Mapping[str, Json]) -> Iterator[Named]:
    """A Service of its own name, and a predictor, or a predictor beside each canary."""
    annotations = _mapping(_mapping(data.get("metadata")).get("annotations"))
    yield "", "Service", name
    yield "", "Service", f"{name}-predictor"
    if annotations.get("serving.kserve.io/deploymentMode") == "Knative":
        yield "serving.knative.dev", "Service", f"{name}-predictor"
        yield "networking.istio.io", "VirtualService", name
        return
    yield "apps", "Deployment", f"{name}-predictor"
    yield "autoscaling", "HorizontalPodAutoscaler", f"{name}-predictor"
    for route in (name, f"{name}-predictor"):
        yield _ROUTING, "HTTPRoute", route
    beside = _mapping(data.get("spec")).get("canary")
    for each in beside if isinstance(beside, list) else ():
        predictor = f"{name}-{_mapping(each).get('name', '')}-predictor"
        yield "apps", "Deployment", predictor
        yield "", "Service", predictor


def _by_llm(name: str, _data: Mapping[str, Json]) -> Iterator[Named]:
    """Servers behind a Service, a route, and a pool with its scheduler."""
    yield "apps", "Deployment", f"{name}-kserve"
    yield "", "Service", f"{name}-kserve-workload-svc"
    yield _ROUTING, "HTTPRoute", f"{name}-kserve-route"
    yield "inference.networking.k8s.io", "InferencePool", f"{name}-inference-pool"
    yield "apps", "Deployment", f"{name}-kserve-router-scheduler"
    yield "", "Service", f"{name}-epp-service"


def _by_keda(name: str, _data: Mapping[str, Json]) -> Iterator[Named]:
    yield "autoscaling", "HorizontalPodAutoscaler", f"keda-hpa-{name}"


def _by_event(_name: str, data: Mapping[str, Json]) -> Iterator[Named]:
    """A run with the name that the binding gives it: text in quotes, an expression of Argo."""
    submit = _mapping(_mapping(data.get("spec")).get("submit"))
    yield "argoproj.io", "Workflow", str(json.loads(str(_mapping(submit["metadata"])["name"])))


_MAKERS: Mapping[
    tuple[str, str], tuple[str, Callable[[str, Mapping[str, Json]], Iterator[Named]]]
] = {
    ("argoproj.io", "WorkflowEventBinding"): ("Argo Workflows", _by_event),
    ("flagger.app", "Canary"): ("Flagger", _by_flagger),
    ("keda.sh", "ScaledObject"): ("KEDA", _by_keda),
    ("serving.kserve.io", "InferenceService"): ("KServe", _by_kserve),
    ("serving.kserve.io", "LLMInferenceService"): ("KServe", _by_llm),
}
