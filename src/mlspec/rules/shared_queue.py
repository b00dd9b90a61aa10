"""Two models add replicas for one queue.

What it does
Looks for another model whose `serving.scaling.queueMetric` is the same. Models that KServe serves
are left out: KEDA does not scale them.

Why is this bad?
A queue belongs to no pod, so KEDA is told to add up all series of the metric in the environment;
no label keeps the models apart. Each of them gets replicas for the work of both.

Bad
    kind: Model
    metadata: {name: employment-screen}
    spec:
      serving:
        mode: online
        scaling: {queueMetric: rabbitmq_queue_messages_ready, queuePerReplica: 20}
    ---
    kind: Model
    metadata: {name: placement-screen}
    spec:
      serving:
        mode: online
        scaling: {queueMetric: rabbitmq_queue_messages_ready, queuePerReplica: 20}

Good
    kind: Model
    metadata: {name: employment-screen}
    spec:
      serving:
        mode: online
        scaling: {queueMetric: 'employment:waiting', queuePerReplica: 20}
    ---
    kind: Model
    metadata: {name: placement-screen}
    spec:
      serving:
        mode: online
        scaling: {queueMetric: 'placement:waiting', queuePerReplica: 20}

References
- https://keda.sh/docs/latest/scalers/prometheus/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import is_served_online, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_PLACE = ("spec", "serving", "scaling", "queueMetric")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each model whose queue another model scales by, too, at the first of the others.

    One pass over all models, so that a workspace of ten thousand is looked at once.
    """
    users: dict[str, list[Resource]] = {}
    for model in workspace.of_kind("Model"):
        if metric := _queue(model, workspace):
            users.setdefault(metric, []).append(model)
    for metric, models in users.items():
        first, *others = models
        for model in models if others else ():
            yield _finding(model, metric, others[0] if model is first else first)


def _finding(model: Resource, metric: str, other: Resource) -> Finding:
    return Finding(
        model,
        _PLACE,
        f"`{other.name}` gets replicas for `{metric}` as well: each has those for both",
        hint="record a series for the queue of each model, and name that",
        related=(Related(other.span(_PLACE), f"the queue of `{other.name}`"),),
    )


def _queue(resource: Resource, workspace: Workspace) -> str | None:
    """Return the metric of the queue that KEDA scales a model by; None where it does not."""
    spec = model_of(resource)
    if not is_served_online(spec) or spec.serving is None or spec.serving.scaling is None:
        return None
    backend = spec.serving.backend or workspace.spec.targets.backend
    return None if backend == "kserve" else spec.serving.scaling.queue_metric


RULE = Rule("MLS458", "shared-queue", Severity.WARNING, ("Workspace",), check)
