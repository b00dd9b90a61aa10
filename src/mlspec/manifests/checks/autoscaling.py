"""Autoscalers that are refused, can't measure, or fight over one workload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._node import Node, objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem

__all__ = ["CHECK"]

_CPU = (
    "{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}"
)


def _scaler(spec: str, name: str = "fraud") -> str:
    return (
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
        f"metadata: {{name: {name}}}\nspec:\n"
        "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: fraud}\n"
        f"  {spec}\n"
    )


def _deployment(container: str, replicas: str = "") -> str:
    return (
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: fraud}\nspec:\n"
        f"{replicas}  selector: {{matchLabels: {{app: fraud}}}}\n"
        "  template:\n    metadata: {labels: {app: fraud}}\n    spec:\n      containers:\n"
        f"      - {{name: server, image: registry.example/fraud:12{container}}}\n"
    )


_ASKING = ", resources: {requests: {cpu: 500m}}"

_BOUNDS = breaks(
    "MLS1135",
    "crossed-autoscaler-bounds",
    "An autoscaler has crossed bounds, or none to scale up from.",
    """The API server refuses it. From no replica only metrics from outside of the pods can tell
    that there is work.""",
    bad=_scaler("minReplicas: 5\n  maxReplicas: 2"),
    good=_scaler("minReplicas: 2\n  maxReplicas: 5"),
)
_METRIC = breaks(
    "MLS1136",
    "refused-autoscaler-metric",
    "A metric of an autoscaler has an unknown type, no source, or a target that does not fit.",
    """The API server refuses it. Types are `Resource`, `ContainerResource`, `Pods`, `Object` and
    `External`, each with a source of its own name, and exactly one target.""",
    bad=_scaler("maxReplicas: 5\n  metrics: [{type: Cpu}]"),
    good=_scaler(f"maxReplicas: 5\n  metrics: [{_CPU}]"),
)
_UNMEASURED = breaks(
    "MLS1137",
    "utilization-without-request",
    "An autoscaler compares use with a request that a container does not state.",
    """It is accepted, but the controller can't divide: it logs `missing request for cpu` and never
    scales.""",
    bad=_scaler(f"maxReplicas: 5\n  metrics: [{_CPU}]") + _deployment(""),
    good=_scaler(f"maxReplicas: 5\n  metrics: [{_CPU}]") + _deployment(_ASKING),
)
_CONTESTED = breaks(
    "MLS1138",
    "contested-scaling",
    "Two autoscalers set the replicas of one workload.",
    """Each undoes what the other does; a HorizontalPodAutoscaler beside a ScaledObject is one of
    them, since KEDA makes its own.""",
    bad=_scaler("maxReplicas: 5") + "---\n" + _scaler("maxReplicas: 9", "fraud-night"),
    good=_scaler("maxReplicas: 5"),
)
_FIXED = warns(
    "MLS1139",
    "replicas-beside-autoscaler",
    "A workload states replicas that an autoscaler sets.",
    "Each apply, and each sync of a GitOps tool, puts the number back: load meets too few pods.",
    bad=_scaler("maxReplicas: 5") + _deployment(_ASKING, "  replicas: 2\n"),
    good=_scaler("maxReplicas: 5") + _deployment(_ASKING),
)

_SOURCES = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
_OUTSIDE = ("Object", "External")
_VALUES = {
    "Utilization": "averageUtilization",
    "AverageValue": "averageValue",
    "Value": "value",
}


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused bounds and metrics, and what autoscalers do to workloads of the set."""
    for node in objects(manifests, "autoscaling", "HorizontalPodAutoscaler"):
        spec = node["spec"]
        yield from _bounds(spec)
        for metric in spec["metrics"].each():
            yield from _metric(metric)
        yield from _workload(manifests, node)
    yield from _contested(manifests)


def _bounds(spec: Node) -> Iterator[Problem]:
    least, most = spec["minReplicas"], spec["maxReplicas"]
    if most.whole is not None and most.whole < 1:
        yield most.problem(_BOUNDS, f"`maxReplicas` is {most.whole}", "write 1 or more")
    if least.whole is not None and most.whole is not None and least.whole > most.whole:
        message = f"`minReplicas` is {least.whole}, above `maxReplicas`, {most.whole}"
        yield least.problem(_BOUNDS, message, "swap them, or raise `maxReplicas`")
    outside = any(each["type"].text in _OUTSIDE for each in spec["metrics"].each())
    if least.whole is not None and least.whole < (0 if outside else 1):
        message = f"`minReplicas` is {least.whole}, but the metrics come from the pods"
        yield least.problem(_BOUNDS, message, "write 1 or more")


