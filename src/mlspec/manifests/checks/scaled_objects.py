"""ScaledObjects that KEDA refuses, or that can't do what they say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._cron import schedule_fault
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._promql import query_fault, query_place
from mlspec.manifests.checks._repeated import repeated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _scaler(spec: str, trigger: str = "", kind: str = "prometheus") -> str:
    query = "serverAddress: 'http://prometheus:9090', query: sum(up), threshold: '5'"
    return (
        "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: fraud}\nspec:\n"
        f"  {spec}\n  scaleTargetRef: {{name: fraud}}\n"
        f"  triggers: [{{type: {kind}, metadata: {{{trigger or query}}}}}]\n"
    )


_BOUNDS = breaks(
    "MLS1250",
    "crossed-scaler-bounds",
    "A ScaledObject has crossed or negative bounds.",
    "KEDA refuses it: by a rule of its definition, or in its webhook.",
    bad=_scaler("minReplicaCount: 50\n  maxReplicaCount: 10"),
    good=_scaler("minReplicaCount: 1\n  maxReplicaCount: 10"),
)
_TRIGGER = breaks(
    "MLS1251",
    "incomplete-trigger-metadata",
    "A trigger of KEDA lacks what its type needs, or has a number that is none.",
    """KEDA takes any text there and fails when it starts the scaler: the workload stays at the size
    it has.""",
    bad=_scaler("maxReplicaCount: 10", "query: sum(up), threshold: five"),
    good=_scaler("maxReplicaCount: 10"),
)
_ZERO = breaks(
    "MLS1252",
    "zero-without-outside-trigger",
    "A ScaledObject scales to zero by the use of its own pods.",
    "Without a pod there is no use to measure: it would never start again, so KEDA refuses it.",
    bad=_scaler("minReplicaCount: 0", "value: '70'", "cpu"),
    good=_scaler("minReplicaCount: 1", "value: '70'", "cpu"),
)
_FALLBACK = breaks(
    "MLS1253",
    "fallback-without-effect",
    "A fallback of KEDA can't be used with the triggers that there are.",
    """It is for triggers that KEDA asks itself. For CPU and memory the HorizontalPodAutoscaler
    asks, and KEDA refuses the fallback.""",
    bad=_scaler("fallback: {failureThreshold: 3, replicas: 4}", "value: '70'", "cpu"),
    good=_scaler("fallback: {failureThreshold: 3, replicas: 4}"),
)
_NAME = breaks(
    "MLS1254",
    "duplicate-trigger-name",
    "Two triggers of a ScaledObject have the same name, or there is no trigger.",
    "KEDA refuses it.",
    bad="""
    apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: {name: fraud}
    spec: {scaleTargetRef: {name: fraud}, triggers: []}
    """,
    good=_scaler("maxReplicaCount: 10"),
)
_QUERY = breaks(
    "MLS1255",
    "unreadable-scaler-query",
    "The query of a trigger is no PromQL.",
    "Prometheus refuses it each time: the workload stays at the size it has.",
    bad=_scaler(
        "maxReplicaCount: 10",
        "serverAddress: 'http://prometheus:9090', query: 'sum(up', threshold: '5'",
    ),
    good=_scaler("maxReplicaCount: 10"),
)

_OF_PODS = ("cpu", "memory")
_NEEDED = {
    "prometheus": ("serverAddress", "query", "threshold"),
    "cron": ("timezone", "start", "end", "desiredReplicas"),
    "cpu": ("value",),
    "memory": ("value",),
    "kafka": ("consumerGroup",),
    "rabbitmq": ("mode", "value"),
    "redis": ("listName",),
    "metrics-api": ("url", "valueLocation", "targetValue"),
    "external": ("scalerAddress",),
}
_NUMBERS = ("threshold", "activationThreshold", "value", "targetValue", "desiredReplicas")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)
_MOST = 100


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield bounds, triggers and fallbacks that KEDA refuses."""
    for node in objects(manifests, "keda.sh", "ScaledObject"):
        spec = node["spec"]
        triggers = list(spec["triggers"].each())
        if not triggers:
            yield spec["triggers"].problem(_NAME, "there is no trigger", "add one")
        yield from repeated(_NAME, triggers, "name", "triggers")
        yield from _bounds(spec)
        yield from _of_pods(spec, [each["type"].text for each in triggers])
        for trigger in triggers:
            yield from _metadata(trigger)


