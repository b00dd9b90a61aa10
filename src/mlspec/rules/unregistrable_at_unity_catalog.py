"""A model can't be registered in Unity Catalog as its spec says.

What it does
Checks, where the registry is `unity-catalog`, the name of a model within its schema, which no other
model may have. Catalog and schema are those of the environment, and no part of it.

Why is this bad?
Unity Catalog refuses the request, or keeps another name than the one that is looked for, and an
apply ends half way.

Bad
    kind: Workspace
    spec:
      registry: {backend: unity-catalog, unityCatalog: {catalog: ml, schema: growth}}
    ---
    kind: Model
    spec:
      registry: {name: prod.growth.churn}

Good
    kind: Workspace
    spec:
      registry: {backend: unity-catalog, unityCatalog: {catalog: ml, schema: growth}}
    ---
    kind: Model
    spec:
      registry: {name: churn}

References
- https://docs.databricks.com/sql/language-manual/sql-ref-names
- https://docs.databricks.com/api/workspace/registeredmodels
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._registered import given_name, place_of_name, sharing_a_name, short
from mlspec.unity import trouble_with_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVER = "unity-catalog"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what Unity Catalog would refuse of a model, or names that two of a workspace have."""
    if workspace.spec.registry.backend != _SERVER:
        return
    if resource.kind == "Workspace":
        models = workspace.of_kind("Model")
        yield from sharing_a_name(models, lambda model: (_name(model, workspace),))
        return
    name = _name(resource, workspace)
    if trouble := trouble_with_name(name):
        message = f"the registered name `{short(name)}` {trouble.reason}"
        yield Finding(resource, place_of_name(resource), message, hint=trouble.hint)


def _name(resource: Resource, workspace: Workspace) -> str:
    prefix = workspace.spec.registry.unity_catalog.name_prefix
    return given_name(resource) or prefix + resource.name


RULE = Rule(
    "MLS487", "unregistrable-at-unity-catalog", Severity.ERROR, ("Model", "Workspace"), check
)
