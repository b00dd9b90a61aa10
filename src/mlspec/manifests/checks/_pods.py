"""The pods that the objects of a set will make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from mlspec.manifests.checks._labels import fewest
from mlspec.manifests.checks._node import objects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.manifests._model import ManifestSet
    from mlspec.manifests.checks._node import Node

__all__ = ["SELECTING", "PodIndex", "Pods", "PortsOfPods", "operated_pods", "pods_of"]

SELECTING = (
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    ("apps", "ReplicaSet"),
    ("argoproj.io", "Rollout"),
)
"""The kinds with `spec.selector` and `spec.template`."""

_TEMPLATES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    *((group, kind, ("spec", "template")) for group, kind in SELECTING),
    ("batch", "Job", ("spec", "template")),
    ("batch", "CronJob", ("spec", "jobTemplate", "spec", "template")),
    ("", "Pod", ()),
)


@dataclass(frozen=True)
class Pods:
    """The pods of one workload; `template` holds their metadata and spec."""

    owner: Node
    template: Node
    place: tuple[str, ...] = ("metadata", "labels")
    """Where their labels stand in the template."""

    @property
    def spec(self) -> Node:
        """Return the specification of the pods."""
        return self.template["spec"]

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return the labels that each of the pods has."""
        return self.template.at(*self.place).texts()

    def containers(self) -> Iterator[Node]:
        """Yield the containers, those that run at the start included."""
        yield from self.spec["initContainers"].each()
        yield from self.spec["containers"].each()


def pods_of(manifests: ManifestSet) -> Iterator[Pods]:
    """Yield the pods of every workload with a template; Rollouts that refer have none."""
    for group, kind, path in _TEMPLATES:
        for node in objects(manifests, group, kind):
            template = node.at(*path)
            if template.is_set:
                yield Pods(node, template)
    for node in objects(manifests, "argoproj.io", "Experiment"):
        for template in node.at("spec", "templates").each():
            yield Pods(template, template["template"])


_OPERATED = (
    ("argoproj.io", "Workflow", ("spec",), ("podMetadata", "labels")),
    ("argoproj.io", "WorkflowTemplate", ("spec",), ("podMetadata", "labels")),
    ("argoproj.io", "CronWorkflow", ("spec", "workflowSpec"), ("podMetadata", "labels")),
    ("serving.kserve.io", "InferenceService", ("spec", "predictor"), ("labels",)),
    ("serving.kserve.io", "LLMInferenceService", ("spec",), ("labels",)),
)
"""Where the pods of what an operator runs get their labels from: group, kind, template, labels."""


def operated_pods(manifests: ManifestSet) -> Iterator[Pods]:
    """Yield the pods that operators make; of these only the labels are known."""
    for group, kind, path, place in _OPERATED:
        for node in objects(manifests, group, kind):
            yield Pods(node, node.at(*path), place)
    for node in objects(manifests, "serving.kserve.io", "InferenceService"):
        for canary in node.at("spec", "canary").each():
            yield Pods(node, canary["predictor"], ("labels",))


class PortsOfPods(NamedTuple):
    """The ports that containers declare, by name and by number."""

    names: frozenset[str]
    numbers: frozenset[int]


class PodIndex:
    """Finds the pods of a namespace by some of their labels.

    Those that operators make are among them only where `has_operated` says so.
    """

    def __init__(self, manifests: ManifestSet, *, has_operated: bool = False) -> None:
        self._by_label: dict[tuple[str, str], list[Pods]] = {}
        self._found: dict[tuple[frozenset[tuple[str, str]], str], list[Pods]] = {}
        self._ports: dict[tuple[frozenset[tuple[str, str]], str], PortsOfPods] = {}
        for pods in (*pods_of(manifests), *(operated_pods(manifests) if has_operated else ())):
            for label in pods.labels.items():
                self._by_label.setdefault(label, []).append(pods)

    @property
    def is_empty(self) -> bool:
        """Tell whether no pod of the set has a label: they come from elsewhere."""
        return not self._by_label

    def with_labels(self, labels: Mapping[str, str], namespace: str) -> list[Pods]:
        """Return the pods with all of some labels (at least one) in a namespace.

        An object without a namespace lies in every one.
        """
        key = (frozenset(labels.items()), namespace)
        if key not in self._found:
            self._found[key] = [
                pods
                for pods in fewest(self._by_label, labels)
                if labels.items() <= pods.labels.items()
                and _share(namespace, pods.owner.manifest.namespace)
            ]
        return self._found[key]

    def ports(self, labels: Mapping[str, str], namespace: str) -> PortsOfPods:
        """Return the ports that the pods with some labels declare, as `with_labels` finds them.

        Looked up once for each selector: many Services may ask for the same pods.
        """
        key = (frozenset(labels.items()), namespace)
        if key not in self._ports:
            pods = self.with_labels(labels, namespace)
            containers = (container for each in pods for container in each.containers())
            ports = [port for each in containers for port in each["ports"].each()]
            numbers = (port["containerPort"].whole for port in ports)
            self._ports[key] = PortsOfPods(
                frozenset(port["name"].text for port in ports),
                frozenset(each for each in numbers if each is not None),
            )
        return self._ports[key]


def _share(first: str, second: str) -> bool:
    return "" in (first, second) or first == second
