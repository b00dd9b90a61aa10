"""`kserve`: an InferenceService per model, or an LLMInferenceService; one file per step.

KServe makes the Deployments, Services and routes by itself, and moves nothing by itself: a rollout
is a sequence of files, each the complete object in the form that its webhooks accept. What a mode
or version ignores is not emitted (see `capabilities`); `mlspec validate` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact, Backend
from mlspec.syntax import emit_documents
from mlspec.targets._claims import claims_of
from mlspec.targets._header import header_text
from mlspec.targets._kserve_llm import llm_objects, llm_steps
from mlspec.targets._kserve_service import inference_service, is_knative, is_moved
from mlspec.targets._kserve_steps import knative_states, standard_states
from mlspec.targets._kubernetes_parts import service_account
from mlspec.targets._kustomization import kustomization
from mlspec.targets._moves import deciding, first_release, is_possible
from mlspec.targets._port import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Service
    from mlspec.targets._kserve_llm import Step
    from mlspec.targets._kserve_steps import State
    from mlspec.targets._kubernetes_meta import Object
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_FOLDER = "kserve"
_BY_HAND = "KServe moves nothing by itself: apply the next step, or the one to go back to."
_NOTHING_BEFORE = (
    "Of a first release there is no revision before: KServe sends it every request, whatever share "
    "is stated. Nothing but these steps holds the service, so the first one has to be applied."
)


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield what serves each model, and each step of its rollout."""
    services = [each for each in bundle.services if each.backend is Backend.KSERVE]
    for service in services:
        note = first_release(service, bundle.platform)
        path = f"{_FOLDER}/{service.name}"
        yield _file(bundle, service, path, list(_lasting(bundle, service)), *note)
        if is_moved(bundle, service) and is_possible(service, bundle.platform):
            yield from _rollout(bundle, service)
    if services:
        yield kustomization(bundle, _FOLDER, [each.name for each in services])


def _lasting(bundle: Bundle, service: Service) -> Iterator[Object]:
    """Yield what no step moves; what serves is among it where nothing is rolled out."""
    yield service_account(bundle, service)
    if is_moved(bundle, service):
        return
    if service.llm is not None:
        yield from llm_objects(bundle, service)
    else:
        yield inference_service(bundle, service, None)


def _rollout(bundle: Bundle, service: Service) -> Iterator[Artifact]:
    steps = list(_steps(bundle, service))
    for number, (step, objects) in enumerate(steps):
        notes = [f"Step {number + 1} of {len(steps)}: {step.summary}"]
        if step.hold_minutes:
            notes.append(
                f"Hold it for {step.hold_minutes} minutes, and go on only while no alert fires."
            )
            notes.extend(deciding(service.rollout))
        if number == 0 and not service.rollout.is_staged:
            notes.append(_NOTHING_BEFORE)
        path = f"rollout/{service.name}/step-{number:02d}-{step.name}"
        yield _file(bundle, service, path, objects, *notes, _BY_HAND)


def _steps(bundle: Bundle, service: Service) -> Iterator[tuple[State | Step, list[Object]]]:
    if service.llm is not None:
        yield from llm_steps(bundle, service)
        return
    states = (
        knative_states(service) if is_knative(bundle) else standard_states(service, bundle.platform)
    )
    for state in states:
        yield state, [inference_service(bundle, service, state)]


def _file(
    bundle: Bundle, service: Service, path: str, objects: list[Object], *notes: str
) -> Artifact:
    header = header_text(bundle, service.source, *notes)
    text = emit_documents([*objects], header=header)
    return Artifact(f"{path}.yaml", text, service.source, claims=claims_of(objects))


TARGET = Target(
    "kserve", "InferenceService or LLMInferenceService per model (KServe)", emit, has_objects=True
)
