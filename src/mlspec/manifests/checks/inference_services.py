"""InferenceServices that the webhooks of KServe refuse: the API server has no rule for them.

The rules are those of `pkg/apis/serving/v1beta1/inference_service_validation.go` of KServe 0.20.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._kserve import FRAMEWORKS, components, services
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._storage import storage_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]

_MODEL = "model: {modelFormat: {name: sklearn}, storageUri: 's3://models/fraud/12'}"


def _service(spec: str, name: str = "fraud") -> str:
    return (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\n"
        f"metadata: {{name: {name}}}\nspec: {spec}\n"
    )


_NAME = breaks(
    "MLS1185",
    "refused-inference-name",
    "The name of an InferenceService or InferenceGraph is refused by KServe.",
    """It becomes the names of Services, and of hosts: a lower-case letter first, then letters,
    digits and `-`. The API server takes more than that.""",
    bad=_service(f"{{predictor: {{{_MODEL}}}}}", "1fraud"),
    good=_service(f"{{predictor: {{{_MODEL}}}}}"),
)
_ONE = breaks(
    "MLS1186",
    "component-without-one-implementation",
    "A predictor, transformer or explainer has no implementation, or several.",
    "The webhook of KServe refuses it; without the webhook one of them would win.",
    bad=_service(f"{{predictor: {{{_MODEL}, onnx: {{storageUri: 's3://models/fraud/13'}}}}}}"),
    good=_service(f"{{predictor: {{{_MODEL}}}}}"),
)
_PREDICTOR_NAME = breaks(
    "MLS1187",
    "named-standard-predictor",
    "A predictor that KServe knows sets the name of its container.",
    "KServe finds the container by its own name for it, and its webhook refuses another.",
    bad=_service("{predictor: {model: {name: server, modelFormat: {name: sklearn}}}}"),
    good=_service("{predictor: {model: {modelFormat: {name: sklearn}}}}"),
)
_BOUNDS = breaks(
    "MLS1188",
    "refused-component-bounds",
    "A component has crossed or negative bounds, or a logger without a mode.",
    "The webhook of KServe refuses it.",
    bad=_service(f"{{predictor: {{minReplicas: 5, maxReplicas: 2, {_MODEL}}}}}"),
    good=_service(f"{{predictor: {{minReplicas: 2, maxReplicas: 5, {_MODEL}}}}}"),
)
_STORAGE = breaks(
    "MLS1189",
    "refused-model-storage",
    "The places of a model contradict each other, or can't be mounted.",
    """KServe refuses `storageUri` beside `storageUris`, paths that are relative, lead upwards or
    are the root, and paths that share no folder.""",
    bad=_service(
        "{predictor: {model: {modelFormat: {name: a}}, storageUris: [{uri: 's3://m/1',"
        " mountPath: models}]}}"
    ),
    good=_service(
        "{predictor: {model: {modelFormat: {name: a}}, storageUris: [{uri: 's3://m/1',"
        " mountPath: /mnt/models}]}}"
    ),
)

_NAME_FORM = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?")
_CONTAINER = "kserve-container"
_LOG_MODES = ("all", "request", "response")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield what the webhooks of KServe refuse of a component."""
    for node in objects(manifests, "serving.kserve.io", "InferenceService", "InferenceGraph"):
        name = node.at("metadata", "name")
        if name.text and not _NAME_FORM.fullmatch(name.text):
            message = f"KServe refuses the name `{name.text}`"
            hint = "use lower-case letters, digits and `-`, a letter first"
            yield name.problem(_NAME, message, hint)
    for node in services(manifests):
        for component in components(node):
            yield from _component(component)
        for canary in node.at("spec", "canary").each():
            yield from _component(canary["predictor"])
        yield from _predictor_names(node.at("spec", "predictor"))


def _component(component: Node) -> Iterator[Problem]:
    count = _implementations(component)
    if count != 1:
        message = f"the component has {count} implementations instead of one"
        yield component.problem(_ONE, message, "keep one, such as `model`")
    yield from _bounds(component)
    for place, message, hint in storage_faults(component, _implementation(component)):
        yield place.problem(_STORAGE, message, hint)


def _implementation(component: Node) -> Node:
    stated = component.set_keys(*FRAMEWORKS, "art")
    return component[stated[0]] if stated else component["model"]


def _implementations(component: Node) -> int:
    count = len(component.set_keys(*FRAMEWORKS, "art"))
    containers = [each["name"].text for each in component["containers"].each()]
    named = containers.count(_CONTAINER)
    return count + (named or int(bool(containers) and count == 0))


def _predictor_names(predictor: Node) -> Iterator[Problem]:
    for key in predictor.set_keys(*FRAMEWORKS):
        name = predictor[key]["name"]
        if name.text:
            message = "a predictor that KServe knows can't name its container"
            yield name.problem(_PREDICTOR_NAME, message, "remove `name`")


def _bounds(component: Node) -> Iterator[Problem]:
    for key in ("minReplicas", "maxReplicas", "containerConcurrency"):
        if (component[key].whole or 0) < 0:
            yield component[key].problem(_BOUNDS, f"`{key}` is negative", "write 0 or more")
    least, most = component["minReplicas"], component["maxReplicas"]
    lowest = 1 if least.whole is None else least.whole
    if most.whole and lowest > most.whole:
        message = f"`minReplicas` is {lowest}, above `maxReplicas`, {most.whole}"
        yield (least if least.is_set else most).problem(_BOUNDS, message, "swap them")
    mode = component.at("logger", "mode")
    if component["logger"].is_set and mode.text not in _LOG_MODES:
        message = "a logger needs a mode"
        yield mode.problem(_BOUNDS, message, f"use one of {', '.join(_LOG_MODES)}")


CHECK = Check("inference-services", (_NAME, _ONE, _PREDICTOR_NAME, _BOUNDS, _STORAGE), find)
