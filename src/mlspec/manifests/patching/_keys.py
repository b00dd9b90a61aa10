"""By which key the entries of a list are known, so that a merge finds the one that is meant.

Core kinds: the `patchMergeKey` of the Kubernetes API (kubernetes/api, types.go, 1.36). Custom
resources: `x-kubernetes-list-map-keys` of their definition, where it is at hand; a pod inside of
them merges as everywhere. A list that is not known here is replaced whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.manifests.definitions import VersionedDefinition
    from mlspec.manifests.definitions._schema import Node

__all__ = ["ITEM", "ListKeys", "list_keys"]

ITEM = "[]"
"""The step of a path into the entries of a list."""

_Steps = tuple[str, ...]

_POD: dict[_Steps, str] = {
    ("hostAliases",): "ip",
    ("imagePullSecrets",): "name",
    ("resourceClaims",): "name",
    ("schedulingGates",): "name",
    ("topologySpreadConstraints",): "topologyKey",
    ("volumes",): "name",
}
_CONTAINERS = ("containers", "initContainers", "ephemeralContainers")
_CONTAINER = {
    "env": "name",
    "ports": "containerPort",
    "volumeDevices": "devicePath",
    "volumeMounts": "mountPath",
}
_POD |= {(each,): "name" for each in _CONTAINERS}
_POD |= {(each, ITEM, field): key for each in _CONTAINERS for field, key in _CONTAINER.items()}

_PODS_BELOW: tuple[_Steps, ...] = (
    ("spec", "jobTemplate", "spec", "template", "spec"),
    ("spec", "template", "spec"),
    ("spec", "predictor"),
    ("spec", "transformer"),
)
_OF_KIND: dict[tuple[str, str, _Steps], str] = {
    ("", "Service", ("spec", "ports")): "port",
    ("", "ServiceAccount", ("imagePullSecrets",)): "name",
    ("", "ServiceAccount", ("secrets",)): "name",
    ("monitoring.coreos.com", "PrometheusRule", ("spec", "groups")): "name",
    ("", "", ("groups",)): "name",  # a file of Prometheus rules is no object
}
_OF_ALL: dict[_Steps, str] = {("metadata", "ownerReferences"): "uid"}
_SETS: tuple[_Steps, ...] = (("metadata", "finalizers"),)


@dataclass(frozen=True)
class ListKeys:
    """The lists of one kind of document; `group` and `kind` are empty for files of other tools."""

    group: str
    kind: str
    definition: VersionedDefinition | None = None

    def keys(self, path: _Steps) -> tuple[str, ...]:
        """Return the keys of the list at a path; none where the list is replaced whole."""
        node = self._node(path)
        if node.get("list") == "map":
            return tuple(node.get("keys", ()))
        key = _OF_KIND.get((self.group, self.kind, path)) or _OF_ALL.get(path) or self._pod(path)
        return (key,) if key else ()

    def is_set(self, path: _Steps) -> bool:
        """Tell whether the values of the list at a path are added, not replaced."""
        return path in _SETS or self._node(path).get("list") == "set"

    def _pod(self, path: _Steps) -> str | None:
        if not self.kind:
            return None
        below = (("spec",),) if (self.group, self.kind) == ("", "Pod") else _PODS_BELOW
        inside = (path[len(each) :] for each in below if path[: len(each)] == each)
        return next((_POD[each] for each in inside if each in _POD), None)

    def _node(self, path: _Steps) -> Node:
        if self.definition is None:
            return {}
        nodes = self.definition.schema.nodes
        node: Node = nodes[self.definition.schema.root]
        for step in path:
            number = node.get("items") if step == ITEM else _member(node, step)
            if number is None:
                return {}
            node = nodes[number]
        return node


def _member(node: Node, name: str) -> int | None:
    number: int | None = node.get("properties", {}).get(name, node.get("additionalProperties"))
    return number


def list_keys(
    api_version: str, kind: str, definition: VersionedDefinition | None = None
) -> ListKeys:
    """Return what is known of the lists of a kind."""
    return ListKeys(api_version.rpartition("/")[0], kind, definition)
