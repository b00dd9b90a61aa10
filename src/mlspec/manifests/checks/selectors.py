"""Selectors that pick nothing of the set, or the wrong pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._labels import fewest, matches
from mlspec.manifests.checks._node import Node, objects
from mlspec.manifests.checks._pods import PodIndex
from mlspec.manifests.checks._references import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem

__all__ = ["CHECK"]

_POD = """---
apiVersion: v1
kind: Pod
metadata: {name: fraud, labels: {app: fraud}}
spec: {containers: [{name: server, image: registry.example/fraud:12}]}
"""


def _policy(label: str) -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: fraud}\n"
        f"spec: {{podSelector: {{matchLabels: {{app: {label}}}}}, policyTypes: [Ingress]}}\n"
    )


def _monitor(label: str, port: str) -> str:
    return (
        "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: fraud}\n"
        f"spec: {{selector: {{matchLabels: {{app: {label}}}}}, endpoints: [{{port: {port}}}]}}\n"
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: fraud, labels: {app: fraud}}\n"
        "spec: {clusterIP: None, ports: [{name: metrics, port: 9090}]}\n"
    )


def _rollout(label: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: fraud}\nspec:\n"
        "  progressDeadlineAbort: true\n  selector: {matchLabels: {app: fraud}}\n"
        "  strategy: {canary: {canaryService: fraud-canary}}\n"
        "  template:\n    metadata: {labels: {app: fraud}}\n"
        "    spec: {containers: [{name: server, image: registry.example/fraud:12}]}\n"
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: fraud-canary}\n"
        f"spec: {{ports: [{{port: 80}}], selector: {{app: {label}}}}}\n"
    )


_NOTHING = warns(
    "MLS1293",
    "selector-without-match",
    "A policy, budget or pool picks no pod of the set, or a monitor no Service.",
    """It is accepted and does nothing: the network stays open, the drain is not held up, nothing is
    measured.""",
    bad=_policy("froud") + _POD,
    good=_policy("fraud") + _POD,
)
_ENDPOINT = breaks(
    "MLS1294",
    "unknown-monitored-port",
    "A ServiceMonitor scrapes a port that none of its Services has.",
    "The Prometheus Operator takes it, and there is no target: every alert on it stays silent.",
    bad=_monitor("fraud", "http"),
    good=_monitor("fraud", "metrics"),
)
_ROLLOUT = breaks(
    "MLS1295",
    "rollout-service-of-others",
    "A Service of a Rollout does not pick the pods of the Rollout.",
    "The controller of Argo Rollouts refuses the Rollout: traffic would go to other pods.",
    bad=_rollout("other"),
    good=_rollout("fraud"),
)

_PICKING = (
    ("networking.k8s.io", "NetworkPolicy", "podSelector"),
    ("policy", "PodDisruptionBudget", "selector"),
    ("inference.networking.k8s.io", "InferencePool", "selector"),
    ("monitoring.coreos.com", "PodMonitor", "selector"),
)
_MOST_SERVICES = 1000
"""Of one label; with more, the monitor is meant for all of them, and asking each takes too long."""

_HASH = "rollouts-pod-template-hash"
_SERVICES = (
    "canary.canaryService",
    "canary.stableService",
    "canary.pingPong.pingService",
    "canary.pingPong.pongService",
    "blueGreen.activeService",
    "blueGreen.previewService",
)


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield selectors that pick nothing, and Services of Rollouts that pick other pods."""
    index = PodIndex(manifests, has_operated=True)
    for group, kind, key in _PICKING:
        for node in objects(manifests, group, kind):
            yield from _picks(node["spec"][key], index)
    services = _by_label(manifests)
    for node in objects(manifests, "monitoring.coreos.com", "ServiceMonitor"):
        yield from _monitors(services, node)
    for node in objects(manifests, "argoproj.io", "Rollout"):
        yield from _own(manifests, node)


def _picks(selector: Node, index: PodIndex) -> Iterator[Problem]:
    wanted = selector["matchLabels"].texts()
    if not wanted or index.is_empty:
        return
    pods = index.with_labels(wanted, selector.manifest.namespace)
    if not any(matches(selector, each.labels) for each in pods):
        message = "no pod of the set has these labels"
        hint = "compare them with the labels of the templates"
        yield selector.problem(_NOTHING, message, hint)


def _by_label(manifests: ManifestSet) -> dict[tuple[str, str], list[Node]]:
    index: dict[tuple[str, str], list[Node]] = {}
    for service in objects(manifests, "", "Service"):
        for label in service.at("metadata", "labels").texts().items():
            index.setdefault(label, []).append(service)
    return index


def _monitors(index: dict[tuple[str, str], list[Node]], monitor: Node) -> Iterator[Problem]:
    selector = monitor.at("spec", "selector")
    wanted = selector["matchLabels"].texts()
    candidates = fewest(index, wanted)
    if not wanted or not index or len(candidates) > _MOST_SERVICES:
        return
    services = [
        each
        for each in candidates
        if _sees(monitor, each) and matches(selector, each.at("metadata", "labels").texts())
    ]
    if not services:
        message = "no Service of the set has these labels"
        hint = "compare them with `metadata.labels` of the Service"
        yield selector.problem(_NOTHING, message, hint)
    else:
        yield from _endpoints(monitor, services)


def _endpoints(monitor: Node, services: list[Node]) -> Iterator[Problem]:
    names = {port["name"].text for each in services for port in walk(each, "spec.ports[]")}
    for endpoint in monitor.at("spec", "endpoints").each():
        port = endpoint["port"]
        if port.text and port.text not in names:
            message = f"none of the Services has a port named `{port.text}`"
            yield port.problem(_ENDPOINT, message, "use the name of the port in the Service")


def _sees(monitor: Node, service: Node) -> bool:
    scope = monitor.at("spec", "namespaceSelector")
    own, other = monitor.manifest.namespace, service.manifest.namespace
    if scope["any"].value is True or not own or not other:
        return True
    stated = [each.text for each in scope["matchNames"].each()]
    return other in (stated or [own])


def _own(manifests: ManifestSet, node: Node) -> Iterator[Problem]:
    labels = node.at("spec", "template", "metadata", "labels").texts()
    for path in _SERVICES:
        for place in walk(node.at("spec", "strategy"), path):
            found = manifests.find("", "Service", place.text, node.manifest.namespace)
            if found is None or not node.at("spec", "template").is_set:
                continue
            asked = Node(found, ("spec",), found.at(("spec",)))["selector"].texts()
            wrong = {key for key, value in asked.items() if labels.get(key) != value} - {_HASH}
            if wrong:
                told = ", ".join(f"`{key}`" for key in sorted(wrong))
                message = f"the Service `{place.text}` asks for other values of {told}"
                yield place.problem(_ROLLOUT, message, "let it select the pods of the Rollout")


CHECK = Check("selectors", (_NOTHING, _ENDPOINT, _ROLLOUT), find)
