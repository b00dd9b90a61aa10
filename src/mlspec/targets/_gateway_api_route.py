"""An HTTPRoute as data, with every default of its schema written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._arms import CHALLENGER, arms, is_pooled
from mlspec.targets._gateway_api_steps import RouteStep, fraction
from mlspec.targets._kubernetes_meta import Object, metadata, model_labels

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Gateway, Service

__all__ = ["Object", "backend", "bare_route", "path_match", "route"]

_PER_CENT = 100


def route(bundle: Bundle, service: Service, step: RouteStep) -> Object:
    """Return the complete route of one step."""
    return bare_route(bundle, service, [*_header_rules(service, step), _rule(service, step)])


def bare_route(bundle: Bundle, service: Service, rules: list[Json]) -> Object:
    """Return a route of a model with the given rules."""
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": metadata(bundle, service, service.name, model_labels(service)),
        "spec": {
            "parentRefs": [_parent(bundle.gateway)],
            "hostnames": [f"{service.name}.{bundle.gateway.domain}"],
            "rules": rules,
        },
    }


def _parent(gateway: Gateway) -> Object:
    parent: Object = {
        "group": "gateway.networking.k8s.io",
        "kind": "Gateway",
        "name": gateway.name,
    }
    return parent | ({"namespace": gateway.namespace} if gateway.namespace else {})


def _header_rules(service: Service, step: RouteStep) -> list[Json]:
    if not step.header:
        return []
    header: Object = {"type": "Exact", "name": step.header, "value": "b"}
    arm = arms(service)[-1]
    return [
        {
            "matches": [{**path_match(service), "headers": [header]}],
            "backendRefs": [backend(service, arm.name) | {"weight": 1}],
        }
    ]


def _rule(service: Service, step: RouteStep) -> Object:
    rule: Object = {"matches": [path_match(service)]}
    if step.mirrored is not None:
        rule["filters"] = [_mirror(service, step.mirrored)]
    rule["backendRefs"] = _weighted(service, step)
    return rule


def path_match(service: Service) -> Object:
    """Return what a request to the model looks like."""
    return {"path": {"type": "PathPrefix", "value": service.path}}


def _weighted(service: Service, step: RouteStep) -> list[Json]:
    both = arms(service)
    if len(both) == 1:
        return [backend(service, both[0].name) | {"weight": 1}]
    challenger, whole = fraction(step.share)
    return [
        backend(service, arm.name)
        | {"weight": challenger if arm.role == CHALLENGER else whole - challenger}
        for arm in both
    ]


def _mirror(service: Service, share: float) -> Object:
    numerator, denominator = fraction(share)
    amount: Object = (
        {"percent": numerator}
        if denominator == _PER_CENT
        else {"fraction": {"numerator": numerator, "denominator": denominator}}
    )
    challenger = backend(service, arms(service)[-1].name)
    return {"type": "RequestMirror", "requestMirror": {"backendRef": challenger, **amount}}


def backend(service: Service, name: str) -> Object:
    """Return a reference to a Service of the model, or to a pool of its servers."""
    if is_pooled(service):
        return {"group": "inference.networking.k8s.io", "kind": "InferencePool", "name": name}
    return {"group": "", "kind": "Service", "name": name, "port": service.port}
