"""A setting of `targets` is read by nothing: no model uses the backend that it is for.

What it does
Looks for `flagger.approvalUrl` where Flagger moves the traffic of no model, and for `kserve.mode`
where KServe makes an InferenceService for none, in any environment.

Why is this bad?
A workspace that names an approval is believed to ask for it. Where another backend moves the
traffic, nobody is asked: the challenger is promoted without the gate that everyone counts on.

Bad
    kind: Workspace
    spec:
      targets:
        backend: rollouts
        flagger: {approvalUrl: 'http://gate.ml.svc/approve'}

Good
    kind: Workspace
    spec:
      targets:
        backend: flagger
        flagger: {approvalUrl: 'http://gate.ml.svc/approve'}

References
- https://docs.flagger.app/usage/webhooks
- https://kserve.github.io/website/docs/admin-guide/overview
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import is_served_online, model_of, rollout_of
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.workspace import WorkspaceSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_TARGETS = ("spec", "targets")
_WHY = {
    "flagger": "Flagger moves the traffic of no model, so nobody is asked",
    "kserve": "KServe makes an InferenceService for no model",
}
_FIELDS = {"flagger": ("approval_url", "approvalUrl"), "kserve": ("mode", "mode")}


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each setting of a backend that no model uses.

    Where a spec can't be read, it may hold the model that does: nothing is said then.
    """
    spec = workspace_of(resource)
    stated = [each for each in _FIELDS if _is_stated(spec, each)]
    if not stated or workspace.unbound:
        return
    used = set(_used(workspace))
    for backend in stated:
        if backend not in used and not _may_be_chosen(backend, workspace):
            yield Finding(
                resource,
                (*_TARGETS, backend, _FIELDS[backend][1]),
                f"nothing reads this: {_WHY[backend]}",
                hint=f"remove it, or choose `backend: {backend}`",
            )


def _is_stated(spec: WorkspaceSpec, backend: str) -> bool:
    return _FIELDS[backend][0] in getattr(spec.targets, backend).model_fields_set


def _used(workspace: Workspace) -> Iterator[str]:
    """Yield the backends that read their settings; the default one while there is no model."""
    models = workspace.of_kind("Model")
    if not models:
        yield workspace.spec.targets.backend
    for model in models:
        spec = model_of(model)
        if spec.serving is None or not is_served_online(spec):
            continue
        backend = spec.serving.backend or workspace.spec.targets.backend
        is_moved = backend != "flagger" or rollout_of(model, workspace)[0] is not None
        is_service = backend != "kserve" or spec.serving.llm is None
        if is_moved and is_service:
            yield backend


def _may_be_chosen(backend: str, workspace: Workspace) -> bool:
    """Tell whether an environment or another version of a model names the backend."""
    overrides = (
        override.value
        for environment in workspace.spec.environments.values()
        for override in environment.overrides
    )
    releases = (
        release.spec for model in workspace.of_kind("Model") for release in model_of(model).releases
    )
    return any(_names(backend, each) for each in (*overrides, *releases))


def _names(word: str, value: object) -> bool:
    if isinstance(value, dict):
        return any(_names(word, each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_names(word, each) for each in value)
    return value == word


RULE = Rule("MLS463", "idle-target-setting", Severity.WARNING, ("Workspace",), check)
