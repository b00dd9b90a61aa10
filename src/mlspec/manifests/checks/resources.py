"""Amounts of CPU and memory that can't be read, or contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._pods import pods_of
from mlspec.manifests.checks._quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _pod(resources: str) -> str:
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: fraud}\nspec:\n"
        "  containers:\n  - name: server\n    image: registry.example/fraud:12\n"
        f"    resources: {resources}\n"
    )


_UNREADABLE = breaks(
    "MLS1120",
    "unreadable-quantity",
    "An amount is no quantity of Kubernetes, or a negative one.",
    """Quantities are a number and one of `m k M G T P E Ki Mi Gi Ti Pi Ei`. The API server can't
    decode the object, and says only that a suffix is wrong.""",
    bad=_pod("{limits: {memory: 1GG}}"),
    good=_pod("{limits: {memory: 1Gi}}"),
)
_LIMIT = breaks(
    "MLS1121",
    "limit-below-request",
    "A container asks for more than it may use.",
    "The API server refuses it.",
    bad=_pod("{requests: {memory: 2Gi}, limits: {memory: 1Gi}}"),
    good=_pod("{requests: {memory: 1Gi}, limits: {memory: 1Gi}}"),
)
_EXTENDED = breaks(
    "MLS1122",
    "shared-device",
    "A device such as a GPU is asked for in parts, or without a limit of the same number.",
    """Devices are not shared: the API server wants whole numbers, and the same request and
    limit.""",
    bad=_pod('{limits: {nvidia.com/gpu: "0.5"}}'),
    good=_pod('{limits: {nvidia.com/gpu: "1"}}'),
)
_TINY = warns(
    "MLS1123",
    "implausible-amount",
    "An amount of memory is below one mebibyte, or one of CPU above a thousand cores.",
    """`512m` of memory is half a byte and `500` CPU are five hundred cores: a unit was mixed up.
    Both are accepted, and the pod never starts, or is never scheduled.""",
    bad=_pod("{limits: {memory: 512m}}"),
    good=_pod("{limits: {memory: 512Mi}}"),
)

_PLAIN = ("cpu", "memory", "ephemeral-storage")
_LEAST_MEMORY = 1024 * 1024
_MOST_CORES = 1000
_KSERVE = "serving.kserve.io"


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield amounts that are refused, of pods and of the servers KServe makes."""
    for pods in pods_of(manifests):
        yield from _amounts(pods.spec["resources"])
        for container in pods.containers():
            yield from _amounts(container["resources"])
    for component in _kserve_components(manifests):
        for container in component["containers"].each():
            yield from _amounts(container["resources"])
        yield from _amounts(component.at("model", "resources"))


def _kserve_components(manifests: ManifestSet) -> Iterator[Node]:
    for node in objects(manifests, _KSERVE, "InferenceService"):
        spec = node["spec"]
        yield from (spec[key] for key in ("predictor", "transformer", "explainer"))
        yield from (each["predictor"] for each in spec["canary"].each())
    for node in objects(manifests, _KSERVE, "LLMInferenceService"):
        yield from (node.at("spec", key) for key in ("template", "worker"))
        yield node.at("spec", "prefill", "template")
    for node in objects(manifests, _KSERVE, "ServingRuntime", "ClusterServingRuntime"):
        yield node["spec"]


def _amounts(resources: Node) -> Iterator[Problem]:
    for key in ("limits", "requests"):
        for name, node in resources[key].entries():
            yield from _amount(name, node)
    for name, request in resources["requests"].entries():
        limit = resources["limits"][name]
        asked, allowed = quantity(request.value), quantity(limit.value)
        if asked is not None and allowed is not None and asked > allowed:
            message = f"the limit of {name}, {limit.shown}, is below the request, {request.shown}"
            yield limit.problem(_LIMIT, message, "raise the limit, or lower the request")
    yield from _devices(resources)


def _amount(name: str, node: Node) -> Iterator[Problem]:
    amount = quantity(node.value)
    if amount is None or amount < 0:
        hint = "write a number and a unit such as `m`, `Mi` or `Gi`"
        yield node.problem(_UNREADABLE, f"`{node.shown}` is no quantity", hint)
    elif name == "memory" and 0 < amount < _LEAST_MEMORY:
        message = f"`{node.shown}` of memory is {float(amount):g} bytes"
        yield node.problem(_TINY, message, "write `Mi` or `Gi`")
    elif name == "cpu" and amount > _MOST_CORES:
        message = f"`{node.shown}` of CPU are {float(amount):g} cores"
        yield node.problem(_TINY, message, "write `m` for thousandths of a core")


def _devices(resources: Node) -> Iterator[Problem]:
    requests, limits = resources["requests"], resources["limits"]
    for name, request in requests.entries():
        if _is_device(name) and quantity(request.value) != quantity(limits[name].value):
            message = f"request and limit of `{name}` differ, or one is missing"
            yield request.problem(_EXTENDED, message, "write the same number in both")
    for name, limit in limits.entries():
        amount = quantity(limit.value)
        if _is_device(name) and amount is not None and amount.denominator != 1:
            message = f"`{name}` is not given in parts, but the limit is {limit.shown}"
            yield limit.problem(_EXTENDED, message, "write a whole number")


def _is_device(name: str) -> bool:
    domain, slash, _ = name.partition("/")
    is_foreign = bool(slash) and not domain.endswith("kubernetes.io")
    return is_foreign or name.startswith("hugepages-")


CHECK = Check("resources", (_UNREADABLE, _LIMIT, _EXTENDED, _TINY), find)
