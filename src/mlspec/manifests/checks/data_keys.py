"""Keys of ConfigMaps and Secrets that a pod reads and that they do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._node import Node
from mlspec.manifests.checks._pods import pods_of
from mlspec.manifests.checks._references import walk
from mlspec.manifests.checks._suggestion import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import Manifest, ManifestSet, Problem
    from mlspec.manifests.checks._pods import Pods

__all__ = ["CHECK"]


def _pod(key: str) -> str:
    source = f"{{configMapKeyRef: {{name: settings, key: {key}}}}}"
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: fraud}\nspec:\n  containers:\n"
        "  - name: server\n    image: registry.example/fraud:12\n"
        f"    env: [{{name: LEVEL, valueFrom: {source}}}]\n"
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
        "data: {log-level: info}\n"
    )


_ABSENT = breaks(
    "MLS1329",
    "missing-data-key",
    "A pod reads a key that its ConfigMap or Secret does not have.",
    """The API server takes both. The kubelet does not start the container, or does not mount the
    volume, until somebody adds the key.""",
    bad=_pod("level"),
    good=_pod("log-level"),
)

_OF_CONTAINERS = (
    ("env[].valueFrom.configMapKeyRef", "ConfigMap"),
    ("env[].valueFrom.secretKeyRef", "Secret"),
)
_OF_VOLUMES = (
    ("volumes[].configMap", "name", "ConfigMap"),
    ("volumes[].secret", "secretName", "Secret"),
    ("volumes[].projected.sources[].configMap", "name", "ConfigMap"),
    ("volumes[].projected.sources[].secret", "name", "Secret"),
)
_PARTS = {"ConfigMap": ("data", "binaryData"), "Secret": ("data", "stringData")}


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield keys that are absent; an object without any is filled in by somebody else."""
    for pods in pods_of(manifests):
        namespace = pods.owner.manifest.namespace
        for place, kind, name in _read(pods):
            held = manifests.find("", kind, name, namespace) if name and place.text else None
            keys = _keys(held, kind) if held is not None else set()
            if keys and place.text not in keys and "{{" not in place.text:
                message = f"the {kind} `{name}` has no key `{place.shown}`"
                yield place.problem(_ABSENT, message, meant(place.text, keys, "add it there"))


def _read(pods: Pods) -> Iterator[tuple[Node, str, str]]:
    """Yield each key that has to be there, with the kind and the name of what should hold it."""
    for container in pods.containers():
        for path, kind in _OF_CONTAINERS:
            for source in _required(container, path):
                yield source["key"], kind, source["name"].text
    for path, name, kind in _OF_VOLUMES:
        for source in _required(pods.spec, path):
            for item in source["items"].each():
                yield item["key"], kind, source[name].text


def _required(node: Node, path: str) -> Iterator[Node]:
    yield from (each for each in walk(node, path) if each["optional"].value is not True)


def _keys(manifest: Manifest, kind: str) -> set[str]:
    held = Node(manifest, (), manifest.at(()))
    return {key for part in _PARTS[kind] for key, _ in held[part].entries()}


CHECK = Check("data-keys", (_ABSENT,), find)
