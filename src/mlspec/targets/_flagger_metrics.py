"""MetricTemplates: the conditions of a rollout, as Flagger asks for them.

Flagger knows one number and one range: a condition holds when it is proven. No value halts the
rollout like one out of range, so silence is no pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._judged import strict_query
from mlspec.targets._kubernetes_meta import metadata, model_labels
from mlspec.targets._moves import minutes
from mlspec.targets._prometheus_query import equal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import AnalysisCheck, Bundle, Service
    from mlspec.targets._judged import Matchers
    from mlspec.targets._kubernetes_meta import Object

__all__ = ["challenger_pods", "champion_pods", "metric_templates", "metrics"]

_HASHES = "-[0-9a-z]+-[0-9a-z]+"
"""The end of the name of a pod: that of its ReplicaSet, and its own."""


def challenger_pods(service: Service) -> Matchers:
    """Return what matches the series of the challenger: Flagger gives its pods no label."""
    return (*equal(service.place), ("pod", "=~", f"{service.name}{_HASHES}"))


def champion_pods(service: Service) -> Matchers:
    """Return what matches the series of the copy that Flagger serves from."""
    return (*equal(service.place), ("pod", "=~", f"{service.name}-primary{_HASHES}"))


def metric_templates(bundle: Bundle, service: Service) -> Iterator[Object]:
    """Yield one template per condition, as the spec lists them."""
    for check in service.rollout.analysis:
        yield {
            "apiVersion": "flagger.app/v1beta1",
            "kind": "MetricTemplate",
            "metadata": metadata(bundle, service, _name(service, check), model_labels(service)),
            "spec": {
                "provider": {"type": "prometheus", "address": bundle.platform.prometheus},
                "query": strict_query(check, challenger_pods(service)),
            },
        }


def metrics(service: Service) -> list[Json]:
    """Return the references of a Canary to its templates, with the range of each."""
    return [
        {
            "name": check.id,
            "interval": minutes(check.window_minutes),
            "templateRef": {"name": _name(service, check), "namespace": service.namespace},
            "thresholdRange": _range(check),
        }
        for check in service.rollout.analysis
    ]


def _name(service: Service, check: AnalysisCheck) -> str:
    return f"{service.name}-{check.id}"


def _range(check: AnalysisCheck) -> Object:
    if check.at_most is not None:
        return {"max": check.at_most}
    return {"min": check.at_least or 0.0}
