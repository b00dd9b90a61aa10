"""`argo-workflows`: retraining as a WorkflowTemplate, with what starts it.

A run clones the specs, trains, judges the gates and pushes a branch with the challenger and the
evidence. A person opens the pull request; its plan asks for the approvals. No step can reach the
registry, so a retraining never moves an alias by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.syntax import emit_documents
from mlspec.targets._claims import claims_of
from mlspec.targets._header import header_text
from mlspec.targets._kustomization import kustomization
from mlspec.targets._port import Target
from mlspec.targets._retraining_objects import accounts, network_policy
from mlspec.targets._workflow_template import workflow_template
from mlspec.targets._workflow_triggers import ALERTS, ARRIVALS, trigger_objects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Retraining
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_FOLDER = "argo-workflows"


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the pipeline of every model that is trained again."""
    for retraining in bundle.retrainings:
        objects: list[Json] = [
            *accounts(bundle, retraining),
            network_policy(bundle, retraining),
            workflow_template(bundle, retraining),
            *trigger_objects(bundle, retraining),
        ]
        header = header_text(bundle, retraining.source, *_notes(retraining))
        text = emit_documents(objects, header=header)
        path = f"{_FOLDER}/{retraining.model}.yaml"
        yield Artifact(path, text, retraining.source, claims=claims_of(objects))
    if bundle.retrainings:
        yield kustomization(bundle, _FOLDER, [each.model for each in bundle.retrainings])


def _notes(retraining: Retraining) -> Iterator[str]:
    yield "A run ends with a branch for review: it moves no alias and no traffic."
    address = f"/api/v1/events/{retraining.namespace}"
    kinds = {each.type for each in retraining.triggers}
    if kinds & {"monitor", "metric"}:
        yield f"Alertmanager must post its alerts to {address}/{ALERTS} of the Argo server."
    if "data-arrival" in kinds:
        fields = '{"dataset": name, "newRows": count, "digest": "sha256:..."}'
        yield f"Who lands data must post {fields} to {address}/{ARRIVALS}."


TARGET = Target(
    "argo_workflows",
    "Retraining pipelines with their triggers (Argo Workflows)",
    emit,
    is_default=False,
    has_objects=True,
)
