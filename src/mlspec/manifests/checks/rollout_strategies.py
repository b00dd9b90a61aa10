"""Strategies of Argo Rollouts that its controller refuses: no API server does.

The rules are those of `pkg/apis/rollouts/validation/validation.go` of Argo Rollouts 1.9.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._rollouts import GROUP, canaries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _rollout(strategy: str, spec: str = "") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: fraud}\nspec:\n"
        f"{spec}  progressDeadlineAbort: true\n"
        "  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: fraud}\n"
        f"  strategy: {strategy}\n"
    )


_STRATEGY = breaks(
    "MLS1145",
    "rollout-without-one-strategy",
    "A Rollout has no strategy, or both.",
    "The API server takes it; the controller stops with `InvalidSpec` and moves nothing.",
    bad=_rollout(
        "{canary: {steps: [{setWeight: 5}]}, blueGreen: {activeService: a, previewService: b}}"
    ),
    good=_rollout("{canary: {steps: [{setWeight: 5}]}}"),
)
_SERVICES = breaks(
    "MLS1146",
    "rollout-services-not-distinct",
    "A Rollout uses one Service for both versions, or lacks one that its router needs.",
    """Both versions need a Service of their own, or the router can't tell them apart: every user
    would meet the new one. The controller refuses it, the API server does not.""",
    bad=_rollout("{blueGreen: {activeService: fraud, previewService: fraud}}"),
    good=_rollout("{blueGreen: {activeService: fraud, previewService: fraud-preview}}"),
)
_OPTION = breaks(
    "MLS1147",
    "rollout-option-without-router",
    "An option of a canary does not work with its traffic router, or with another option.",
    """`scaleDownDelaySeconds` and `dynamicStableScale` need traffic routing and exclude each
    other, `maxTrafficWeight` needs NGINX or a plugin, and ping-pong ALB, Istio or a plugin. Istio,
    NGINX and ALB move one object or a list of them, and an analysis starts at one of the steps.""",
    bad=_rollout("{canary: {dynamicStableScale: true, steps: [{setWeight: 5}]}}"),
    good=_rollout("{canary: {steps: [{setWeight: 5}]}}"),
)
_SURGE = breaks(
    "MLS1148",
    "rollout-without-room",
    "A canary may neither add a pod nor lose one.",
    "The controller refuses it: no pod could ever be replaced.",
    bad=_rollout("{canary: {maxSurge: 0, maxUnavailable: 0}}"),
    good=_rollout("{canary: {maxSurge: 1, maxUnavailable: 0}}"),
)
_AFFINITY = breaks(
    "MLS1149",
    "refused-rollout-anti-affinity",
    "The anti-affinity of a canary has no form, or both, or a weight outside of 1 to 100.",
    "The controller refuses it.",
    bad=_rollout("{canary: {antiAffinity: {}}}"),
    good=_rollout("{canary: {antiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}}}"),
)
_STUCK = warns(
    "MLS1150",
    "stuck-rollout-only-reports",
    "A Rollout that does not progress is only reported.",
    """Without `progressDeadlineAbort: true` a canary whose pods never become ready keeps its share
    of the traffic until somebody looks.""",
    bad=_rollout("{canary: {steps: [{setWeight: 5}]}}").replace(
        "  progressDeadlineAbort: true\n", ""
    ),
    good=_rollout("{canary: {steps: [{setWeight: 5}]}}"),
)
_HISTORY = breaks(
    "MLS1151",
    "rollout-history-too-short",
    "A Rollout keeps more old versions running than it keeps at all.",
    "The controller refuses a `scaleDownDelayRevisionLimit` above `revisionHistoryLimit`.",
    bad=_rollout(
        "{blueGreen: {activeService: a, previewService: b, scaleDownDelayRevisionLimit: 5}}",
        "  revisionHistoryLimit: 2\n",
    ),
    good=_rollout(
        "{blueGreen: {activeService: a, previewService: b, scaleDownDelayRevisionLimit: 2}}",
        "  revisionHistoryLimit: 2\n",
    ),
)
_WORKLOAD = breaks(
    "MLS1152",
    "rollout-with-two-templates",
    "A Rollout has a template and refers to a workload with another, or has neither.",
    "The controller refuses it: it would not know which pods to make.",
    bad=_rollout("{canary: {}}", "  template: {spec: {containers: [{name: a, image: b}]}}\n"),
    good=_rollout("{canary: {}}"),
)

_PING_PONG_ROUTERS = ("alb", "istio", "plugins")
_NEED_SERVICES = ("smi", "apisix", "ambassador", "nginx", "appMesh", "traefik")
_ZERO = re.compile(r"0+%?")
_COUNT = re.compile(r"[-+]?[0-9]+%?", re.ASCII)
_ROUTED = {
    "istio": ("virtualService", "virtualServices"),
    "nginx": ("stableIngress", "stableIngresses"),
    "alb": ("ingress", "ingresses"),
}
"""Of what each router moves, exactly one is named."""
_KEPT_REVISIONS = 10


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield what the controller of Argo Rollouts refuses of strategies, and stuck ones."""
    for node in objects(manifests, GROUP, "Rollout"):
        spec = node["spec"]
        yield from _strategies(spec)
        yield from _blue_green(spec)
        if spec["progressDeadlineAbort"].value is not True:
            hint = "add `progressDeadlineAbort: true`"
            message = "a rollout that gets stuck is only reported, never taken back"
            yield spec["progressDeadlineAbort"].problem(_STUCK, message, hint)
    for canary in canaries(manifests):
        yield from _canary_services(canary)
        yield from _ping_pong(canary)
        yield from _options(canary)
        yield from _routed(canary["trafficRouting"])
        yield from _start(canary)
        yield from _surge(canary)
        yield from _anti_affinity(canary["antiAffinity"])


