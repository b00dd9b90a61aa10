"""An environment has no schema in Unity Catalog, or an alias that it can't have there.

What it does
Checks, where the registry is `unity-catalog`, that each environment has a catalog and a schema, by
`unityCatalog` of its own or of the registry; that its alias is none that is read as a version; and
that no two environments have one alias in one schema.

Why is this bad?
An alias is what traffic follows. Environments that share one would move each other, and without a
schema nobody knows where a model is.

Bad
    kind: Workspace
    spec:
      registry: {backend: unity-catalog, unityCatalog: {catalog: ml}}
      environments:
        dev: {}

Good
    kind: Workspace
    spec:
      registry: {backend: unity-catalog, unityCatalog: {catalog: ml, schema: growth}}
      environments:
        dev: {unityCatalog: {catalog: dev}}

References
- https://docs.databricks.com/machine-learning/manage-model-lifecycle/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.mlflow import trouble_with_alias
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVER = "unity-catalog"
_SHOWN_CHARACTERS = 40


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each environment that can't be one in Unity Catalog."""
    spec = workspace_of(resource)
    if spec.registry.backend != _SERVER:
        return
    known: dict[tuple[str, str, str], str] = {}
    for name, environment in spec.environments.items():
        told = spec.registry.unity_catalog.options() | environment.unity_catalog.options()
        alias = told.get("alias", name)
        at = ("spec", "environments", name)
        if not told["catalog"] or not told["schema"]:
            yield _homeless(resource, at, name)
            continue
        if trouble := trouble_with_alias(alias):
            message = f"the alias `{alias[:_SHOWN_CHARACTERS]}` {trouble.reason}"
            yield Finding(resource, at, message, hint=trouble.hint)
        first = known.setdefault((told["catalog"], told["schema"], alias), name)
        if first != name:
            yield _shared(resource, at, (first, name), alias)


def _homeless(resource: Resource, at: tuple[str, ...], name: str) -> Finding:
    return Finding(
        resource,
        at,
        f"`{name}` has no catalog and schema in Unity Catalog",
        hint="set `registry.unityCatalog.catalog` and `.schema`, or those of the environment",
    )


def _shared(resource: Resource, at: tuple[str, ...], both: tuple[str, str], alias: str) -> Finding:
    return Finding(
        resource,
        at,
        f"`{both[0]}` and `{both[1]}` have the same alias `{alias[:_SHOWN_CHARACTERS]}` in one"
        " schema",
        hint="give each its own `unityCatalog.alias`, or its own `unityCatalog.catalog`",
    )


RULE = Rule("MLS488", "unusable-schema", Severity.ERROR, ("Workspace",), check)
