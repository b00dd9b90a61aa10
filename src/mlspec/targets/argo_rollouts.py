"""`argo-rollouts`: a Rollout per model whose traffic Argo Rollouts moves, and what judges it.

The files replace the Deployment and the routes of the other targets; accounts, policies and
budgets stay with the target `kubernetes`. Everything is in the form that the API server stores,
and keeps the rules that the controller checks itself, which no admission does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend, Router, Strategy
from mlspec.syntax import emit_documents
from mlspec.targets._arms import (
    CHALLENGER,
    CHAMPION,
    Arm,
    arms,
    challenger_name,
    champion_name,
    is_moved_by,
)
from mlspec.targets._claims import claims_of
from mlspec.targets._header import header_text
from mlspec.targets._kubernetes_meta import arm_labels, arm_selector, metadata
from mlspec.targets._kubernetes_parts import ROLLOUT, autoscaler, network_service
from mlspec.targets._kubernetes_workload import pod_template, replicas
from mlspec.targets._kustomization import kustomization
from mlspec.targets._moves import deciding, is_possible
from mlspec.targets._port import Target
from mlspec.targets._rollouts_analysis import analysis_templates
from mlspec.targets._rollouts_route import traffic
from mlspec.targets._rollouts_strategy import has_two_services, strategy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Service
    from mlspec.targets._kubernetes_meta import Object
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_FOLDER = "argo-rollouts"
_FIRST = (
    "The first deploy of a Rollout skips steps and analysis: a new model gets no gate from the "
    "cluster, so the gates of CI must hold."
)
_PAUSES = (
    "The spec asks for no abort: a condition that does not hold pauses the rollout for a person."
)
_CONCLUDED = "The experiment ends when a person promotes or aborts it; nothing concludes it alone."
_RATIO = "Without a router a weight is only a ratio of replicas."
_MOVED = (
    "Argo Rollouts moves the weights of this route: apply it once and keep it out of automatic "
    "synchronisation, or ignore its backendRefs and managed rules there."
)


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the objects and the route of every model that Argo Rollouts moves."""
    chosen = [each for each in bundle.services if _is_chosen(bundle, each)]
    for service in chosen:
        yield _file(bundle, service, "", list(_objects(bundle, service)), *_notes(bundle, service))
        if routes := list(traffic(bundle, service)):
            yield _file(bundle, service, ".route", routes, _MOVED)
    if chosen:
        yield kustomization(bundle, _FOLDER, [each.name for each in chosen])


def _is_chosen(bundle: Bundle, service: Service) -> bool:
    return is_moved_by(service, Backend.ROLLOUTS) and is_possible(service, bundle.platform)


def _file(
    bundle: Bundle, service: Service, suffix: str, objects: list[Object], *notes: str
) -> Artifact:
    header = header_text(bundle, service.source, *notes)
    path = f"{_FOLDER}/{service.name}{suffix}.yaml"
    text = emit_documents([*objects], header=header)
    return Artifact(path, text, service.source, claims=claims_of(objects))


def _notes(bundle: Bundle, service: Service) -> Iterator[str]:
    rollout = service.rollout
    yield _FIRST
    if not rollout.abort_on_failure:
        yield _PAUSES
    if rollout.strategy is Strategy.SPLIT:
        yield _CONCLUDED
        yield from deciding(rollout)
    if rollout.strategy is Strategy.CANARY and bundle.platform.router is Router.NONE:
        yield _RATIO


def _objects(bundle: Bundle, service: Service) -> Iterator[Object]:
    (arm,) = arms(service)
    yield _rollout(bundle, service, arm)
    for name, role in _services(bundle, service):
        place = Arm(name, role, arm.image, arm.version, arm.is_declared)
        yield network_service(bundle, service, place, arm_selector(service, arm))
    if service.cpu_utilisation is not None and service.load is None:
        yield autoscaler(bundle, service, arm, service.cpu_utilisation, ROLLOUT)
    is_switched = service.rollout.strategy is Strategy.BLUE_GREEN
    yield from analysis_templates(bundle, service, asks_scraped=is_switched)


def _services(bundle: Bundle, service: Service) -> tuple[tuple[str, str], ...]:
    if has_two_services(bundle, service):
        return (champion_name(service), CHAMPION), (challenger_name(service), CHALLENGER)
    return ((service.name, ""),)


def _rollout(bundle: Bundle, service: Service, arm: Arm) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "metadata": metadata(bundle, service, arm.name, arm_labels(service, arm), arm),
        "spec": replicas(service)
        | {
            "minReadySeconds": 0,
            # Pods that never start are no condition of the spec: going back loses nothing.
            "progressDeadlineAbort": True,
            "progressDeadlineSeconds": 600,
            "revisionHistoryLimit": 10,
            "selector": {"matchLabels": arm_selector(service, arm)},
            "strategy": strategy(bundle, service),
            "template": pod_template(service, arm),
        },
    }


TARGET = Target(
    "argo-rollouts",
    "Rollout, AnalysisTemplates and route per model (Argo Rollouts)",
    emit,
    has_objects=True,
)
