"""What splits the requests below a Rollout: an HTTPRoute, or a VirtualService of Istio.

The controller moves the weights; they are written as they stand before a rollout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Router, Strategy
from mlspec.targets._arms import challenger_name, champion_name
from mlspec.targets._gateway_api_route import backend, bare_route, path_match
from mlspec.targets._kubernetes_meta import Object, metadata, model_labels
from mlspec.targets._rollouts_strategy import PRIMARY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Service

__all__ = ["traffic"]

_WHOLE = 100


def traffic(bundle: Bundle, service: Service) -> Iterator[Object]:
    """Yield the route of a model; none where nothing routes."""
    match bundle.platform.router:
        case Router.GATEWAY_API:
            rule: Object = {
                "matches": [path_match(service)],
                "backendRefs": [
                    backend(service, name) | {"weight": weight}
                    for name, weight in _weights(service)
                ],
            }
            yield bare_route(bundle, service, [rule])
        case Router.ISTIO:
            yield _virtual_service(bundle, service)
        case Router.NONE:
            return


def _weights(service: Service) -> tuple[tuple[str, int], ...]:
    champion = (champion_name(service), _WHOLE)
    if service.rollout.strategy is Strategy.BLUE_GREEN:
        return (champion,)  # the controller flips the selector of the Service
    return (champion, (challenger_name(service), 0))


def _virtual_service(bundle: Bundle, service: Service) -> Object:
    gateway = bundle.gateway
    place = f"{gateway.namespace}/{gateway.name}" if gateway.namespace else gateway.name
    destinations: list[Json] = [
        {"destination": {"host": name, "port": {"number": service.port}}, "weight": weight}
        for name, weight in _weights(service)
    ]
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "VirtualService",
        "metadata": metadata(bundle, service, service.name, model_labels(service)),
        "spec": {
            "gateways": [place],
            "hosts": [f"{service.name}.{gateway.domain}"],
            "http": [
                {
                    "name": PRIMARY,
                    "match": [{"uri": {"prefix": service.path}}],
                    "route": destinations,
                }
            ],
        },
    }
