"""What GitOps tools watch of the compiled artifacts of an environment.

Watched is every folder with a kustomization, together; not the steps of a rollout, which a person
applies. Routes that somebody moves, a controller or a person by steps, are applied where there are
none yet, so that a first release is reached, and left alone from then on: applying them again would
undo a rollout. What answers requests, and what guards it, is never pruned without a person: it
leaves the watched folders when a rollout begins, and comes back when it is over.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.ir import Artifact, Backend
from mlspec.syntax import emit_documents
from mlspec.targets._arms import is_moved_by
from mlspec.targets._header import header_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.canonical import Json
    from mlspec.ir import Bundle, Emitted
    from mlspec.targets._kubernetes_meta import Object

__all__ = [
    "LEFT_ALONE",
    "ROUTE",
    "SELECTOR_HASH",
    "artifact",
    "is_watched_by",
    "object_metadata",
    "object_name",
    "rolled_out",
    "routes",
    "top",
    "watched_folders",
]

LEFT_ALONE = (
    "Routes are applied where there are none yet, and then left alone: a controller, or a person "
    "by steps, moves their weights. After a change of a spec that changes a route, and at the end "
    "of a rollout by steps, apply the file by hand."
)
"""What is said beside the object that holds them."""

ROUTE = ".route.yaml"
"""How the name of a file with such a route ends."""

SELECTOR_HASH = "/spec/selector/rollouts-pod-template-hash"
"""What Argo Rollouts adds to the selectors of its Services to tell their pods apart."""

_FILE = "kustomization.yaml"
_ANSWERING = (
    "Canary",
    "Deployment",
    "HTTPRoute",
    "InferencePool",
    "InferenceService",
    "LLMInferenceService",
    "Rollout",
    "Service",
)
"""Kinds that answer requests, as the regular expression of a target has them."""
_NEEDED: Object = {
    "kind": "NetworkPolicy|PodDisruptionBudget|PodMonitor|ServiceAccount|ServiceMonitor",
    "labelSelector": "app.kubernetes.io/component=model-server",
}
"""What those pods need as long as they run: an account to be started again on another node, the
policy that closes their ports, the budget of drains, and somebody who looks at them. An autoscaler
is not among them: two that count for one workload would fight."""
_KEPT = (
    "What answers requests, or guards what does, is not pruned without a person: delete what is "
    "retired by hand."
)
_LONGEST = 63 - len("-routes")
"""A name is the value of a label."""


def is_watched_by(bundle: Bundle, tool: str) -> bool:
    """Tell whether a tool watches the artifacts of the environment."""
    return bool(bundle.platform.gitops.repository) and bundle.platform.gitops.tool == tool


def watched_folders(artifacts: Sequence[Emitted]) -> tuple[str, ...]:
    """Return the folders with a kustomization, in order of name."""
    found = (each.path.rpartition("/") for each in artifacts)
    return tuple(
        sorted(
            folder for folder, _, file in found if file == _FILE and folder and "/" not in folder
        )
    )


def routes(artifacts: Sequence[Emitted]) -> tuple[str, ...]:
    """Return the paths of routes that a controller or a person moves, in order."""
    return tuple(sorted(each.path for each in artifacts if each.path.endswith(ROUTE)))


def rolled_out(bundle: Bundle) -> tuple[str, ...]:
    """Return the models whose Services Argo Rollouts changes, in order."""
    moved = (each.name for each in bundle.services if is_moved_by(each, Backend.ROLLOUTS))
    return tuple(sorted(moved))


def top(bundle: Bundle, artifacts: Sequence[Emitted], kept: tuple[str, str]) -> Artifact:
    """Return the kustomization over all watched folders, at the top of the environment.

    `kept` is the annotation by which the tool leaves an object that git no longer holds.
    """
    folders: list[Json] = [*watched_folders(artifacts)]
    key, value = kept
    place = f"/metadata/annotations/{key.replace('/', '~1')}"
    patch = canonical_json([{"op": "add", "path": place, "value": value}]).decode()
    content: Object = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": folders,
        "patches": [
            {"target": {"kind": "|".join(_ANSWERING)}, "patch": patch},
            {"target": _NEEDED, "patch": patch},
        ],
    }
    return artifact(bundle, _FILE, [content], _KEPT)


def object_name(bundle: Bundle, suffix: str = "") -> str:
    """Return `<workspace>-<environment>`, cut where a label could not hold it."""
    whole = f"{bundle.platform.gitops.workspace or 'mlspec'}-{bundle.environment}"
    if len(whole) > _LONGEST:
        digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
        whole = f"{whole[: _LONGEST - 9].rstrip('-')}-{digest}"
    return f"{whole}{suffix}"


def object_metadata(bundle: Bundle, name: str) -> Object:
    """Return the `metadata` of an object of a GitOps tool."""
    return {
        "name": name,
        "namespace": bundle.platform.gitops.namespace,
        "labels": {"app.kubernetes.io/managed-by": "mlspec"},
        "annotations": {"mlspec.dev/environment": bundle.environment},
    }


def artifact(bundle: Bundle, path: str, objects: list[Object], *notes: str) -> Artifact:
    """Return a file of the workspace, which no single spec is the source of."""
    source = bundle.pipeline.source
    text = emit_documents([*objects], header=header_text(bundle, source, *notes))
    return Artifact(path, text, source)
