"""Metrics of AnalysisTemplates that Argo Rollouts refuses, and gates that can never fail.

The first are the rules of `utils/analysis/factory.go` of Argo Rollouts 1.9.1. What the second say
passes that code as well: nothing in a cluster finds it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._durations import go_seconds
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._metrics import ANALYSIS_KINDS, PROVIDERS, metrics_of, number
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._promql import query_fault, query_place
from mlspec.manifests.checks._rollouts import GROUP, analyses_of
from mlspec.manifests.checks._suggestion import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node
    from mlspec.manifests.checks._rollouts import Analysis

__all__ = ["CHECK"]


def _template(metric: str, query: str = "vector(0)") -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: slo}\n"
        "spec:\n  metrics:\n  - name: errors\n"
        f"    {metric}\n"
        '    successCondition: "len(result) > 0 && !isNaN(result[0]) && result[0] < 0.01"\n'
        f"    provider: {{prometheus: {{address: http://prometheus:9090, query: {query}}}}}\n"
    )


_PROVIDER = breaks(
    "MLS1165",
    "metric-without-one-provider",
    "A metric has no provider, or several.",
    "Argo Rollouts refuses the template when a release starts, not before.",
    bad="""
    apiVersion: argoproj.io/v1alpha1
    kind: AnalysisTemplate
    metadata: {name: slo}
    spec: {metrics: [{name: errors, provider: {}, successCondition: "result[0] < 0.01"}]}
    """,
    good=_template("interval: 1m\n    count: 5"),
)
_NAMES = breaks(
    "MLS1166",
    "metrics-not-distinct",
    "An AnalysisTemplate has no metric, two of the same name, or an option of one that it lacks.",
    """Argo Rollouts refuses the template when a release starts. The same holds for the `dryRun` and
    `measurementRetention` of a Rollout that uses templates: an option that names none of their
    metrics ends the analysis with an error, and the release with it.""",
    bad="""
    apiVersion: argoproj.io/v1alpha1
    kind: AnalysisTemplate
    metadata: {name: slo}
    spec: {metrics: []}
    """,
    good=_template("interval: 1m\n    count: 5"),
)
_LIMITS = breaks(
    "MLS1167",
    "refused-metric-limits",
    "The limits of a metric contradict its count, or each other.",
    """Argo Rollouts refuses negative limits, more failures and successes than measurements, and
    several measurements without an interval between them.""",
    bad=_template("count: 5"),
    good=_template("interval: 1m\n    count: 5"),
)
_NEVER = breaks(
    "MLS1168",
    "gate-that-never-fails",
    "A metric may fail as often as it is measured, so its gate can't fail.",
    """A metric fails once it has *more* failures than `failureLimit`. With as many failures allowed
    as there are measurements, a release passes whose every measurement failed. Argo Rollouts says
    nothing.""",
    bad=_template("interval: 1m\n    count: 5\n    failureLimit: 5"),
    good=_template("interval: 1m\n    count: 5\n    failureLimit: 1"),
)
_QUERY = breaks(
    "MLS1169",
    "unreadable-gate-query",
    "The query of a gate, a scaler or a metric is no PromQL.",
    """Prometheus refuses it at the first measurement: the release is stopped by the gate itself,
    and an autoscaler never scales.""",
    bad=_template("interval: 1m\n    count: 5", '"sum(rate(errors_total[5m])"'),
    good=_template("interval: 1m\n    count: 5", '"sum(rate(errors_total[5m]))"'),
)

_DRY = warns(
    "MLS1174",
    "dry-run-metric",
    "A metric is measured for show: it runs dry.",
    """The result of a dry metric is written down and never stops a release. That is right while
    a threshold is being found, and is easily forgotten.""",
    bad=_template("count: 1") + "  dryRun: [{metricName: errors}]\n",
    good=_template("count: 1"),
)

_LIMIT_KEYS = ("consecutiveSuccessLimit", "inconclusiveLimit", "consecutiveErrorLimit")


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield refused metrics, gates that never fail, and queries that don't parse."""
    for node in objects(manifests, GROUP, *ANALYSIS_KINDS):
        yield from _options(node["spec"], _metrics_of(node["spec"]))
    for use in analyses_of(manifests):
        yield from _options(use.node, _metrics_of_use(use, manifests))
    for metrics in metrics_of(manifests):
        yield from _distinct(metrics)
        for metric in metrics.each():
            yield from _provider(metric["provider"])
            yield from _limits(metric)
            yield from _never(metric)
            yield from _query(metric.at("provider", "prometheus", "query"))


