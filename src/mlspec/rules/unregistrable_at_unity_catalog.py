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

from mlspec.diagnostics import Related, Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of
from mlspec.unity import trouble_with_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVER = "unity-catalog"
_NAME = ("metadata", "name")
_GIVEN_NAME = ("spec", "registry", "name")
_SHOWN_CHARACTERS = 80


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what Unity Catalog would refuse."""
    if workspace.spec.registry.backend != _SERVER:
        return
    name, at = _name(resource, workspace), _place(resource)
    shown = name[:_SHOWN_CHARACTERS]
    if trouble := trouble_with_name(name):
        message = f"the registered name `{shown}` {trouble.reason}"
        yield Finding(resource, at, message, hint=trouble.hint)
    for other in workspace.of_kind("Model"):
        if other.address < resource.address and _name(other, workspace) == name:
            yield Finding(
                resource,
                at,
                f"`{other.address}` is registered as `{shown}`, too",
                hint="give one of them another `registry.name`",
                related=(Related(other.span(_place(other)), "the other one"),),
            )


def _name(resource: Resource, workspace: Workspace) -> str:
    registration = model_of(resource).registry
    given = registration.name if registration else None
    return given or workspace.spec.registry.unity_catalog.name_prefix + resource.name


def _place(resource: Resource) -> tuple[str, ...]:
    registration = model_of(resource).registry
    return _GIVEN_NAME if registration and registration.name else _NAME


RULE = Rule("MLS487", "unregistrable-at-unity-catalog", Severity.ERROR, ("Model",), check)
