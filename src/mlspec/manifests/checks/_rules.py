"""Rules of Prometheus, inside of objects and in files of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.manifests._model import Manifest
from mlspec.manifests.checks._node import Node, objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet

__all__ = ["Rule", "routings", "rules_of"]

_MONITORING = "monitoring.coreos.com"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, and the group that it stands in."""

    node: Node
    group: Node


def rules_of(manifests: ManifestSet) -> Iterator[Rule]:
    """Yield the rules of every PrometheusRule, and of files in the form of Prometheus."""
    for node in objects(manifests, _MONITORING, "PrometheusRule"):
        yield from _in(node["spec"]["groups"])
    for root in _roots(manifests):
        yield from _in(root["groups"])


def routings(manifests: ManifestSet) -> Iterator[Node]:
    """Yield each part with `route` and `receivers`: configurations of Alertmanager."""
    for node in objects(manifests, _MONITORING, "AlertmanagerConfig"):
        yield node["spec"]
    for root in _roots(manifests):
        if root["route"].is_set and root["receivers"].is_set:
            yield root


def _roots(manifests: ManifestSet) -> Iterator[Node]:
    for document in manifests.files:
        yield Node(Manifest(document), (), document.data)


def _in(groups: Node) -> Iterator[Rule]:
    for group in groups.each():
        for rule in group["rules"].each():
            yield Rule(rule, group)