def _bounds(spec: Node) -> Iterator[Problem]:
    least, most, idle = (
        spec[key] for key in ("minReplicaCount", "maxReplicaCount", "idleReplicaCount")
    )
    negative = [each.path for each in (least, most, idle) if (each.whole or 0) < 0]
    for each in (least, most, idle):
        if each.path in negative:
            yield each.problem(_BOUNDS, f"`{each.field}` is negative", "write 0 or more")
    if most.path not in negative:
        yield from _crossed(least, most)
    if idle.path not in negative:
        yield from _idle(idle, max(least.whole or 0, 0))


def _crossed(least: Node, most: Node) -> Iterator[Problem]:
    lowest, highest = least.whole or 0, _MOST if most.whole is None else most.whole
    if lowest > highest:
        default = " (the default)" if most.whole is None else ""
        message = f"`minReplicaCount` is {lowest}, above `maxReplicaCount`, {highest}{default}"
        hint = f"add `maxReplicaCount: {lowest}` or more" if default else "swap them"
        yield least.problem(_BOUNDS, message, hint)


def _idle(idle: Node, lowest: int) -> Iterator[Problem]:
    if idle.whole is not None and idle.whole >= lowest:
        message = f"`idleReplicaCount` is {idle.whole}, not below `minReplicaCount`, {lowest}"
        hint = "write `idleReplicaCount: 0`" if lowest > 0 else "remove it, or raise that one"
        yield idle.problem(_BOUNDS, message, hint)


def _of_pods(spec: Node, kinds: list[str]) -> Iterator[Problem]:
    own_only = bool(kinds) and all(kind in _OF_PODS for kind in kinds)
    least, fallback = spec["minReplicaCount"], spec["fallback"]
    if own_only and least.whole == 0:
        message = "with triggers of CPU and memory alone nothing starts the first pod again"
        yield least.problem(_ZERO, message, "write `minReplicaCount: 1`, or add another trigger")
    if own_only and fallback.is_set:
        message = "a fallback has no effect on triggers of CPU and memory"
        yield fallback.problem(_FALLBACK, message, "remove it")


def _metadata(trigger: Node) -> Iterator[Problem]:
    kind, metadata = trigger["type"].text, trigger["metadata"]
    yield from _needed(trigger)
    for key in metadata.set_keys(*_NUMBERS):
        if not _NUMBER.fullmatch(metadata[key].text):
            message = f"`{metadata[key].shown}` is no number in quotes"
            yield metadata[key].problem(_TRIGGER, message, "write one such as `'5'`")
    if kind == "cron":
        yield from _cron(metadata)
    if kind == "prometheus":
        yield from _query(metadata["query"])


def _needed(trigger: Node) -> Iterator[Problem]:
    kind, metadata = trigger["type"].text, trigger["metadata"]
    missing = [key for key in _NEEDED.get(kind, ()) if not metadata[key].is_set]
    if missing and not trigger["authenticationRef"].is_set:
        told = " and ".join(f"`{key}`" for key in missing)
        place = metadata if metadata.is_set else trigger
        yield place.problem(_TRIGGER, f"a trigger of type `{kind}` needs {told}", "add it")


def _query(query: Node) -> Iterator[Problem]:
    fault = query_fault(query.text) if query.text else None
    if fault is not None:
        message, inside = f"the query does not parse: {fault}", query_place(query.text)
        yield query.problem(_QUERY, message, "mend the query", inside)


def _cron(metadata: Node) -> Iterator[Problem]:
    for key in metadata.set_keys("start", "end"):
        fault = schedule_fault(metadata[key].text)
        if fault is not None:
            message = f"`{metadata[key].shown}` can't be scheduled: {fault}"
            yield metadata[key].problem(_TRIGGER, message, "write one such as `0 8 * * 1`")
    if metadata["start"].is_set and metadata["start"].text == metadata["end"].text:
        message = "the trigger starts and ends at the same time"
        yield metadata["end"].problem(_TRIGGER, message, "let it end later")


CHECK = Check("scaled-objects", (_BOUNDS, _TRIGGER, _ZERO, _FALLBACK, _NAME, _QUERY), find)
