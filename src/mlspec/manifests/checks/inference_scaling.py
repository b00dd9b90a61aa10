"""How InferenceServices scale: classes, metrics and targets that KServe refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._kserve import (
    GROUP,
    MODE,
    STANDARD_MODES,
    annotation,
    components,
    services,
)
from mlspec.manifests.checks._node import objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _service(annotations: str, component: str) -> str:
    return (
        "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n"
        f"  name: fraud\n  annotations: {{{annotations}}}\n"
        f"spec: {{predictor: {{{component}, model: {{modelFormat: {{name: sklearn}}}}}}}}\n"
    )


_STANDARD = "serving.kserve.io/deploymentMode: Standard"
_HPA = f"{_STANDARD}, serving.kserve.io/autoscalerClass: hpa"

_CLASS = breaks(
    "MLS1195",
    "unknown-autoscaler-class",
    "The class of autoscaler is none that KServe has.",
    "The webhook refuses it; classes are `hpa`, `keda`, `external` and `none`.",
    bad=_service("serving.kserve.io/autoscalerClass: kpa", "minReplicas: 1"),
    good=_service("serving.kserve.io/autoscalerClass: hpa", "minReplicas: 1"),
)
_TARGET = breaks(
    "MLS1196",
    "impossible-utilisation-target",
    "The target of an autoscaler is a use that is never reached, or no per cent.",
    "KServe refuses targets of CPU outside of 1 to 100, and metrics its autoscaler does not have.",
    bad=_service(_HPA, "scaleMetric: cpu, scaleTarget: 150"),
    good=_service(_HPA, "scaleMetric: cpu, scaleTarget: 70"),
)
_WORKLOAD = breaks(
    "MLS1197",
    "refused-llm-scaling",
    "An LLMInferenceService scales in two ways, in none, or between crossed bounds.",
    "The webhook of KServe refuses `scaling` beside `replicas`, and wants one of `wva` and `keda`.",
    bad="""
    apiVersion: serving.kserve.io/v1alpha2
    kind: LLMInferenceService
    metadata: {name: chat}
    spec: {model: {uri: "hf://a/b"}, replicas: 2, scaling: {maxReplicas: 4, keda: {}}}
    """,
    good="""
    apiVersion: serving.kserve.io/v1alpha2
    kind: LLMInferenceService
    metadata: {name: chat}
    spec: {model: {uri: "hf://a/b"}, scaling: {maxReplicas: 4, keda: {}}}
    """,
)

_CLASS_KEY = f"{GROUP}/autoscalerClass"
_CLASSES = ("hpa", "keda", "external", "none")
_KNATIVE_CLASS = "autoscaling.knative.dev/class"
_HPA_METRICS = ("cpu", "memory")
_KNATIVE_METRICS = ("concurrency", "rps", "cpu", "memory")
_MOST = 100


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused classes, metrics, targets and ways of scaling."""
    for node in services(manifests):
        scaler = annotation(node, _CLASS_KEY)
        if scaler.is_set and scaler.text not in _CLASSES:
            message = f"KServe has no class of autoscaler `{scaler.shown}`"
            yield scaler.problem(_CLASS, message, f"use one of {', '.join(_CLASSES)}")
        for component in components(node):
            yield from _component(component, _scaler_of(node))
    for node in objects(manifests, GROUP, "LLMInferenceService"):
        for workload in (node["spec"], node.at("spec", "prefill")):
            yield from _workload(workload)


def _scaler_of(node: Node) -> str:
    """Return `hpa`, `keda`, `kpa` or another word for what moves the replicas."""
    if annotation(node, MODE).text in STANDARD_MODES:
        return annotation(node, _CLASS_KEY).text or "hpa"
    by_hpa = annotation(node, _KNATIVE_CLASS).text.startswith("hpa.")
    return "hpa" if by_hpa else "kpa"


def _component(component: Node, scaler: str) -> Iterator[Problem]:
    yield from _metric(component["scaleMetric"], scaler)
    if scaler == "hpa":
        in_mebibytes = component["scaleMetric"].text == "memory"
        yield from _share(component["scaleTarget"], None if in_mebibytes else _MOST)
    for each in component.at("autoScaling", "metrics").each():
        yield from _utilisation(each.at("resource", "target"))


def _metric(metric: Node, scaler: str) -> Iterator[Problem]:
    if scaler == "keda" and metric.is_set:
        yield metric.problem(_TARGET, "KEDA takes no `scaleMetric`", "use `autoScaling.metrics`")
    allowed = _METRICS.get(scaler)
    if allowed is not None and metric.text and metric.text not in allowed:
        message = f"the autoscaler has no metric `{metric.text}`"
        yield metric.problem(_TARGET, message, f"use one of {', '.join(allowed)}")


_METRICS = {"hpa": _HPA_METRICS, "kpa": _KNATIVE_METRICS}


def _share(target: Node, most: int | None) -> Iterator[Problem]:
    share = target.whole
    if share is not None and (share < 1 or (most is not None and share > most)):
        message = f"a target of {share} per cent can't be reached"
        yield target.problem(_TARGET, message, "write 1 to 100")


def _utilisation(target: Node) -> Iterator[Problem]:
    share = target["averageUtilization"]
    stated = -1 if share.whole is None else share.whole
    if target["type"].text == "Utilization" and not 1 <= stated <= _MOST:
        message = "`averageUtilization` of such a target is 1 to 100"
        yield (share if share.is_set else target).problem(_TARGET, message, "write such a number")


def _workload(workload: Node) -> Iterator[Problem]:
    scaling = workload["scaling"]
    if not scaling.is_set:
        return
    if workload["replicas"].is_set:
        message = "`scaling` can't stand beside `replicas`"
        yield workload["replicas"].problem(_WORKLOAD, message, "remove one of them")
    if len(scaling.set_keys("wva", "keda")) != 1:
        message = "`scaling` needs one of `wva` and `keda`"
        yield scaling.problem(_WORKLOAD, message, "keep one of them")
    least, most = scaling["minReplicas"], scaling["maxReplicas"]
    if least.whole is not None and most.whole is not None and least.whole > most.whole:
        message = f"`minReplicas` is {least.whole}, above `maxReplicas`, {most.whole}"
        yield least.problem(_WORKLOAD, message, "swap them")


CHECK = Check("inference-scaling", (_CLASS, _TARGET, _WORKLOAD), find)
