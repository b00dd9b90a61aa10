"""An environment has an alias that MLflow reserves, or that another environment has.

What it does
Checks the alias of each environment, where the registry is `mlflow` or one is named: letters,
digits, `_` and `-`, at most 255, neither `latest` nor `v1`; and that no two environments at one
server have the same.

Why is this bad?
Serving follows an alias. One that two environments share leads to what was applied last in either:
a rehearsal moves production.

Bad
    kind: Workspace
    spec:
      environments:
        dev: {mlflow: {alias: champion}}
        prod: {mlflow: {alias: champion}}

Good
    kind: Workspace
    spec:
      environments:
        dev: {mlflow: {alias: challenger}}
        prod: {mlflow: {alias: champion}}

References
- https://mlflow.org/docs/latest/ml/model-registry/workflow/
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

_SERVER = "mlflow"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each alias that can't be used."""
    spec = workspace_of(resource)
    known: dict[tuple[str, str], str] = {}
    for name, environment in spec.environments.items():
        chosen = environment.mlflow
        if spec.registry.backend != _SERVER and chosen.alias is None:
            continue
        alias = chosen.alias or name
        path = ("spec", "environments", name, *(("mlflow", "alias") if chosen.alias else ()))
        if trouble := trouble_with_alias(alias):
            yield Finding(
                resource, path, f"the alias `{alias[:40]}` {trouble.reason}", hint=trouble.hint
            )
        first = known.setdefault((chosen.uri or spec.registry.mlflow.uri or "", alias), name)
        if first != name:
            yield Finding(
                resource,
                path,
                f"`{first}` and `{name}` have the same alias `{alias}` at one server",
                hint="give each its own `mlflow.alias`, or its own `mlflow.uri`",
            )


RULE = Rule("MLS481", "unusable-alias", Severity.ERROR, ("Workspace",), check)