def _strategies(spec: Node) -> Iterator[Problem]:
    stated = spec["strategy"].set_keys("canary", "blueGreen")
    if len(stated) != 1:
        message = "both strategies are set" if stated else "there is no strategy"
        hint = "keep one of `canary` and `blueGreen`"
        yield spec["strategy"].problem(_STRATEGY, message, hint)
    if spec["workloadRef"].is_set and spec["template"].value:
        message = "`template` can't stand beside `workloadRef`"
        yield spec["template"].problem(_WORKLOAD, message, "remove one of them")
    elif not spec["workloadRef"].is_set and not spec["template"].is_set:
        message = "there is neither `template` nor `workloadRef`"
        yield spec.problem(_WORKLOAD, message, "add one of them")


def _blue_green(spec: Node) -> Iterator[Problem]:
    strategy = spec.at("strategy", "blueGreen")
    if not strategy.is_set:
        return
    active, preview = strategy["activeService"], strategy["previewService"]
    if active.text == preview.text:
        message = f"`{active.text}` is the Service of the active and of the preview version"
        yield (preview if preview.is_set else active).problem(_SERVICES, message, "name another")
    limit = strategy["scaleDownDelayRevisionLimit"]
    kept = spec["revisionHistoryLimit"].whole
    kept = _KEPT_REVISIONS if kept is None else kept
    if limit.whole is not None and limit.whole > kept:
        message = f"{limit.whole} old versions keep running, but only {kept} are kept"
        yield limit.problem(_HISTORY, message, "raise `revisionHistoryLimit`")


def _canary_services(canary: Node) -> Iterator[Problem]:
    own, stable = canary["canaryService"], canary["stableService"]
    if own.text and own.text == stable.text:
        message = f"`{own.text}` is the Service of the canary and of the stable version"
        yield own.problem(_SERVICES, message, "name another")
    if _needs_services(canary):
        for service in (own, stable):
            if not service.text:
                message = f"this traffic router needs `{service.path[-1]}`"
                yield service.problem(_SERVICES, message, "add the name of the Service")


def _needs_services(canary: Node) -> bool:
    routing = canary["trafficRouting"]
    plays = canary["pingPong"].is_set
    by_host = routing["istio"].is_set and not routing.at("istio", "destinationRule").is_set
    if (routing["alb"].is_set or by_host) and not plays:
        return True
    return bool(routing.set_keys(*_NEED_SERVICES))


