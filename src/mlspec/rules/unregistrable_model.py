"""A model can't be registered at an MLflow server as its spec says.

What it does
Checks, where the registry is `mlflow` or a model has a `registry`, what a server is told of it
against the smallest limits of all databases that MLflow runs on: the name, which no other model may
have, the description, and the place of the artifact, which must be a URI of an object store. What
a run or a logged model keeps (`runs:/...`, `models:/m-...`, `mlflow-artifacts:/...`) is none:
MLflow 3 makes a version of it only by its own client. A model that is taken over by `registry.id`
may have a version with such a place already, and keeps it.

Why is this bad?
A server on SQLite takes what one on PostgreSQL refuses, so that it works on the machine of a
developer and ends half way in production: MLflow answers with the words of its database.

Bad
    kind: Model
    spec:
      registry: {name: screening/churn, source: models/churn.onnx}

Good
    kind: Model
    spec:
      registry: {name: screening-churn, source: 's3://models/churn.onnx'}

References
- https://mlflow.org/docs/latest/ml/model-registry/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.mlflow import (
    trouble_with_name,
    trouble_with_new_source,
    trouble_with_source,
    trouble_with_text,
)
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.model import ModelSpec
    from mlspec.mlflow import Trouble
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVER = "mlflow"
_OTHERS = ("sagemaker", "unity-catalog")
"""Servers of models with limits of their own."""
_NAME = ("metadata", "name")
_GIVEN_NAME = ("spec", "registry", "name")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what a server would refuse."""
    registration = model_of(resource).registry
    backend = workspace.spec.registry.backend
    if backend != _SERVER and (registration is None or backend in _OTHERS):
        return
    name, at = _name(resource, workspace), _place(resource)
    if trouble := trouble_with_name(name):
        yield _finding(resource, at, f"the registered name `{_short(name)}`", trouble)
    yield from _contested(resource, workspace, name)
    source = registration.source if registration else None
    path = ("spec", "registry", "source") if source else ("spec", "artifact", "uri")
    if trouble := _trouble_with_place(model_of(resource)):
        yield _finding(resource, path, "the place of the artifact", trouble)
    if trouble := trouble_with_text(resource.metadata.description or ""):
        yield _finding(resource, ("metadata", "description"), "the description", trouble)


def _trouble_with_place(model: ModelSpec) -> Trouble | None:
    registration = model.registry
    source = (registration.source if registration else None) or model.artifact.uri
    if trouble := trouble_with_source(source):
        return trouble
    is_taken_over = registration is not None and registration.id is not None
    return None if is_taken_over else trouble_with_new_source(source)


def _contested(resource: Resource, workspace: Workspace, name: str) -> Iterator[Finding]:
    for other in workspace.of_kind("Model"):
        if other.address < resource.address and _name(other, workspace) == name:
            place = other.span(_place(other))
            yield Finding(
                resource,
                _place(resource),
                f"`{other.address}` is registered as `{_short(name)}`, too",
                hint="give one of them another `registry.name`",
                related=(Related(place, "the other one"),),
            )


def _name(resource: Resource, workspace: Workspace) -> str:
    registration = model_of(resource).registry
    given = registration.name if registration else None
    return given or workspace.spec.registry.mlflow.name_prefix + resource.name


def _place(resource: Resource) -> tuple[str, ...]:
    registration = model_of(resource).registry
    return _GIVEN_NAME if registration and registration.name else _NAME


def _short(text: str) -> str:
    shown = 40
    return text if len(text) <= shown else f"{text[:shown]}..."


def _finding(resource: Resource, path: tuple[str, ...], what: str, trouble: Trouble) -> Finding:
    return Finding(resource, path, f"{what} {trouble.reason}", hint=trouble.hint)


RULE = Rule("MLS480", "unregistrable-model", Severity.ERROR, ("Model",), check)
