"""Names, labels and annotations that every API server refuses, and objects that are told twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._joined import applied_with, joined_twice
from mlspec.manifests.checks._labels import label_key_fault, label_value_fault
from mlspec.manifests.checks._node import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import Manifest, ManifestSet, Problem

__all__ = ["CHECK"]

_NAME = breaks(
    "MLS1100",
    "refused-object-name",
    "An object has no name, or one that the API server refuses.",
    """Most names are domain names in lower case with at most 253 characters. A Service becomes a
    host name: 63 characters, no dot, a letter first. The whole apply stops at such an object.""",
    bad="""
    apiVersion: v1
    kind: Service
    metadata: {name: fraud.v2}
    spec: {ports: [{port: 80}], selector: {app: fraud}}
    """,
    good="""
    apiVersion: v1
    kind: Service
    metadata: {name: fraud-v2}
    spec: {ports: [{port: 80}], selector: {app: fraud}}
    """,
)
_LABEL = breaks(
    "MLS1101",
    "refused-label",
    "A label or the key of an annotation is refused by the API server.",
    """Labels are looked up by value: they have at most 63 characters, letters and digits at both
    ends and `-`, `_`, `.` between. Digests with `sha256:` and addresses belong in annotations.""",
    bad="""
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: fraud, labels: {owner: team/risk}}
    """,
    good="""
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: fraud, labels: {owner: team-risk}}
    """,
)
_TWICE = breaks(
    "MLS1102",
    "duplicate-object",
    "Two objects that are applied together have the same group, kind, namespace and name.",
    "The one that is applied last wins, and which one that is depends on the order of files.",
    bad="""
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: fraud}
    data: {threshold: "0.2"}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: fraud}
    data: {threshold: "0.9"}
    """,
    good="""
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: fraud}
    data: {threshold: "0.2"}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: fraud-night}
    data: {threshold: "0.9"}
    """,
)

_LABEL_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_HOST_LABEL = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_PATH_SEGMENT = re.compile(r"(?!\.{1,2}\Z)[^/%]+")

_DEFAULT = (_SUBDOMAIN, 253, "lower-case letters, digits, `-` and `.`")
_FORMS = {
    ("", "Service"): (_HOST_LABEL, 63, "lower-case letters, digits and `-`, a letter first"),
    ("", "Namespace"): (_LABEL_NAME, 63, "lower-case letters, digits and `-`"),
    ("batch", "CronJob"): (_SUBDOMAIN, 52, _DEFAULT[2]),
    ("argoproj.io", "CronWorkflow"): (_SUBDOMAIN, 52, _DEFAULT[2]),
}
_METADATA = (
    ("metadata",),
    ("spec", "template", "metadata"),
    ("spec", "jobTemplate", "metadata"),
    ("spec", "jobTemplate", "spec", "template", "metadata"),
)
"""Where labels stand: of the object, and of what controllers make from it."""

_RBAC = "rbac.authorization.k8s.io"
_RBAC_FORM = (_PATH_SEGMENT, 253, "anything but `/` and `%`")
_LOCAL_GROUPS = ("kustomize.config.k8s.io",)
"""Files of tools, in the shape of objects but never applied: they need no name."""


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused names, labels and annotations, and objects told twice."""
    seen: dict[tuple[str, ...], Manifest] = {}
    for manifest in manifests.manifests:
        if manifest.group in _LOCAL_GROUPS:
            continue
        node = Node(manifest, (), manifest.at(()))
        yield from _names(node)
        for place in _METADATA:
            yield from _labels(node.at(*place))
        if manifest.name:
            yield from _twice(node, seen)
    yield from _joined(manifests)


def _names(node: Node) -> Iterator[Problem]:
    name = node.at("metadata", "name")
    if not name.is_set or name.value == "":
        if not node.at("metadata", "generateName").text:
            yield name.problem(_NAME, f"the {node.manifest.kind} has no name", "add one")
        return
    form, longest, words = _form(node.manifest)
    if not isinstance(name.value, str):
        yield name.problem(_NAME, "the name is no text", "put it in quotes")
    elif len(name.value) > longest:
        message = f"the name has {len(name.value)} characters, the limit of a "
        yield name.problem(_NAME, f"{message}{node.manifest.kind} is {longest}", "shorten it")
    elif not form.fullmatch(name.value):
        message = f"the name `{name.shown}` is refused for a {node.manifest.kind}"
        yield name.problem(_NAME, message, f"use {words}")


def _form(manifest: Manifest) -> tuple[re.Pattern[str], int, str]:
    if manifest.group == _RBAC:
        return _RBAC_FORM
    return _FORMS.get((manifest.group, manifest.kind), _DEFAULT)


def _labels(metadata: Node) -> Iterator[Problem]:
    for key, node in (*metadata["labels"].entries(), *metadata["annotations"].entries()):
        fault = label_key_fault(key)
        if fault:
            yield node.problem(_LABEL, f"the key `{key}` {fault}", "rename it")
    for key, node in metadata["labels"].entries():
        fault = label_value_fault(node.text)
        if fault:
            hint = "shorten it, or make it an annotation"
            yield node.problem(_LABEL, f"the value of the label `{key}` {fault}", hint)


def _twice(node: Node, seen: dict[tuple[str, ...], Manifest]) -> Iterator[Problem]:
    """Within a folder: environments, and files of steps, are several states of one object."""
    manifest = node.manifest
    key = (applied_with(manifest), manifest.group, manifest.kind, manifest.namespace, manifest.name)
    first = seen.setdefault(key, manifest)
    if first is not manifest:
        start = first.span(("metadata", "name")).start
        place = f"{first.file}:{start.line}"
        yield node.at("metadata", "name").problem(
            _TWICE,
            f"there is a {manifest.kind} `{manifest.name}` already, at {place}",
            "rename one of them, or remove it",
        )


def _joined(manifests: ManifestSet) -> Iterator[Problem]:
    """Across folders, where one kustomization applies them together."""
    for first, second, file in joined_twice(manifests):
        if not second.name:
            continue
        node = Node(second, (), second.at(()))
        start = first.span(("metadata", "name")).start
        told = "twice" if first is second else f"and the one at {first.file}:{start.line}"
        yield node.at("metadata", "name").problem(
            _TWICE,
            f"`{file}` joins this {second.kind} `{second.name}` {told}",
            "leave one of them out: kustomize refuses to apply both",
        )


CHECK = Check("metadata", (_NAME, _LABEL, _TWICE), find)
