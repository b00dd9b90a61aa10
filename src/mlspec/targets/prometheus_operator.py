"""`prometheus_operator`: the rules of a model as a PrometheusRule, and how it is scraped.

The rules are those of the target `prometheus`, whose unit tests prove them. A ServiceMonitor gives
every series the labels `model` and `role` of its pod, and those of the environment; `namespace` the
operator sets by itself. Several Services may lead to one pod while a rollout is under way: job and
service are the model, so that Prometheus sees one target, not two. KServe and Flagger make Services
of their own, with other labels and ports: there a PodMonitor finds the pods. Runtimes of KServe and
servers of language models have metrics of their own; those are not scraped by what is emitted here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend
from mlspec.syntax import emit_documents
from mlspec.targets._arms import is_moved_by
from mlspec.targets._claims import claims_of
from mlspec.targets._header import header_text, source_digest
from mlspec.targets._kubernetes_meta import Object, metadata, model_labels
from mlspec.targets._kubernetes_workload import PORT_NAME
from mlspec.targets._kustomization import kustomization
from mlspec.targets._port import Target
from mlspec.targets._prometheus_groups import watched_models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Service
    from mlspec.targets._port import Renderer
    from mlspec.targets._prometheus_groups import Watched

__all__ = ["TARGET"]

_FOLDER = "prometheus-operator"
_API = "monitoring.coreos.com/v1"
_TIMES: Object = {"path": "/metrics", "interval": "30s"}
_POD_LABEL = "__meta_kubernetes_pod_label_mlspec_dev_"


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the rules of every model that is watched, and how each that is served is scraped."""
    objects: dict[str, tuple[str, list[Json]]] = {}
    for watched in watched_models(bundle):
        rule: list[Json] = [_rule(bundle, watched)]
        objects[watched.model] = (watched.source, rule)
    for service in bundle.services:
        for monitor in _monitors(bundle, service):
            objects.setdefault(service.name, (service.source, []))[1].append(monitor)
    for name, (source, found) in sorted(objects.items()):
        text = emit_documents(found, header=header_text(bundle, source))
        yield Artifact(f"{_FOLDER}/{name}.yaml", text, source, claims=claims_of(found))
    if objects:
        yield kustomization(bundle, _FOLDER, objects)


def _monitors(bundle: Bundle, service: Service) -> Iterator[Object]:
    """Yield what scrapes a service; nothing where a server has metrics of its own."""
    if is_moved_by(service, Backend.FLAGGER):
        yield _pod_monitor(bundle, service, {"port": PORT_NAME})
    elif service.backend is not Backend.KSERVE:
        yield _service_monitor(bundle, service)
    elif service.image and service.llm is None:
        # Knative names the ports of its pods by itself.
        yield _pod_monitor(bundle, service, {"portNumber": service.port})


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


def _service_monitor(bundle: Bundle, service: Service) -> Object:
    one_target: Json = {"action": "replace", "replacement": service.name, "targetLabel": "service"}
    relabelings = [*_relabelings(service), one_target]
    return _scraped(bundle, service, "ServiceMonitor") | {
        "spec": {
            **_picked(service),
            "endpoints": [{"port": PORT_NAME, **_TIMES, "relabelings": relabelings}],
        },
    }


def _pod_monitor(bundle: Bundle, service: Service, port: Object) -> Object:
    endpoint: Object = {**port, **_TIMES, "relabelings": _relabelings(service)}
    # Pods that train the model have its label, too.
    picked = _picked(service, {"app.kubernetes.io/component": "model-server"})
    return _scraped(bundle, service, "PodMonitor") | {
        "spec": {**picked, "podMetricsEndpoints": [endpoint]},
    }


def _scraped(bundle: Bundle, service: Service, kind: str) -> Object:
    labels = _selected(bundle, model_labels(service))
    return {
        "apiVersion": _API,
        "kind": kind,
        "metadata": metadata(bundle, service, service.name, labels),
    }


def _picked(service: Service, more: Object | None = None) -> Object:
    labels: Object = {**(more or {}), "mlspec.dev/model": service.name}
    return {"jobLabel": "mlspec.dev/model", "selector": {"matchLabels": labels}}


def _relabelings(service: Service) -> list[Json]:
    """Give series the labels of their pod, and those of the environment that nothing else sets."""
    taken: list[Json] = [
        {"action": "replace", "sourceLabels": [_POD_LABEL + name], "targetLabel": name}
        for name in ("model", "role")
    ]
    stated: list[Json] = [
        {"action": "replace", "replacement": _unexpanded(value), "targetLabel": name}
        for name, value in service.scope.labels
        if (name, value) != ("namespace", service.namespace)
    ]
    return [*taken, *stated]


def _unexpanded(text: str) -> str:
    """Return a text in which `$1` stands for itself: relabelling replaces such references."""
    return text.replace("$", "$$")


def _selected(bundle: Bundle, labels: Object) -> Object:
    name, value = bundle.platform.scrape_label
    return dict(sorted((labels | {name: value}).items()))


TARGET = Target(
    "prometheus_operator",
    "PrometheusRule and ServiceMonitor or PodMonitor per model (Prometheus Operator)",
    emit,
    is_default=False,
    has_objects=True,
)