def _metric(metric: Node) -> Iterator[Problem]:
    kind = metric["type"]
    source = _SOURCES.get(kind.text)
    if source is None:
        hint = f"use one of {', '.join(sorted(_SOURCES))}"
        yield kind.problem(_METRIC, f"there is no type of metric `{kind.shown}`", hint)
        return
    others = [key for key in metric.set_keys(*_SOURCES.values()) if key != source]
    for key in others:
        message = f"a metric of type `{kind.text}` has no `{key}`"
        yield metric[key].problem(_METRIC, message, f"write it under `{source}`")
    if not metric[source].is_set:
        message = f"a metric of type `{kind.text}` needs `{source}`"
        yield metric[source].problem(_METRIC, message, "add it")
    else:
        yield from _target(metric[source]["target"], kind.text)


def _target(target: Node, kind: str) -> Iterator[Problem]:
    wanted = _VALUES.get(target["type"].text)
    if wanted is None:
        message = f"there is no type of target `{target['type'].shown}`"
        hint = f"use one of {', '.join(sorted(_VALUES))}"
        yield target["type"].problem(_METRIC, message, hint)
        return
    if wanted == "averageUtilization" and kind not in ("Resource", "ContainerResource"):
        message = f"a metric of type `{kind}` has no use to compare with a request"
        yield target["type"].problem(_METRIC, message, "use `AverageValue` or `Value`")
    if not target[wanted].is_set or len(target.set_keys(*_VALUES.values())) > 1:
        message = f"a target of type `{target['type'].text}` has `{wanted}` and nothing else"
        yield target.problem(_METRIC, message, f"write `{wanted}`")
    share = target["averageUtilization"]
    if share.whole is not None and share.whole < 1:
        message = f"a use of {share.whole} per cent is never reached"
        yield share.problem(_METRIC, message, "write a per cent from 1 on")


def _workload(manifests: ManifestSet, node: Node) -> Iterator[Problem]:
    workload = _target_of(manifests, node)
    if workload is None:
        return
    if workload.at("spec", "replicas").whole is not None:
        message = f"the autoscaler `{node.manifest.name}` sets the replicas"
        yield workload.at("spec", "replicas").problem(_FIXED, message, "remove the number here")
    for metric in node.at("spec", "metrics").each():
        name, target = metric.at("resource", "name"), metric.at("resource", "target")
        if target["type"].text == "Utilization":
            yield from _requests(name, workload)


def _requests(name: Node, workload: Node) -> Iterator[Problem]:
    for container in workload.at("spec", "template", "spec", "containers").each():
        resources = container["resources"]
        if (
            not resources["requests"][name.text].is_set
            and not resources["limits"][name.text].is_set
        ):
            message = f"the container `{container['name'].text}` requests no {name.text}"
            yield name.problem(_UNMEASURED, message, f"add `resources.requests.{name.text}` there")


def _target_of(manifests: ManifestSet, node: Node) -> Node | None:
    reference = node.at("spec", "scaleTargetRef")
    group = reference["apiVersion"].text.rpartition("/")[0]
    kind, name = reference["kind"].text or "Deployment", reference["name"].text
    found = manifests.find(group, kind, name, node.manifest.namespace)
    return Node(found, (), found.at(())) if found is not None else None


def _contested(manifests: ManifestSet) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str], str] = {}
    scalers = (
        *objects(manifests, "autoscaling", "HorizontalPodAutoscaler"),
        *objects(manifests, "keda.sh", "ScaledObject"),
    )
    for node in scalers:
        target = node.at("spec", "scaleTargetRef")
        kind, name = target["kind"].text or "Deployment", target["name"]
        key = (node.manifest.namespace, kind, name.text)
        teller = f"{node.manifest.kind} `{node.manifest.name}`"
        first = seen.setdefault(key, teller)
        if name.text and first != teller:
            message = f"the {first} scales the {kind} `{name.text}` already"
            yield name.problem(_CONTESTED, message, "remove one of them")


CHECK = Check("autoscaling", (_BOUNDS, _METRIC, _UNMEASURED, _CONTESTED, _FIXED), find)
