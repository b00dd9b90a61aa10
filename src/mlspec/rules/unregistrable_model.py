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

from mlspec.diagnostics import Severity
from mlspec.mlflow import (
    trouble_with_name,
    trouble_with_new_source,
    trouble_with_source,
    trouble_with_text,
)
from mlspec.rules._port import Finding, Rule
from mlspec.rules._registered import given_name, place_of_name, sharing_a_name, short
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.model import ModelSpec
    from mlspec.mlflow import Trouble
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVER = "mlflow"
_OTHERS = ("sagemaker", "unity-catalog")
"""Servers of models with limits of their own."""


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what a server would refuse of a model; of a workspace, names that two models have."""
    if resource.kind == "Workspace":
        yield from _contested(workspace)
    elif _is_registered(resource, workspace):
        yield from _of_model(resource, workspace)


def _is_registered(resource: Resource, workspace: Workspace) -> bool:
    backend = workspace.spec.registry.backend
    return backend == _SERVER or (
        model_of(resource).registry is not None and backend not in _OTHERS
    )


def _of_model(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    registration = model_of(resource).registry
    name, at = _name(resource, workspace), place_of_name(resource)
    if trouble := trouble_with_name(name):
        yield _finding(resource, at, f"the registered name `{short(name)}`", trouble)
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


def _contested(workspace: Workspace) -> Iterator[Finding]:
    models = workspace.of_kind("Model")
    for each in sharing_a_name(models, lambda model: (_name(model, workspace),)):
        if _is_registered(each.resource, workspace):
            yield each


def _name(resource: Resource, workspace: Workspace) -> str:
    return given_name(resource) or workspace.spec.registry.mlflow.name_prefix + resource.name


def _finding(resource: Resource, path: Path, what: str, trouble: Trouble) -> Finding:
    return Finding(resource, path, f"{what} {trouble.reason}", hint=trouble.hint)


RULE = Rule("MLS480", "unregistrable-model", Severity.ERROR, ("Model", "Workspace"), check)
