"""Metrics that gates, alerts, scalers and dashboards read and no rule of the set records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._model import Manifest
from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import warns
from mlspec.manifests.checks._metrics import metrics_of
from mlspec.manifests.checks._node import Node, objects
from mlspec.manifests.checks._promql import metric_names
from mlspec.manifests.checks._references import walk
from mlspec.manifests.checks._rules import rules_of
from mlspec.manifests.checks._suggestion import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem

__all__ = ["CHECK"]


def _rules(record: str) -> str:
    return (
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: fraud}\n"
        "spec:\n  groups:\n  - name: fraud\n    rules:\n"
        f"    - {{record: '{record}', expr: 'sum(rate(errors_total[5m]))'}}\n"
        "    - alert: Errors\n      expr: fraud:errors:rate5m > 1\n      for: 10m\n"
        "      labels: {owner: team-risk, severity: page}\n"
        "      annotations: {runbook_url: https://runbooks.example/errors}\n"
    )


_UNRECORDED = warns(
    "MLS1296",
    "unrecorded-metric",
    "A query reads a recorded metric that no rule of the set records.",
    """Names with `:` are made by recording rules. A query for one that nobody makes gives nothing:
    the alert never fires, the gate has no data, the replicas stay as they are.""",
    bad=_rules("fraud:error:rate5m"),
    good=_rules("fraud:errors:rate5m"),
)


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield recorded metrics that nobody records; only where the set records any at all."""
    recorded = {rule.node["record"].text for rule in rules_of(manifests)} - {""}
    if not recorded:
        return
    for query in _queries(manifests):
        for name in sorted(metric_names(query.text)):
            if ":" in name and name not in recorded:
                hint = meant(name, recorded, "add the rule that records it")
                yield query.problem(_UNRECORDED, f"no rule records `{name}`", hint)


def _queries(manifests: ManifestSet) -> Iterator[Node]:
    yield from (rule.node["expr"] for rule in rules_of(manifests))
    for metrics in metrics_of(manifests):
        for metric in metrics.each():
            yield metric.at("provider", "prometheus", "query")
    for node in objects(manifests, "keda.sh", "ScaledObject"):
        yield from walk(node, "spec.triggers[].metadata.query")
    for node in objects(manifests, "flagger.app", "MetricTemplate"):
        yield node["spec"]["query"]
    for document in manifests.files:
        yield from _of_dashboard(Node(Manifest(document), (), document.data))


def _of_dashboard(root: Node) -> Iterator[Node]:
    """Yield the queries of the panels of a Grafana dashboard, those of rows included."""
    yield from walk(root, "panels[].targets[].expr")
    yield from walk(root, "panels[].panels[].targets[].expr")


CHECK = Check("recorded-metrics", (_UNRECORDED,), find)
