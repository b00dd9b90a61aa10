"""Alerts that fire whatever is measured, and quantiles that are always empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._metrics import metrics_of
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._promql_shape import is_always_there, loses_buckets
from mlspec.manifests.checks._references import walk
from mlspec.manifests.checks._rules import rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node
    from mlspec.manifests.checks._rules import Rule

__all__ = ["CHECK"]


def _rules(rule: str) -> str:
    return (
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: fraud}\n"
        f"spec:\n  groups:\n  - name: fraud\n    interval: 1m\n    rules:\n    - {rule}\n"
    )


def _alert(expression: str) -> str:
    return _rules(
        f"{{alert: Drift, expr: '{expression}', for: 30m,"
        " labels: {owner: team-risk, severity: ticket},"
        " annotations: {runbook_url: 'https://runbooks.example/drift'}}"
    )


_ALWAYS = warns(
    "MLS1331",
    "alert-without-condition",
    "The expression of an alert compares nothing.",
    """An alert fires for every series that its expression gives, whatever the value: without a
    comparison it fires as long as the metric exists. `> bool` gives 0 and 1, and so does the
    same.""",
    bad=_alert("psi"),
    good=_alert("psi > 0.2"),
)
_LOST = breaks(
    "MLS1332",
    "quantile-without-buckets",
    "A quantile is taken of a sum that has lost the label `le`.",
    """The label says which bucket a count is of. Without it the result is empty: an alert or a gate
    that asks for it never sees a value. Keep it: `sum by (le) (rate(...))`.""",
    bad=_rules(
        "{record: 'fraud:latency:p99',"
        " expr: 'histogram_quantile(0.99, sum by (job) (rate(latency_bucket[5m])))'}"
    ),
    good=_rules(
        "{record: 'fraud:latency:p99',"
        " expr: 'histogram_quantile(0.99, sum by (job, le) (rate(latency_bucket[5m])))'}"
    ),
)


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield alerts without a condition, and quantiles of nothing, wherever queries stand."""
    rules = list(rules_of(manifests))
    yield from _unconditional(rules)
    queries = (*(rule.node["expr"] for rule in rules), *_queries(manifests))
    for query in queries:
        if "_bucket" in query.text and loses_buckets(query.text):
            message = "the sum below the quantile has no label `le`, so the quantile is empty"
            yield query.problem(_LOST, message, "add `le` to the labels of `by`")


def _unconditional(rules: list[Rule]) -> Iterator[Problem]:
    conditions: set[str] = set()
    for rule in rules:
        if rule.node["record"].text and not is_always_there(rule.node["expr"].text, conditions):
            conditions.add(rule.node["record"].text)
    plain = {rule.node["record"].text for rule in rules} - conditions
    for rule in rules:
        expression = rule.node["expr"]
        if rule.node["alert"].text and is_always_there(expression.text, conditions, plain):
            message = "the alert fires as long as there is a value, whatever it is"
            yield expression.problem(_ALWAYS, message, "compare it, as in `psi > 0.2`")


def _queries(manifests: ManifestSet) -> Iterator[Node]:
    for metrics in metrics_of(manifests):
        for metric in metrics.each():
            yield from walk(metric, "provider.prometheus.query")
    for node in objects(manifests, "keda.sh", "ScaledObject"):
        yield from walk(node, "spec.triggers[].metadata.query")
    for node in objects(manifests, "flagger.app", "MetricTemplate"):
        yield from walk(node, "spec.query")


CHECK = Check("alert-conditions", (_ALWAYS, _LOST), find)
