"""Experiments of Argo Rollouts that its controller refuses, or that never end.

The rules are those of `utils/conditions/experiments.go` of Argo Rollouts 1.9.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._durations import go_seconds
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._labels import is_empty, matches
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._repeated import repeated
from mlspec.manifests.checks._rollouts import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _experiment(labels: str, rest: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: Experiment\nmetadata: {name: fraud}\nspec:\n"
        f"  {rest}\n  templates:\n  - name: champion\n    selector: {{matchLabels: {labels}}}\n"
        "    template:\n      metadata: {labels: {variant: champion}}\n"
        "      spec: {containers: [{name: server, image: registry.example/fraud:12}]}\n"
    )


_TEMPLATE = breaks(
    "MLS1180",
    "refused-experiment",
    "A template of an Experiment has no name of its own, or does not select its pods.",
    "The API server takes it; the controller stops with `InvalidSpec`.",
    bad=_experiment("{}", "duration: 24h"),
    good=_experiment("{variant: champion}", "duration: 24h"),
)
_DURATION = breaks(
    "MLS1181",
    "unreadable-experiment-duration",
    "The duration of an Experiment can't be read.",
    "Durations are written as `24h` or `30m`; days have no unit.",
    bad=_experiment("{variant: champion}", "duration: 7d"),
    good=_experiment("{variant: champion}", "duration: 168h"),
)
_FOREVER = warns(
    "MLS1182",
    "endless-experiment",
    "An Experiment has no duration, and no analysis that ends it.",
    "Its pods run, and cost, until somebody deletes it.",
    bad=_experiment("{variant: champion}", "progressDeadlineSeconds: 600"),
    good=_experiment("{variant: champion}", "duration: 24h"),
)

_DEADLINE_SECONDS = 600


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused templates and durations, of Experiments and of steps that are one."""
    for node in objects(manifests, GROUP, "Experiment"):
        spec = node["spec"]
        yield from repeated(_TEMPLATE, spec["templates"].each(), "name", "templates")
        yield from repeated(_TEMPLATE, spec["analyses"].each(), "name", "analyses")
        yield from _duration(spec["duration"])
        yield from _end(spec)
        for template in spec["templates"].each():
            yield from _template(template, spec["progressDeadlineSeconds"].whole)
    for node in objects(manifests, GROUP, "Rollout"):
        for step in node.at("spec", "strategy", "canary", "steps").each():
            yield from _duration(step.at("experiment", "duration"))
            templates = step.at("experiment", "templates")
            yield from repeated(_TEMPLATE, templates.each(), "name", "templates")


def _template(template: Node, deadline: int | None) -> Iterator[Problem]:
    if not template["name"].text:
        yield template.problem(_TEMPLATE, "the template has no name", "add `name`")
    selector = template["selector"]
    labels = template.at("template", "metadata", "labels").texts()
    if is_empty(selector) or not matches(selector, labels):
        message = "the selector does not pick the pods of the template"
        place = selector if selector.is_set else template
        yield place.problem(_TEMPLATE, message, "repeat the labels of the pods")
    ready = template["minReadySeconds"]
    limit = _DEADLINE_SECONDS if deadline is None else deadline
    if (ready.whole or 0) > limit:
        message = f"`minReadySeconds` is above the progress deadline, {limit}"
        yield ready.problem(_TEMPLATE, message, "let the deadline be longer")


def _duration(duration: Node) -> Iterator[Problem]:
    if duration.is_set and go_seconds(duration.text) is None:
        message = f"`{duration.shown}` is no duration"
        yield duration.problem(_DURATION, message, "write one such as `24h`")


def _end(spec: Node) -> Iterator[Problem]:
    ends = any(each["requiredForCompletion"].value is True for each in spec["analyses"].each())
    if not spec["duration"].is_set and not ends:
        yield spec.problem(_FOREVER, "nothing ends the experiment", "add `duration`")


CHECK = Check("experiments", (_TEMPLATE, _DURATION, _FOREVER), find)
