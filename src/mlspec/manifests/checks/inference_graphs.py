"""InferenceGraphs that the webhook of KServe refuses, or that lead nowhere.

The rules are those of `pkg/apis/serving/v1alpha1/inference_graph_validation.go` of KServe 0.20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._kserve import GROUP
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._repeated import repeated
from mlspec.manifests.checks._suggestion import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _graph(nodes: str) -> str:
    return (
        "apiVersion: serving.kserve.io/v1alpha1\nkind: InferenceGraph\nmetadata: {name: fraud}\n"
        f"spec: {{nodes: {{{nodes}}}}}\n"
    )


_GOOD = _graph("root: {routerType: Sequence, steps: [{name: a, serviceName: fraud}]}")
_SPLIT = (
    "root: {{routerType: Splitter, steps: [{{name: a, serviceName: old, weight: {}}},"
    " {{name: b, serviceName: new, weight: {}}}]}}"
)

_ROOT = breaks(
    "MLS1200",
    "graph-without-root",
    "An InferenceGraph has no node `root`.",
    "Requests start there; the webhook of KServe refuses the graph.",
    bad=_graph("start: {routerType: Sequence, steps: [{name: a, serviceName: fraud}]}"),
    good=_GOOD,
)
_WEIGHTS = breaks(
    "MLS1201",
    "splitter-weights-off-100",
    "The weights of a Splitter don't sum to 100.",
    """The webhook of KServe refuses it. Where the webhook is not installed the last step gets what
    is left, and with a sum below 100 some requests get no step at all.""",
    bad=_graph(_SPLIT.format(80, 10)),
    good=_graph(_SPLIT.format(80, 20)),
)
_STEP = breaks(
    "MLS1202",
    "refused-graph-step",
    "A step has no target, or several, or shares its name with another step.",
    "The webhook of KServe wants one of `nodeName`, `serviceName` and `serviceUrl`.",
    bad=_graph("root: {routerType: Sequence, steps: [{name: a}]}"),
    good=_GOOD,
)
_NODE = breaks(
    "MLS1203",
    "unknown-graph-node",
    "A step leads to a node that the graph does not have.",
    "It is accepted by everybody, and the request fails when it gets there.",
    bad=_graph("root: {routerType: Sequence, steps: [{name: a, nodeName: score}]}"),
    good=_graph(
        "root: {routerType: Sequence, steps: [{name: a, nodeName: score}]},"
        " score: {routerType: Sequence, steps: [{name: b, serviceName: fraud}]}"
    ),
)
_UNREACHED = warns(
    "MLS1204",
    "unreached-graph-node",
    "No step leads to a node of an InferenceGraph.",
    "It never runs: a step was renamed, or forgotten.",
    bad=_graph(
        "root: {routerType: Sequence, steps: [{name: a, serviceName: fraud}]},"
        " score: {routerType: Sequence, steps: [{name: b, serviceName: fraud}]}"
    ),
    good=_GOOD,
)

_TARGETS = ("nodeName", "serviceName", "serviceUrl")
_WHOLE = 100


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield graphs without a root, wrong weights and steps that lead nowhere."""
    for node in objects(manifests, GROUP, "InferenceGraph"):
        nodes = node.at("spec", "nodes")
        if not nodes["root"].is_set:
            yield nodes.problem(_ROOT, "the graph has no node `root`", "name the first node so")
        for _, each in nodes.entries():
            yield from _weights(each)
            yield from repeated(_STEP, each["steps"].each(), "name", "steps")
            for step in each["steps"].each():
                yield from _step(step, nodes)
        yield from _unreached(nodes)


def _weights(node: Node) -> Iterator[Problem]:
    if node["routerType"].text != "Splitter":
        return
    steps = list(node["steps"].each())
    for step in steps:
        if step["weight"].whole is None:
            message = "a step of a Splitter needs a weight"
            yield step.problem(_WEIGHTS, message, "add `weight`")
    total = sum(step["weight"].whole or 0 for step in steps)
    if total != _WHOLE:
        message = f"the weights sum to {total}, not to 100"
        yield node["steps"].problem(_WEIGHTS, message, "let them sum to 100")


def _step(step: Node, nodes: Node) -> Iterator[Problem]:
    stated = [key for key in _TARGETS if step[key].text]
    if len(stated) != 1:
        message = f"the step has {len(stated)} targets instead of one"
        yield step.problem(_STEP, message, f"keep one of {', '.join(_TARGETS)}")
    name = step["nodeName"]
    if name.text and not nodes[name.text].is_set:
        hint = meant(name.text, [key for key, _ in nodes.entries()], "add the node")
        yield name.problem(_NODE, f"the graph has no node `{name.text}`", hint)


def _unreached(nodes: Node) -> Iterator[Problem]:
    reached = {
        step["nodeName"].text for _, node in nodes.entries() for step in node["steps"].each()
    }
    for name, node in nodes.entries():
        if name != "root" and name not in reached:
            message = f"no step leads to the node `{name}`"
            yield node.problem(_UNREACHED, message, "remove it, or add the step")


CHECK = Check("inference-graphs", (_ROOT, _WEIGHTS, _STEP, _NODE, _UNREACHED), find)
