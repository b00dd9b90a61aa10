"""Metrics of Argo Rollouts: of templates, and of runs that hold their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._rollouts import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet
    from mlspec.manifests.checks._node import Node

__all__ = ["ANALYSIS_KINDS", "PROVIDERS", "metrics_of", "number"]

ANALYSIS_KINDS = ("AnalysisTemplate", "ClusterAnalysisTemplate", "AnalysisRun")

PROVIDERS = (
    "prometheus",
    "job",
    "web",
    "wavefront",
    "kayenta",
    "datadog",
    "newRelic",
    "cloudWatch",
    "graphite",
    "influxdb",
    "skywalking",
)
"""The providers but `plugin`, which holds one of any name."""

_INTEGER = re.compile(r"-?[0-9]{1,18}")


def metrics_of(manifests: ManifestSet) -> Iterator[Node]:
    """Yield the list of metrics of each template; not of those that only join others."""
    for node in objects(manifests, GROUP, *ANALYSIS_KINDS):
        spec = node["spec"]
        if spec["metrics"].value or not spec["templates"].value:
            yield spec["metrics"]


def number(node: Node) -> int | None:
    """Return a whole number, or a text that is one; None for placeholders and all else."""
    if node.whole is not None:
        return node.whole
    return int(node.text) if _INTEGER.fullmatch(node.text) else None
