"""The `strategy` of a Rollout: steps of a canary, or two colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Router, Strategy
from mlspec.targets._arms import CHALLENGER, CHAMPION, challenger_name, champion_name
from mlspec.targets._looks import rollouts_step
from mlspec.targets._moves import percent, timespan
from mlspec.targets._rollouts_analysis import judge, scraped_name, template_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, RolloutStep, Service
    from mlspec.targets._kubernetes_meta import Object

__all__ = ["PRIMARY", "has_two_services", "strategy"]

PRIMARY = "primary"
"""Name of the route of a VirtualService whose weights are moved."""
_HEADER_ROUTE = "arm-b"
_MIRROR_ROUTE = "mirror"
_PLUGIN = "argoproj-labs/gatewayAPI"
_SECONDS = 60
_ROLE = "mlspec.dev/role"


def has_two_services(bundle: Bundle, service: Service) -> bool:
    """Tell whether champion and challenger have a Service each; a ratio of replicas has one."""
    is_ratio = bundle.platform.router is Router.NONE
    return service.rollout.strategy is Strategy.BLUE_GREEN or not is_ratio


def strategy(bundle: Bundle, service: Service) -> Object:
    """Return the strategy of a Rollout, with every default of the controller written out."""
    if service.rollout.strategy is Strategy.BLUE_GREEN:
        return {"blueGreen": _blue_green(service)}
    return {"canary": _canary(bundle, service)}


def _blue_green(service: Service) -> Object:
    preview, switched = service.rollout.steps
    wait: Object = {"autoPromotionEnabled": not preview.hold_minutes}
    if preview.hold_minutes:
        wait["autoPromotionSeconds"] = preview.hold_minutes * _SECONDS
    return {
        "activeService": champion_name(service),
        "previewService": challenger_name(service),
        "activeMetadata": _role(CHAMPION),
        "previewMetadata": _role(CHALLENGER),
        **wait,
        "scaleDownDelaySeconds": switched.hold_minutes * _SECONDS,
        "abortScaleDownDelaySeconds": 30,
        **_promotion(service, switched),
    }


def _promotion(service: Service, switched: RolloutStep) -> Object:
    """Before the switch nobody asks the challenger: only that it is scraped can be judged."""
    count = rollouts_step(service.rollout, switched).count
    if not count:
        return {}
    return {
        "prePromotionAnalysis": judge(scraped_name(service)),
        "postPromotionAnalysis": judge(template_name(service, count)),
    }


def _canary(bundle: Bundle, service: Service) -> Object:
    routed = has_two_services(bundle, service)
    services: Object = {
        "stableService": champion_name(service),
        "canaryService": challenger_name(service),
        "trafficRouting": _routing(bundle, service),
        "scaleDownDelaySeconds": 30,
        "dynamicStableScale": False,
    }
    return {
        "stableMetadata": _role(CHAMPION),
        "canaryMetadata": _role(CHALLENGER),
        "maxSurge": "25%",
        "maxUnavailable": "25%",
        "abortScaleDownDelaySeconds": 30,
        **(services if routed else {}),
        "steps": list(_steps(service)),
    }


def _role(role: str) -> Object:
    return {"labels": {_ROLE: role}}


def _routing(bundle: Bundle, service: Service) -> Object:
    managed: Object = {}
    if names := list(_managed(service)):
        managed["managedRoutes"] = [{"name": name} for name in names]
    if bundle.platform.router is Router.ISTIO:
        return {"istio": {"virtualService": {"name": service.name, "routes": [PRIMARY]}}, **managed}
    route: Object = {"name": service.name, "useHeaderRoutes": bool(service.rollout.header)}
    return {
        "plugins": {_PLUGIN: {"httpRoutes": [route], "namespace": service.namespace}},
        **managed,
    }


def _managed(service: Service) -> Iterator[str]:
    if service.rollout.strategy is Strategy.SHADOW:
        yield _MIRROR_ROUTE
    if service.rollout.header:
        yield _HEADER_ROUTE


def _steps(service: Service) -> Iterator[Object]:
    match service.rollout.strategy:
        case Strategy.SHADOW:
            yield from _shadow(service)
        case Strategy.SPLIT:
            yield from _split(service)
        case _:
            for step in service.rollout.steps:
                yield {"setWeight": percent(step.share)}
                yield from _held(service, step)


def _shadow(service: Service) -> Iterator[Object]:
    (step,) = service.rollout.steps
    path: Object = {"path": {"prefix": service.path}}
    # Copies are no weight, so the scale of the challenger is told apart from it.
    yield {"setCanaryScale": {"replicas": max(1, service.replicas_minimum)}}
    yield {
        "setMirrorRoute": {
            "name": _MIRROR_ROUTE,
            "percentage": percent(step.share),
            "match": [path],
        }
    }
    yield from _held(service, step)
    yield {"setMirrorRoute": {"name": _MIRROR_ROUTE}}


def _split(service: Service) -> Iterator[Object]:
    (step,) = service.rollout.steps
    header = service.rollout.header.lower()
    yield {"setWeight": percent(step.share)}
    if header:
        exact: Object = {"headerName": header, "headerValue": {"exact": "b"}}
        yield {"setHeaderRoute": {"name": _HEADER_ROUTE, "match": [exact]}}
    yield from _held(service, step)
    yield {"pause": {}}  # an experiment is concluded by a person
    if header:
        yield {"setHeaderRoute": {"name": _HEADER_ROUTE}}


def _held(service: Service, step: RolloutStep) -> Iterator[Object]:
    """A step is held by its looks; what no window fills is a pause before them."""
    found = rollouts_step(service.rollout, step)
    if found.idle:
        yield {"pause": {"duration": timespan(found.idle)}}
    if found.count:
        yield {"analysis": judge(template_name(service, found.count))}
