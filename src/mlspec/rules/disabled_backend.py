"""A model needs a target that the workspace does not enable.

What it does
Checks, where `targets.enabled` lists targets, that it holds what the model asks for:
`argo-rollouts` for the backend `rollouts`, `flagger` and `kubernetes` for `flagger`, `kubernetes`
for `plain`, `kserve` for `kserve`, `inference-pool`
for `llm` behind a Gateway, `keda` for `requestsPerReplica` and `queueMetric`.

Why is this bad?
The backend owns the workload, the Services or the number of replicas, so the other targets leave
them out. What is compiled looks whole, and the model does not run or does not scale.

Bad
    kind: Workspace
    spec:
      targets:
        backend: rollouts
        enabled: [kubernetes]

Good
    kind: Workspace
    spec:
      targets:
        backend: rollouts
        enabled: [argo-rollouts, kubernetes]

References
- https://argo-rollouts.readthedocs.io/en/stable/migrating/
- https://keda.sh/docs/latest/concepts/scaling-deployments/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._delivery import delivery_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import is_served_online, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.model import Serving
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_Need = tuple[str, str, "Path"]
"""A target, what needs it, and where the spec says so."""

_TARGETS = {
    "flagger": ("flagger", "kubernetes"),
    "kserve": ("kserve",),
    "plain": ("kubernetes",),
    "rollouts": ("argo-rollouts", "kubernetes"),
}


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each target that a model needs and that is not enabled."""
    enabled = {each.replace("_", "-") for each in workspace.spec.targets.enabled}
    if not enabled:
        return
    for target, why, path in _needed(resource, workspace):
        if target not in enabled:
            message = f"{why} needs the target `{target}`, which is not enabled"
            hint = f"add `{target}` to `targets.enabled` of the workspace"
            yield Finding(resource, path, message, hint=hint)


def _needed(resource: Resource, workspace: Workspace) -> Iterator[_Need]:
    found = delivery_of(resource, workspace)
    if found is not None:
        for target in _TARGETS.get(found.backend, ()):
            yield target, f"the backend `{found.backend}`", found.chosen
    spec = model_of(resource)
    if spec.serving is not None and is_served_online(spec):
        backend = spec.serving.backend or workspace.spec.targets.backend
        yield from _of_serving(spec.serving, backend)


def _of_serving(serving: Serving, backend: str) -> Iterator[_Need]:
    if serving.llm is not None and serving.llm.scheduler and backend == "gateway":
        yield "inference-pool", "`llm` behind a Gateway", ("spec", "serving", "llm")
    scaling = serving.scaling
    if scaling is not None and scaling.requests_per_replica:
        yield _by_load("requestsPerReplica")
    if scaling is not None and scaling.queue_metric:
        yield _by_load("queueMetric")


def _by_load(name: str) -> _Need:
    return "keda", f"`{name}`", ("spec", "serving", "scaling", name)


RULE = Rule("MLS426", "disabled-backend", Severity.ERROR, ("Model",), check)
