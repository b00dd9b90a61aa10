"""Steps of canaries that the controller of Argo Rollouts refuses, or that do nothing.

The rules are those of `pkg/apis/rollouts/validation/validation.go` of Argo Rollouts 1.9.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._durations import go_seconds
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._rollouts import canaries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _rollout(canary: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: fraud}\nspec:\n"
        "  progressDeadlineAbort: true\n"
        "  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: fraud}\n"
        f"  strategy:\n    canary:\n      {canary}\n"
    )


_ISTIO = (
    "canaryService: fraud-canary\n      stableService: fraud-stable\n      trafficRouting:\n"
    "        istio: {virtualService: {name: fraud}}\n        managedRoutes: [{name: shadow}]\n"
    "      "
)
_PLUGIN = 'trafficRouting: {plugins: {"argoproj-labs/gatewayAPI": {httpRoute: fraud}}}\n      '

_ACTION = breaks(
    "MLS1155",
    "step-without-one-action",
    "A step of a canary has no action, or several.",
    """The API server takes two actions in one step; the controller stops with `InvalidSpec`. A
    pause and a weight are two steps.""",
    bad=_rollout("steps: [{setWeight: 5, pause: {}}]"),
    good=_rollout("steps: [{setWeight: 5}, {pause: {}}]"),
)
_WEIGHT = breaks(
    "MLS1156",
    "impossible-step-weight",
    "A step sends more than all of the traffic, or less than none.",
    "Weights are per cents of `maxTrafficWeight`, 100 unless it is set; the controller refuses "
    "others.",
    bad=_rollout("steps: [{setWeight: 150}]"),
    good=_rollout("steps: [{setWeight: 50}]"),
)
_PAUSE = breaks(
    "MLS1157",
    "unreadable-pause",
    "The duration of a pause can't be read.",
    """Durations are seconds, or numbers with `s`, `m` or `h`, without a space. The API server
    takes any text; the controller stops with `InvalidSpec`.""",
    bad=_rollout('steps: [{setWeight: 5}, {pause: {duration: "10 minutes"}}]'),
    good=_rollout("steps: [{setWeight: 5}, {pause: {duration: 10m}}]"),
)
_ROUTER = breaks(
    "MLS1158",
    "step-without-router",
    "A step needs a traffic router that the canary does not have.",
    """`setCanaryScale` needs any router, `setHeaderRoute` Istio, ALB, APISIX or a plugin, and
    `setMirrorRoute` Istio: other routers refuse it, and the plugin for the Gateway API does nothing
    and says nothing, so that a shadow release would see no traffic.""",
    bad=_rollout(_PLUGIN + "steps: [{setMirrorRoute: {name: shadow, percentage: 100}}]"),
    good=_rollout(_ISTIO + "steps: [{setMirrorRoute: {name: shadow, percentage: 100}}]"),
)
_ROUTE = breaks(
    "MLS1159",
    "unmanaged-route",
    "A step sets a route that `managedRoutes` does not list.",
    """The controller puts its routes in front of all others and may remove what it manages: it
    refuses names that were not given to it.""",
    bad=_rollout(_ISTIO + "steps: [{setMirrorRoute: {name: dark, percentage: 100}}]"),
    good=_rollout(_ISTIO + "steps: [{setMirrorRoute: {name: shadow, percentage: 100}}]"),
)
_MATCH = breaks(
    "MLS1160",
    "ambiguous-route-match",
    "A match of a route compares with no value, or with several.",
    "The controller wants exactly one of `exact`, `regex` and `prefix`, and ALB only `exact`.",
    bad=_rollout(
        _ISTIO + "steps: [{setHeaderRoute: {name: shadow, match: [{headerName: x-arm}]}}]"
    ),
    good=_rollout(
        _ISTIO + "steps: [{setHeaderRoute: {name: shadow, match: [{headerName: x-arm,"
        " headerValue: {exact: b}}]}}]"
    ),
)
_FIELD = breaks(
    "MLS1161",
    "unknown-metadata-argument",
    "An argument of an analysis takes a value from metadata that there is not.",
    """Only the name, the namespace, the uid, and single labels and annotations can be read; the
    controller refuses others.""",
    bad=_rollout(
        "steps: [{analysis: {templates: [{templateName: slo}], args: [{name: a,"
        " valueFrom: {fieldRef: {fieldPath: metadata.owner}}}]}}]"
    ),
    good=_rollout(
        "steps: [{analysis: {templates: [{templateName: slo}], args: [{name: a,"
        " valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}}]"
    ),
)

_ALONE = ("setWeight", "pause", "experiment", "analysis")
"""The actions of which a step has at most one; the controller takes others beside them."""

_ACTIONS = (
    *_ALONE,
    "setCanaryScale",
    "setHeaderRoute",
    "setMirrorRoute",
    "plugin",
)
_ROUTERS = {
    "setHeaderRoute": ("istio", "alb", "apisix", "plugins"),
    "setMirrorRoute": ("istio",),
}
_EXPERIMENT_ROUTERS = ("alb", "smi", "istio", "plugins")
_MATCHES = ("exact", "regex", "prefix")
_METADATA = re.compile(
    r"metadata\.(?:name|namespace|uid|labels|annotations|(?:labels|annotations)\['[^']+'\])"
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield steps that the controller refuses."""
    for canary in canaries(manifests):
        routing = canary["trafficRouting"]
        for step in canary["steps"].each():
            yield from _action(step)
            yield from _weight(step["setWeight"], routing)
            yield from _pause(step.at("pause", "duration"))
            yield from _routers(step, routing)
            yield from _routes(step, routing)
            yield from _matches(step, routing)
            yield from _arguments(step)