def _metrics_of(spec: Node) -> list[str]:
    """Return the names of the metrics of a template; none where it joins other templates."""
    return (
        [] if spec["templates"].is_set else [each["name"].text for each in spec["metrics"].each()]
    )


def _metrics_of_use(use: Analysis, manifests: ManifestSet) -> list[str]:
    """Return the names of all metrics that are used; none where one of the templates is unknown."""
    names = [_metrics_of(spec) for _, spec in use.found(manifests)]
    is_whole = all(names) and len(names) == len(list(use.templates()))
    return [name for listed in names for name in listed] if is_whole else []


def _options(owner: Node, names: list[str]) -> Iterator[Problem]:
    """Yield options of metrics that are not there, or run dry; `names` are those that are known.

    An option names its metrics by a pattern, and few are any.
    """
    for key in ("dryRun", "measurementRetention"):
        for each in owner[key].each():
            wanted = each["metricName"]
            is_plain = wanted.text.replace("-", "").replace("_", "").isalnum()
            if is_plain and names and not any(wanted.text in name for name in names):
                message = f"`{key}` is for the metric `{wanted.shown}`, and there is none"
                yield wanted.problem(_NAMES, message, meant(wanted.text, names, "remove it"))
            elif key == "dryRun":
                message = f"the metric `{wanted.text}` can't stop a release"
                yield wanted.problem(_DRY, message, "remove it from `dryRun` once it is trusted")


def _distinct(metrics: Node) -> Iterator[Problem]:
    if not metrics.value:
        yield metrics.problem(_NAMES, "the template has no metric", "add one")
    seen: set[str] = set()
    for metric in metrics.each():
        name = metric["name"]
        if name.text in seen:
            message = f"there is a metric `{name.text}` already"
            yield name.problem(_NAMES, message, "rename one of them")
        seen.add(name.text)


def _provider(provider: Node) -> Iterator[Problem]:
    stated = provider.set_keys(*PROVIDERS)
    plugins = len(list(provider["plugin"].entries()))
    count = len(stated) + plugins
    if count != 1:
        message = f"the metric has {count} providers instead of one"
        yield provider.problem(_PROVIDER, message, "keep one, such as `prometheus`")


def _limits(metric: Node) -> Iterator[Problem]:
    count, failures = number(metric["count"]) or 0, number(metric["failureLimit"]) or 0
    successes = number(metric["consecutiveSuccessLimit"]) or 0
    for key in _LIMIT_KEYS:
        if (number(metric[key]) or 0) < 0:
            yield metric[key].problem(_LIMITS, f"`{key}` is negative", "write 0 or more")
    yield from _contradictions(metric, count, failures, successes)
    yield from _durations(metric)


def _contradictions(metric: Node, count: int, failures: int, successes: int) -> Iterator[Problem]:
    if failures < -1 or (failures == -1 and successes == 0):
        message = f"`failureLimit` is {failures}, and no success ends the measurements"
        yield metric["failureLimit"].problem(_LIMITS, message, "write 0 or more")
    if 0 < count < max(failures, 0) + successes:
        message = f"{count} measurements can't hold {failures} failures and {successes} successes"
        yield metric["count"].problem(_LIMITS, message, "raise `count`, or lower the limits")
    if 0 < count < (number(metric["inconclusiveLimit"]) or 0):
        message = "`inconclusiveLimit` is above `count`"
        yield metric["inconclusiveLimit"].problem(_LIMITS, message, "lower it")
    if count > 1 and not metric["interval"].text:
        message = f"{count} measurements need an `interval` between them"
        yield metric["count"].problem(_LIMITS, message, "add one such as `1m`")


def _durations(metric: Node) -> Iterator[Problem]:
    for key in ("interval", "initialDelay"):
        text = metric[key].text
        if text and go_seconds(text) is None and "{{" not in text:
            yield metric[key].problem(_LIMITS, f"`{text}` is no duration", "write one such as `1m`")


def _never(metric: Node) -> Iterator[Problem]:
    count, failures = number(metric["count"]), number(metric["failureLimit"])
    measured = count or (0 if metric["interval"].text else 1)
    if failures is not None and 0 < measured <= failures:
        message = f"as many failures are allowed as there are measurements, {measured}"
        hint = f"lower `failureLimit` below {measured}"
        yield metric["failureLimit"].problem(_NEVER, message, hint)


def _query(query: Node) -> Iterator[Problem]:
    fault = query_fault(query.text) if query.text else None
    if fault is not None:
        message, inside = f"the query does not parse: {fault}", query_place(query.text)
        yield query.problem(_QUERY, message, "mend the query", inside)


CHECK = Check("analysis-metrics", (_PROVIDER, _NAMES, _LIMITS, _NEVER, _QUERY, _DRY), find)
