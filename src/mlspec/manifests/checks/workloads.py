"""Workloads whose selector, strategy or counts the API server or the controllers refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._labels import is_empty, matches
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._pods import SELECTING, pods_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _deployment(spec: str, labels: str = "{app: fraud}", pod: str = "") -> str:
    image = "{name: server, image: registry.example/fraud:12}"
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: fraud}\nspec:\n"
        f"  {spec}\n  template:\n    metadata: {{labels: {labels}}}\n"
        f"    spec:\n      containers: [{image}]\n{pod}"
    )


_SELECTOR = "selector: {matchLabels: {app: fraud}}"

_MISMATCH = breaks(
    "MLS1105",
    "selector-without-its-pods",
    "A workload does not select the pods that it makes, or selects every pod.",
    """The API server refuses it for Deployments, and for a Rollout nothing refuses it: its
    controller stops with `InvalidSpec`. A selector can't be changed later, so it is made right at
    the start.""",
    bad=_deployment("selector: {matchLabels: {app: other}}"),
    good=_deployment(_SELECTOR),
)
_UPDATE = breaks(
    "MLS1106",
    "refused-update-strategy",
    "The update strategy of a workload can't be carried out.",
    """Without a pod to spare and without one to lose no update can move; `rollingUpdate` belongs
    to that strategy alone; and a progress deadline must be longer than the time a pod needs to
    count as ready, or every update fails.""",
    bad=_deployment(
        "strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}\n"
        f"  {_SELECTOR}"
    ),
    good=_deployment(
        "strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n"
        f"  {_SELECTOR}"
    ),
)
_COUNT = breaks(
    "MLS1107",
    "negative-count",
    "A number of pods, seconds or revisions is negative.",
    "The API server refuses it.",
    bad=_deployment(f"replicas: -1\n  {_SELECTOR}"),
    good=_deployment(f"replicas: 1\n  {_SELECTOR}"),
)
_RESTART = breaks(
    "MLS1108",
    "refused-restart-policy",
    "The restart policy is none that the workload can have.",
    """Pods of a Deployment always restart; those of a Job never do, or on failure: a Job that
    always restarts would not end.""",
    bad=_deployment(_SELECTOR, pod="      restartPolicy: Never\n"),
    good=_deployment(_SELECTOR, pod="      restartPolicy: Always\n"),
)

_COUNTS = (
    "replicas",
    "minReadySeconds",
    "revisionHistoryLimit",
    "progressDeadlineSeconds",
    "backoffLimit",
    "completions",
    "parallelism",
    "activeDeadlineSeconds",
    "ttlSecondsAfterFinished",
)
_DEADLINE_SECONDS = 600


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused selectors, strategies, counts and restart policies."""
    for group, kind in SELECTING:
        for node in objects(manifests, group, kind):
            yield from _counts(node["spec"])
            yield from _selector(node["spec"])
    for node in objects(manifests, "batch", "Job"):
        yield from _counts(node["spec"])
    for node in objects(manifests, "batch", "CronJob"):
        yield from _counts(node.at("spec", "jobTemplate", "spec"))
    for group, kind in (("apps", "Deployment"), ("argoproj.io", "Rollout")):
        for node in objects(manifests, group, kind):
            yield from _update(node["spec"])
    yield from _restarts(manifests)


def _selector(spec: Node) -> Iterator[Problem]:
    selector = spec["selector"]
    if spec["workloadRef"].is_set:
        return
    if is_empty(selector):
        hint = "add `matchLabels` with the labels of the template"
        yield selector.problem(_MISMATCH, "the selector has no requirement", hint)
    elif spec["template"].is_set and not matches(
        selector, spec.at("template", "metadata", "labels").texts()
    ):
        labels = spec.at("template", "metadata", "labels")
        place = labels if labels.is_set else selector
        hint = "give the template the labels that `spec.selector` asks for"
        yield place.problem(_MISMATCH, "the selector does not match these labels", hint)


def _update(spec: Node) -> Iterator[Problem]:
    strategy = spec["strategy"]
    rolling = strategy["rollingUpdate"]
    if strategy["type"].text == "Recreate" and rolling.is_set:
        message = "`rollingUpdate` can't be set for the strategy `Recreate`"
        yield rolling.problem(_UPDATE, message, "remove one of them")
    elif _is_zero(rolling["maxSurge"]) and _is_zero(rolling["maxUnavailable"]):
        message = "`maxSurge` and `maxUnavailable` are both 0: no pod can be replaced"
        yield rolling["maxUnavailable"].problem(_UPDATE, message, "let one of them be 1")
    ready, deadline = spec["minReadySeconds"].whole or 0, spec["progressDeadlineSeconds"]
    seconds = _DEADLINE_SECONDS if deadline.whole is None else deadline.whole
    if ready >= seconds:
        message = f"`minReadySeconds` is {ready}, but the progress deadline is {seconds}"
        yield spec["minReadySeconds"].problem(_UPDATE, message, "let the deadline be longer")


def _is_zero(node: Node) -> bool:
    return node.whole == 0 or node.text in ("0", "0%")


def _counts(spec: Node) -> Iterator[Problem]:
    for key in _COUNTS:
        whole = spec[key].whole
        if whole is not None and whole < 0:
            yield spec[key].problem(_COUNT, f"`{key}` is {whole}", "write 0 or more")


def _restarts(manifests: ManifestSet) -> Iterator[Problem]:
    for pods in pods_of(manifests):
        kind = pods.owner.manifest.kind
        policy = pods.spec["restartPolicy"]
        stated = policy.text or "Always"  # what a pod gets where nothing is stated
        allowed = _POLICIES.get(kind, ("Always",))
        if stated not in allowed:
            message = f"pods of a {kind} can't have the restart policy `{stated}`"
            if not policy.text:
                message += ", the default"
            hint = " or ".join(f"`restartPolicy: {each}`" for each in allowed)
            yield policy.problem(_RESTART, message, f"write {hint}")


_POLICIES = {
    "Job": ("Never", "OnFailure"),
    "CronJob": ("Never", "OnFailure"),
    "Pod": ("Always", "Never", "OnFailure"),
}

CHECK = Check("workloads", (_MISMATCH, _UPDATE, _COUNT, _RESTART), find)
