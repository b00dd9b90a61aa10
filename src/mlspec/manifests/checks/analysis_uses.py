"""Uses of analysis templates: arguments without a value, and gates that never end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._metrics import ANALYSIS_KINDS, number
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._rollouts import GROUP, Analysis, analyses_of
from mlspec.manifests.checks._texts import texts_below

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]

_CONDITION = '"len(result) > 0 && !isNaN(result[0]) && result[0] < 0.01"'


def _template(args: str, query: str, rest: str = "") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: slo}\n"
        f"spec:\n  args: {args}\n  metrics:\n  - name: errors\n    {rest}\n"
        f"    successCondition: {_CONDITION}\n"
        f"    provider: {{prometheus: {{address: http://prometheus:9090, query: {query}}}}}\n"
    )


def _rollout(analysis: str) -> str:
    return (
        "---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: fraud}\nspec:\n"
        "  progressDeadlineAbort: true\n"
        "  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: fraud}\n"
        f"  strategy: {{canary: {{steps: [{{analysis: {analysis}}}]}}}}\n"
    )


_QUERY = "'errors{model=\"{{args.model}}\"}'"

_UNDECLARED = breaks(
    "MLS1175",
    "undeclared-analysis-argument",
    "A metric uses an argument that its template does not declare.",
    """Argo Rollouts can't resolve it: the analysis ends in an error, and with it the release.""",
    bad=_template("[{name: version}]", _QUERY),
    good=_template("[{name: model}]", _QUERY),
)
_MISSING = breaks(
    "MLS1176",
    "missing-analysis-argument",
    "A release uses a template and leaves out an argument that has no value of its own.",
    "Argo Rollouts refuses the Rollout when it reads the template.",
    bad=_template("[{name: model}]", _QUERY) + _rollout("{templates: [{templateName: slo}]}"),
    good=_template("[{name: model}]", _QUERY)
    + _rollout("{templates: [{templateName: slo}], args: [{name: model, value: fraud}]}"),
)
_ENDLESS = breaks(
    "MLS1177",
    "endless-analysis",
    "A step waits for a metric that is measured for ever.",
    """A metric with an interval and no count never ends. It may run in the background, but as a
    step or before a promotion Argo Rollouts refuses it.""",
    bad=_template("[]", "vector(0)", "interval: 1m")
    + _rollout("{templates: [{templateName: slo}]}"),
    good=_template("[]", "vector(0)", "interval: 1m\n    count: 5")
    + _rollout("{templates: [{templateName: slo}]}"),
)
_SAME_METRIC = breaks(
    "MLS1178",
    "metric-in-two-templates",
    "Two templates of one analysis have a metric of the same name, or there is no template.",
    "Argo Rollouts joins the templates and refuses two metrics of one name.",
    bad=_template("[]", "vector(0)")
    + "---\n"
    + _template("[]", "vector(1)").replace("name: slo", "name: slo-night")
    + _rollout("{templates: [{templateName: slo}, {templateName: slo-night}]}"),
    good=_template("[]", "vector(0)") + _rollout("{templates: [{templateName: slo}]}"),
)

_PLACEHOLDER = re.compile(r"\{\{\s*args\.([^\s{}]{1,200}?)\s*\}\}")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield arguments nobody declares or gives, and analyses that can't be run."""
    for node in objects(manifests, GROUP, *ANALYSIS_KINDS):
        yield from _undeclared(node["spec"])
    for use in analyses_of(manifests):
        templates = list(use.found(manifests))
        yield from _missing(use, templates)
        yield from _same_metric(use, templates)
        if not use.is_background:
            yield from _endless(templates)


def _undeclared(spec: Node) -> Iterator[Problem]:
    declared = {each["name"].text for each in spec["args"].each()}
    for node in texts_below(spec["metrics"]):
        for name in sorted(set(_PLACEHOLDER.findall(node.text)) - declared):
            message = f"the template declares no argument `{name}`"
            yield node.problem(_UNDECLARED, message, f"add `- name: {name}` to `args`")


def _missing(use: Analysis, templates: list[tuple[Node, Node]]) -> Iterator[Problem]:
    given = {each["name"].text for each in use.node["args"].each()}
    for place, spec in templates:
        for argument in spec["args"].each():
            has_value = argument.set_keys("value", "valueFrom")
            name = argument["name"].text
            if name not in given and not has_value:
                message = f"the template `{place.text}` needs the argument `{name}`"
                yield place.problem(_MISSING, message, f"add `- name: {name}` to `args`")


def _same_metric(use: Analysis, templates: list[tuple[Node, Node]]) -> Iterator[Problem]:
    if not list(use.templates()):
        yield use.node.problem(_SAME_METRIC, "the analysis names no template", "add `templates`")
    seen: dict[str, str] = {}
    for place, spec in templates:
        for name in sorted({each["name"].text for each in spec["metrics"].each()}):
            first = seen.setdefault(name, place.text)
            if first != place.text:
                message = f"`{first}` and `{place.text}` both have a metric `{name}`"
                yield place.problem(_SAME_METRIC, message, "rename one of the metrics")


def _endless(templates: list[tuple[Node, Node]]) -> Iterator[Problem]:
    for place, spec in templates:
        for metric in spec["metrics"].each():
            counted = metric["count"].is_set and number(metric["count"]) != 0
            if metric["interval"].text and not counted:
                message = f"the metric `{metric['name'].text}` of `{place.text}` never ends"
                yield place.problem(_ENDLESS, message, "add `count` to the metric")


CHECK = Check("analysis-uses", (_UNDECLARED, _MISSING, _ENDLESS, _SAME_METRIC), find)
