"""`flagger`: a Canary per model whose traffic Flagger moves, and the MetricTemplates it asks.

Flagger copies the Deployment that the target `kubernetes` writes, and makes the Services and the
route by itself. Its first release is not judged: there is nothing to compare with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend, Strategy
from mlspec.syntax import emit_documents
from mlspec.targets._arms import is_moved_by
from mlspec.targets._claims import claims_of
from mlspec.targets._flagger_canary import canary
from mlspec.targets._flagger_metrics import metric_templates
from mlspec.targets._header import header_text
from mlspec.targets._kustomization import kustomization
from mlspec.targets._looks import held_minutes
from mlspec.targets._moves import deciding, is_possible
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Service
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_FOLDER = "flagger"
_FIRST = (
    "The first deploy is not judged: a new model gets no gate from the cluster, so the gates of "
    "CI must hold."
)
_PODS = "Scraping must add the labels `model` and `pod`: Flagger's copies have no other of ours."
_EVERY_STEP = "Each weight is held for {minutes} minutes: Flagger has one interval for all steps."
_BY_HEADER = "Requests with the header go to arm B, all others to the champion: no share is drawn."


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the objects of every model that Flagger moves."""
    chosen = [each for each in bundle.services if _is_chosen(bundle, each)]
    for service in chosen:
        header = header_text(bundle, service.source, *_notes(service))
        objects = [canary(bundle, service), *metric_templates(bundle, service)]
        text = emit_documents([*objects], header=header)
        path = f"{_FOLDER}/{service.name}.yaml"
        yield Artifact(path, text, service.source, claims=claims_of(objects))
    if chosen:
        yield kustomization(bundle, _FOLDER, [each.name for each in chosen])


def _is_chosen(bundle: Bundle, service: Service) -> bool:
    return is_moved_by(service, Backend.FLAGGER) and is_possible(service, bundle.platform)


def _notes(service: Service) -> Iterator[str]:
    rollout = service.rollout
    yield _FIRST
    if rollout.analysis:
        yield _PODS
    if rollout.strategy is Strategy.CANARY:
        yield _EVERY_STEP.format(minutes=held_minutes(rollout))
    if rollout.strategy is Strategy.SPLIT:
        yield _BY_HEADER
        yield from deciding(rollout)


TARGET = Target("flagger", "Canary and MetricTemplates per model (Flagger)", emit, has_objects=True)
