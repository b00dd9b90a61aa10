"""Disruption budgets that are refused, protect nothing, or block every drain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._labels import is_empty, matches
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._pods import PodIndex, Pods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _budget(bounds: str) -> str:
    return (
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: fraud}\n"
        f"spec: {{{bounds}, selector: {{matchLabels: {{app: fraud}}}}}}\n"
    )


_DEPLOYMENT = """---
apiVersion: apps/v1
kind: Deployment
metadata: {name: fraud}
spec:
  replicas: 2
  selector: {matchLabels: {app: fraud}}
  template:
    metadata: {labels: {app: fraud}}
    spec: {containers: [{name: server, image: registry.example/fraud:12}]}
"""

_BOUNDS = breaks(
    "MLS1130",
    "refused-disruption-budget",
    "A PodDisruptionBudget has both bounds, or one that is no number of pods.",
    "The API server refuses it: which of the two should hold can't be known.",
    bad=_budget("minAvailable: 1, maxUnavailable: 1"),
    good=_budget("minAvailable: 1"),
)
_IDLE = warns(
    "MLS1131",
    "disruption-budget-without-effect",
    "A PodDisruptionBudget protects no pod.",
    """It is accepted without a bound, with `minAvailable: 0`, and for labels that no pod has:
    a drain then evicts every replica at once.""",
    bad=_budget("minAvailable: 0"),
    good=_budget("minAvailable: 1"),
)
_BLOCKING = warns(
    "MLS1132",
    "disruption-budget-blocks-drains",
    "A PodDisruptionBudget lets no pod be evicted.",
    """Nodes can't be drained then: an upgrade of the cluster hangs until somebody deletes the
    budget, usually at night.""",
    bad=_budget("minAvailable: 2") + _DEPLOYMENT,
    good=_budget("minAvailable: 1") + _DEPLOYMENT,
)

_SHARE = re.compile(r"(0|[1-9][0-9]{0,2})%")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused, idle and blocking budgets."""
    index = PodIndex(manifests)
    for node in objects(manifests, "policy", "PodDisruptionBudget"):
        spec = node["spec"]
        yield from _bounds(spec)
        yield from _effect(spec)
        yield from _blocking(spec, _protected(spec, index, node.manifest.namespace))


def _bounds(spec: Node) -> Iterator[Problem]:
    least, most = spec["minAvailable"], spec["maxUnavailable"]
    if least.is_set and most.is_set:
        message = "`minAvailable` and `maxUnavailable` can't both be set"
        yield most.problem(_BOUNDS, message, "remove one of them")
    for bound in (least, most):
        if bound.is_set and _share(bound) is None and (bound.whole is None or bound.whole < 0):
            message = f"`{bound.shown}` is no number of pods"
            yield bound.problem(_BOUNDS, message, "write a whole number, or a share such as `50%`")


def _share(bound: Node) -> float | None:
    found = _SHARE.fullmatch(bound.text)
    share = int(found[1]) / 100 if found else None
    return share if share is None or share <= 1 else None


def _effect(spec: Node) -> Iterator[Problem]:
    least, most = spec["minAvailable"], spec["maxUnavailable"]
    if not least.is_set and not most.is_set:
        hint = "add `maxUnavailable: 1`"
        yield spec.problem(_IDLE, "the budget has no bound, so it protects nothing", hint)
    elif least.whole == 0 or _share(least) == 0 or _share(most) == 1:
        bound = least if least.is_set else most
        yield bound.problem(_IDLE, "every pod may go at once", "write `maxUnavailable: 1`")


def _protected(spec: Node, index: PodIndex, namespace: str) -> list[Pods]:
    selector = spec["selector"]
    if is_empty(selector):
        return []
    found = index.with_labels(selector["matchLabels"].texts(), namespace)
    return [pods for pods in found if matches(selector, pods.labels)]


def _blocking(spec: Node, protected: list[Pods]) -> Iterator[Problem]:
    least, most = spec["minAvailable"], spec["maxUnavailable"]
    if most.whole == 0 or _share(most) == 0 or _share(least) == 1:
        bound = most if most.is_set else least
        yield bound.problem(_BLOCKING, "no pod may ever be evicted", "write `maxUnavailable: 1`")
    total = sum(map(_replicas, protected))
    if protected and least.whole and least.whole >= total:
        message = f"{least.whole} pods must be available, and there are {total}"
        hint = "add a replica, or write `maxUnavailable: 1`"
        yield least.problem(_BLOCKING, message, hint)


def _replicas(pods: Pods) -> int:
    stated = pods.owner.at("spec", "replicas").whole
    return 1 if stated is None else stated


CHECK = Check("availability", (_BOUNDS, _IDLE, _BLOCKING), find)
