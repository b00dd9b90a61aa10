"""`prometheus_operator`: the rules of a model as a PrometheusRule, and how it is scraped.

The rules are those of the target `prometheus`, whose unit tests prove them. A ServiceMonitor gives
every series the labels `model` and `role` of its pod. Several Services may lead to one pod while a
rollout is under way: job and service are the model, so that Prometheus sees one target, not two.
KServe and Flagger make Services of their own, with other labels and ports: those are not scraped
by what is emitted here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend
from mlspec.syntax import emit_documents
from mlspec.targets._arms import is_moved_by
from mlspec.targets._header import header_text, source_digest
from mlspec.targets._kubernetes_meta import metadata, model_labels
from mlspec.targets._kubernetes_workload import PORT_NAME
from mlspec.targets._kustomization import kustomization
from mlspec.targets._port import Target
from mlspec.targets._prometheus_groups import watched_models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Service
    from mlspec.targets._kubernetes_meta import Object
    from mlspec.targets._port import Renderer
    from mlspec.targets._prometheus_groups import Watched

__all__ = ["TARGET"]

_FOLDER = "prometheus-operator"
_API = "monitoring.coreos.com/v1"
_METRICS_PATH = "/metrics"
_SCRAPE_INTERVAL = "30s"
_POD_LABEL = "__meta_kubernetes_pod_label_mlspec_dev_"


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the rules of every model that is watched, and how each that is served is scraped."""
    objects: dict[str, tuple[str, list[Json]]] = {}
    for watched in watched_models(bundle):
        rule: list[Json] = [_rule(bundle, watched)]
        objects[watched.model] = (watched.source, rule)
    for service in bundle.services:
        if _has_own_services(service):
            objects.setdefault(service.name, (service.source, []))[1].append(
                _monitor(bundle, service)
            )
    for name, (source, found) in sorted(objects.items()):
        text = emit_documents(found, header=header_text(bundle, source))
        yield Artifact(f"{_FOLDER}/{name}.yaml", text, source)
    if objects:
        yield kustomization(bundle, _FOLDER, objects)


def _has_own_services(service: Service) -> bool:
    return service.backend is not Backend.KSERVE and not is_moved_by(service, Backend.FLAGGER)


def _rule(bundle: Bundle, watched: Watched) -> Object:
    annotations: Object = {
        "mlspec.dev/environment": bundle.environment,
        "mlspec.dev/source": watched.source,
        "mlspec.dev/source-digest": source_digest(bundle, watched.source),
    }
    labels: Object = {
        "app.kubernetes.io/managed-by": "mlspec",
        "mlspec.dev/model": watched.model,
        "mlspec.dev/owner": watched.owner,
    }
    place: Object = {"namespace": watched.namespace} if watched.namespace else {}
    return {
        "apiVersion": _API,
        "kind": "PrometheusRule",
        "metadata": {
            "name": watched.model,
            **place,
            "labels": _selected(bundle, {key: text for key, text in labels.items() if text}),
            "annotations": {key: text for key, text in annotations.items() if text},
        },
        "spec": watched.to_rules(),
    }


def _monitor(bundle: Bundle, service: Service) -> Object:
    labels = _selected(bundle, model_labels(service))
    return {
        "apiVersion": _API,
        "kind": "ServiceMonitor",
        "metadata": metadata(bundle, service, service.name, labels),
        "spec": {
            "jobLabel": "mlspec.dev/model",
            "selector": {"matchLabels": {"mlspec.dev/model": service.name}},
            "endpoints": [
                {
                    "port": PORT_NAME,
                    "path": _METRICS_PATH,
                    "interval": _SCRAPE_INTERVAL,
                    "relabelings": _relabelings(service),
                }
            ],
        },
    }


def _relabelings(service: Service) -> list[Json]:
    taken: list[Json] = [
        {"action": "replace", "sourceLabels": [_POD_LABEL + name], "targetLabel": name}
        for name in ("model", "role")
    ]
    one_target: Json = {"action": "replace", "replacement": service.name, "targetLabel": "service"}
    return [*taken, one_target]


def _selected(bundle: Bundle, labels: Object) -> Object:
    name, value = bundle.platform.scrape_label
    return dict(sorted((labels | {name: value}).items()))


TARGET = Target(
    "prometheus_operator",
    "PrometheusRule and ServiceMonitor per model (Prometheus Operator)",
    emit,
    is_default=False,
)
