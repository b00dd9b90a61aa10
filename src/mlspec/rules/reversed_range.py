"""A range ends before it starts.

What it does
Checks `period.start` against `period.end` of a data set, and `minimum` against `maximum` of the
replicas and output fields of a model.

Why is this bad?
No value lies in the range, so the two ends were exchanged or one of them is mistyped. A cluster
refuses such replicas, and a monitor on such a field always fires.

Bad
    kind: Model
    spec:
      serving:
        replicas: {minimum: 6, maximum: 2}

Good
    kind: Model
    spec:
      serving:
        replicas: {minimum: 2, maximum: 6}

References
- https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._calendar import is_date
from mlspec.rules._fix import swapping
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import dataset_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.model import Output
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each range whose first end lies behind the second."""
    return _of_model(resource) if resource.kind == "Model" else _of_dataset(resource)


def _of_dataset(resource: Resource) -> Iterator[Finding]:
    period = dataset_of(resource).period
    if period is None or period.start <= period.end:
        return
    if is_date(period.start) and is_date(period.end):
        path = ("spec", "period")
        yield _finding(resource, (*path, "start"), period.start, (*path, "end"), period.end)


def _of_model(resource: Resource) -> Iterator[Finding]:
    spec = model_of(resource)
    if spec.serving is not None:
        replicas = spec.serving.replicas
        path: Path = ("spec", "serving", "replicas")
        if replicas.minimum > replicas.maximum:
            yield _between(resource, path, replicas.minimum, replicas.maximum)
    yield from _of_output(resource, spec.output)


def _of_output(resource: Resource, output: Output) -> Iterator[Finding]:
    for index, each in enumerate(output.fields):
        if each.minimum is not None and each.maximum is not None and each.minimum > each.maximum:
            path: Path = ("spec", "output", "fields", index)
            yield _between(resource, path, each.minimum, each.maximum)


def _between(resource: Resource, path: Path, minimum: float, maximum: float) -> Finding:
    return _finding(resource, (*path, "minimum"), minimum, (*path, "maximum"), maximum)


def _finding(
    resource: Resource, first: Path, start: str | float, second: Path, end: str | float
) -> Finding:
    return Finding(
        resource,
        first,
        f"`{first[-1]}` is {start}, but `{second[-1]}` is {end}",
        hint=f"exchange the two values, or raise `{second[-1]}`",
        fixes=swapping(resource, (first, start), (second, end)),
    )


RULE = Rule("MLS305", "reversed-range", Severity.ERROR, ("Dataset", "Model"), check)