def _action(step: Node) -> Iterator[Problem]:
    stated, alone = step.set_keys(*_ACTIONS), step.set_keys(*_ALONE)
    if not stated or len(alone) > 1:
        told = " and ".join(f"`{key}`" for key in stated) or "no action"
        hint = "make a step of each" if stated else f"use one of {', '.join(_ACTIONS)}"
        yield step.problem(_ACTION, f"the step has {told}", hint)


def _weight(weight: Node, routing: Node) -> Iterator[Problem]:
    most = routing["maxTrafficWeight"].whole
    most = 100 if most is None else most
    if weight.is_set and (weight.whole is None or not 0 <= weight.whole <= most):
        message = f"the weight is {weight.shown}, but lies between 0 and {most}"
        yield weight.problem(_WEIGHT, message, "write the share in per cent")


def _pause(duration: Node) -> Iterator[Problem]:
    if not duration.is_set:
        return
    text = str(duration.whole) if duration.whole is not None else duration.text
    seconds = float(text) if _INTEGER.fullmatch(text) else go_seconds(text)
    if seconds is None or seconds < 0:
        message = f"`{duration.shown}` is no duration"
        yield duration.problem(_PAUSE, message, "write one such as `10m`")


def _routers(step: Node, routing: Node) -> Iterator[Problem]:
    if step["setCanaryScale"].is_set and not routing.is_set:
        message = "`setCanaryScale` needs `trafficRouting`"
        yield step["setCanaryScale"].problem(_ROUTER, message, "add a router")
    for key, routers in _ROUTERS.items():
        if step[key].is_set and not routing.set_keys(*routers):
            message = f"`{key}` needs one of the routers {', '.join(routers)}"
            yield step[key].problem(_ROUTER, message, "change the router, or remove the step")
    for template in step.at("experiment", "templates").each():
        if template["weight"].is_set and not routing.set_keys(*_EXPERIMENT_ROUTERS):
            message = "a weight of an experiment needs ALB, SMI, Istio or a plugin"
            yield template["weight"].problem(_ROUTER, message, "remove it, or change the router")


def _routes(step: Node, routing: Node) -> Iterator[Problem]:
    managed = {each["name"].text for each in routing["managedRoutes"].each()}
    for key in step.set_keys(*_ROUTERS):
        name = step[key]["name"]
        if routing.is_set and name.text not in managed:
            message = f"`managedRoutes` does not list the route `{name.text}`"
            hint = f"add `- name: {name.text}` to `trafficRouting.managedRoutes`"
            yield name.problem(_ROUTE, message, hint)


def _matches(step: Node, routing: Node) -> Iterator[Problem]:
    for match in step.at("setHeaderRoute", "match").each():
        value = match["headerValue"]
        stated = value.set_keys(*_MATCHES)
        if routing["alb"].is_set and stated != ["exact"]:
            yield value.problem(_MATCH, "ALB compares with `exact` only", "write that alone")
        else:
            yield from _match(value)
    for match in step.at("setMirrorRoute", "match").each():
        for key in match.set_keys("method", "path"):
            yield from _match(match[key])
        for _, value in match["headers"].entries():
            yield from _match(value)


def _match(value: Node) -> Iterator[Problem]:
    count = sum(1 for key in _MATCHES if value[key].text)
    if count != 1:
        message = f"the match compares with {count} values"
        yield value.problem(_MATCH, message, f"keep one of {', '.join(_MATCHES)}")


def _arguments(step: Node) -> Iterator[Problem]:
    analyses = (step["analysis"], *step.at("experiment", "analyses").each())
    for analysis in analyses:
        for argument in analysis["args"].each():
            path = argument.at("valueFrom", "fieldRef", "fieldPath")
            if path.text.startswith("metadata") and not _METADATA.fullmatch(path.text):
                hint = "use `metadata.name` or `metadata.labels['NAME']`"
                yield path.problem(_FIELD, f"`{path.text}` can't be read", hint)


CHECK = Check("rollout-steps", (_ACTION, _WEIGHT, _PAUSE, _ROUTER, _ROUTE, _MATCH, _FIELD), find)
