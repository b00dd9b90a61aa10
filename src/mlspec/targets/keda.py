"""`keda`: a ScaledObject per workload whose replicas follow the load, not the CPU alone.

KEDA makes an autoscaler of its own, so none is written beside it. When Prometheus can't be asked,
the replicas stay: no value is not a load of nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend
from mlspec.syntax import emit_documents
from mlspec.targets._arms import arms, is_moved_by
from mlspec.targets._claims import claims_of
from mlspec.targets._flagger_metrics import challenger_pods
from mlspec.targets._header import header_text
from mlspec.targets._kubernetes_meta import arm_labels, metadata
from mlspec.targets._kubernetes_parts import DEPLOYMENT, ROLLOUT
from mlspec.targets._kustomization import kustomization
from mlspec.targets._load_queries import load_queries
from mlspec.targets._plain_steps import is_fixed
from mlspec.targets._port import Target
from mlspec.targets._prometheus_query import equal, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Service
    from mlspec.targets._arms import Arm
    from mlspec.targets._judged import Matchers
    from mlspec.targets._kubernetes_meta import Object
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_FOLDER = "keda"
_FAILURES = 3
"""Questions to Prometheus that may fail before the replicas are kept."""


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the scaling of every model that asks for it."""
    chosen = [each for each in bundle.services if _is_scaled(each)]
    for service in chosen:
        objects: list[Json] = [_scaled(bundle, service, arm) for arm in arms(service)]
        text = emit_documents(objects, header=header_text(bundle, service.source))
        path = f"{_FOLDER}/{service.name}.yaml"
        yield Artifact(path, text, service.source, claims=claims_of(objects))
    if chosen:
        yield kustomization(bundle, _FOLDER, [each.name for each in chosen])


def _is_scaled(service: Service) -> bool:
    """KServe scales by itself; where replicas are the share of traffic nothing may move them."""
    is_ratio = is_moved_by(service, Backend.PLAIN) and is_fixed(service)
    return service.load is not None and service.backend is not Backend.KSERVE and not is_ratio


def _scaled(bundle: Bundle, service: Service, arm: Arm) -> Object:
    api_version, kind = ROLLOUT if is_moved_by(service, Backend.ROLLOUTS) else DEPLOYMENT
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": metadata(bundle, service, arm.name, arm_labels(service, arm)),
        "spec": {
            "scaleTargetRef": {"apiVersion": api_version, "kind": kind, "name": arm.name},
            "minReplicaCount": service.replicas_minimum,
            "maxReplicaCount": service.replicas_maximum,
            "pollingInterval": 30,
            "cooldownPeriod": 300,
            "fallback": {
                "failureThreshold": _FAILURES,
                "replicas": max(1, service.replicas_minimum),
                "behavior": "currentReplicasIfHigher",
            },
            "triggers": list(_triggers(bundle, service, arm)),
        },
    }


def _triggers(bundle: Bundle, service: Service, arm: Arm) -> Iterator[Object]:
    for name, (query, per_replica) in load_queries(service, _requests(service, arm)).items():
        yield _asked(bundle, name, query, per_replica)
    if service.cpu_utilisation is not None:
        value = str(max(1, round(service.cpu_utilisation * 100)))
        cpu: Object = {"type": "cpu", "name": "cpu", "metricType": "Utilization"}
        yield {**cpu, "metadata": {"value": value}}


def _requests(service: Service, arm: Arm) -> Matchers:
    if is_moved_by(service, Backend.FLAGGER):
        return challenger_pods(service)
    return equal((*service.place, *((("role", arm.role),) if arm.role else ())))


def _asked(bundle: Bundle, name: str, query: str, per_replica: float) -> Object:
    return {
        "type": "prometheus",
        "name": name,
        "metricType": "AverageValue",
        "metadata": {
            "serverAddress": bundle.platform.prometheus,
            "query": query,
            "threshold": number(per_replica),
            "ignoreNullValues": "false",
        },
    }


TARGET = Target("keda", "ScaledObject per model that scales by load (KEDA)", emit, has_objects=True)
