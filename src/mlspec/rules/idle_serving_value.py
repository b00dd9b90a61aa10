"""A value of `serving` is read by nothing.

What it does
Looks for what a model says of its server and nobody does: a greatest number of replicas where
nothing adds any, options of a server for a batch model, which has none, the port of a server that
KServe brings, and how a language model is spread where the image has to do it.

Why is this bad?
Whoever reads the spec believes it. A model that «goes up to eight replicas» stays at two under
load, and nobody learns that before.

Bad
    kind: Model
    spec:
      serving:
        scaling: null
        replicas: {minimum: 2, maximum: 8}

Good
    kind: Model
    spec:
      serving:
        scaling: {cpuUtilisation: 0.7}
        replicas: {minimum: 2, maximum: 8}

References
- https://kubernetes.io/docs/concepts/workloads/autoscaling/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._delivery import delivery_of, is_ratio
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.model import Serving
    from mlspec.schema import SpecModel
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVING = ("spec", "serving")
_OF_BATCHES = frozenset({"image", "mode", "runtime"})
"""What says how answers are made, with or without a server."""
_OF_SERVERS = frozenset({"health_path", "port"})
_OF_SPREADING = frozenset({"pipeline", "served_name", "tensor"})
_REMOVE = "remove it"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each value that is stated and has no effect."""
    serving = model_of(resource).serving
    if serving is None:
        return
    if serving.mode == "batch":
        fields = serving.model_fields_set - _OF_BATCHES
        why = "a batch model is not deployed: nothing reads this"
        yield from _idle(resource, _SERVING, serving, fields, why, _REMOVE)
        return
    backend = serving.backend or workspace.spec.targets.backend
    yield from _of_replicas(resource, workspace, serving, backend)
    if backend == "kserve":
        yield from _of_ready_server(resource, serving)
    elif serving.llm is not None:
        why = "only KServe reads this: here the image does what it is told otherwise"
        hint = "put it into the image, or choose `backend: kserve`"
        yield from _idle(resource, (*_SERVING, "llm"), serving.llm, _OF_SPREADING, why, hint)


def _of_replicas(
    resource: Resource, workspace: Workspace, serving: Serving, backend: str
) -> Iterator[Finding]:
    bounds = serving.replicas
    if serving.scaling is not None or bounds.maximum <= bounds.minimum:
        return
    is_llm = backend == "kserve" and serving.llm is not None
    is_scaled = backend == "kserve" and workspace.spec.targets.kserve.mode == "knative"
    found = delivery_of(resource, workspace)
    if (is_scaled and not is_llm) or (found is not None and is_ratio(found)):
        return
    fixed = f"write `maximum: {bounds.minimum}`"
    yield Finding(
        resource,
        (*_SERVING, "replicas", "maximum"),
        f"replicas stay at {bounds.minimum}, never {bounds.maximum}: nothing adds any",
        hint=fixed if is_llm else f"add `scaling: {{cpuUtilisation: 0.7}}`, or {fixed}",
    )


def _of_ready_server(resource: Resource, serving: Serving) -> Iterator[Finding]:
    if serving.image is None and (serving.llm is not None or serving.runtime is not None):
        why = "the server that KServe brings has its own: nothing reads this"
        yield from _idle(resource, _SERVING, serving, _OF_SERVERS, why, _REMOVE)


def _idle(
    resource: Resource, at: Path, model: SpecModel, fields: Container[str], why: str, hint: str
) -> Iterator[Finding]:
    for name, field in type(model).model_fields.items():
        if name in fields and name in model.model_fields_set:
            yield Finding(resource, (*at, field.alias or name), why, hint=hint)


RULE = Rule("MLS460", "idle-serving-value", Severity.WARNING, ("Model",), check)
