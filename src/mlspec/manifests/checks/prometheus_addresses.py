"""Addresses of Prometheus that a controller can't ask, since they do not say how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks
from mlspec.manifests.checks._metrics import metrics_of
from mlspec.manifests.checks._node import objects
from mlspec.manifests.checks._references import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _template(address: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: slo}\n"
        "spec:\n  metrics:\n  - name: errors\n    count: 1\n"
        '    successCondition: "len(result) > 0 && !isNaN(result[0]) && result[0] < 0.01"\n'
        f"    provider: {{prometheus: {{address: '{address}', query: vector(0)}}}}\n"
    )


_ADDRESS = breaks(
    "MLS1333",
    "address-without-scheme",
    "The address of Prometheus has no `http://` or `https://`, or no host.",
    """Argo Rollouts ends every measurement with an error, KEDA and Flagger fail at each request.
    Nothing looks at it when it is applied.""",
    bad=_template("prometheus:9090"),
    good=_template("http://prometheus:9090"),
)

_FORM = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield addresses without a scheme or a host; placeholders are filled in later."""
    for address in _addresses(manifests):
        if address.text and "{{" not in address.text and not _FORM.match(address.text):
            message = f"`{address.shown}` is not the address of a server"
            yield address.problem(_ADDRESS, message, "write one such as `http://prometheus:9090`")


def _addresses(manifests: ManifestSet) -> Iterator[Node]:
    for metrics in metrics_of(manifests):
        for metric in metrics.each():
            yield from walk(metric, "provider.prometheus.address")
    for node in objects(manifests, "keda.sh", "ScaledObject"):
        for trigger in walk(node, "spec.triggers[]"):
            if trigger["type"].text == "prometheus":
                yield from walk(trigger, "metadata.serverAddress")
    for node in objects(manifests, "flagger.app", "MetricTemplate"):
        if node.at("spec", "provider", "type").text == "prometheus":
            yield from walk(node, "spec.provider.address")


CHECK = Check("prometheus-addresses", (_ADDRESS,), find)