def _ping_pong(canary: Node) -> Iterator[Problem]:
    pair, routing = canary["pingPong"], canary["trafficRouting"]
    if not pair.is_set:
        return
    ping, pong = pair["pingService"], pair["pongService"]
    if not ping.text or not pong.text or ping.text == pong.text:
        message = "ping-pong needs two Services, `pingService` and `pongService`"
        yield pair.problem(_SERVICES, message, "name both")
    if routing.is_set and not routing.set_keys(*_PING_PONG_ROUTERS):
        message = "ping-pong works with ALB, Istio and plugins only"
        yield pair.problem(_OPTION, message, "remove it, or change the router")
    if routing["alb"].is_set and not routing.at("alb", "rootService").text:
        message = "ping-pong with ALB needs `rootService`"
        yield routing.at("alb", "rootService").problem(_SERVICES, message, "add it")


def _options(canary: Node) -> Iterator[Problem]:
    routing, delay = canary["trafficRouting"], canary["scaleDownDelaySeconds"]
    dynamic = canary["dynamicStableScale"]
    if not routing.is_set:
        for option in (delay, dynamic):
            if option.is_set and option.value is not False:
                message = f"`{option.path[-1]}` needs `trafficRouting`"
                yield option.problem(_OPTION, message, "remove it, or add a router")
    elif delay.is_set and dynamic.value is True:
        message = "`dynamicStableScale` excludes `scaleDownDelaySeconds`"
        yield dynamic.problem(_OPTION, message, "remove one of them")
    most = routing["maxTrafficWeight"]
    if most.is_set and not routing.set_keys("nginx", "plugins"):
        message = "`maxTrafficWeight` works with NGINX and plugins only"
        yield most.problem(_OPTION, message, "remove it")


def _routed(routing: Node) -> Iterator[Problem]:
    for router, keys in _ROUTED.items():
        stated = [key for key in keys if routing[router].get(key) not in (None, "", [])]
        if routing[router].is_set and len(stated) != 1:
            told = "both are set" if stated else "neither is set"
            message = f"`{router}` needs one of `{keys[0]}` and `{keys[1]}`, and {told}"
            place = routing[router][stated[1]] if stated else routing[router]
            yield place.problem(_OPTION, message, "keep one of them" if stated else "add one")


def _start(canary: Node) -> Iterator[Problem]:
    start, steps = canary.at("analysis", "startingStep"), len(list(canary["steps"].each()))
    if start.whole is not None and start.whole >= max(steps, 1):
        message = f"the analysis starts at step {start.whole}, and there are {steps}: it never does"
        yield start.problem(_OPTION, message, "count steps from 0")


def _surge(canary: Node) -> Iterator[Problem]:
    surge, lost = canary["maxSurge"], canary["maxUnavailable"]
    if _is_zero(surge) and _is_zero(lost):
        message = "`maxSurge` and `maxUnavailable` are both 0: no pod can be replaced"
        yield lost.problem(_SURGE, message, "let one of them be 1")


def _is_zero(node: Node) -> bool:
    """Tell whether a number of pods is none, as is a text that the controller can't read."""
    is_read = not node.text or _COUNT.fullmatch(node.text)
    return node.whole == 0 or not is_read or _ZERO.fullmatch(node.text) is not None


def _anti_affinity(affinity: Node) -> Iterator[Problem]:
    if not affinity.is_set:
        return
    forms = ("preferred", "required")
    keys = [f"{form}DuringSchedulingIgnoredDuringExecution" for form in forms]
    if len(affinity.set_keys(*keys)) != 1:
        message = "the anti-affinity is either preferred or required"
        yield affinity.problem(_AFFINITY, message, f"keep one of `{keys[0]}` and `{keys[1]}`")
    weight = affinity[keys[0]]["weight"]
    if affinity[keys[0]].is_set and not 1 <= (weight.whole or 0) <= _LARGEST_WEIGHT:
        yield weight.problem(_AFFINITY, "the weight is 1 to 100", "write such a number")


_LARGEST_WEIGHT = 100

CHECK = Check(
    "rollout-strategies",
    (_STRATEGY, _SERVICES, _OPTION, _SURGE, _AFFINITY, _STUCK, _HISTORY, _WORKLOAD),
    find,
)
