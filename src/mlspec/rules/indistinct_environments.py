"""The series of two environments can't be told apart.

What it does
Compares, for every two environments of a workspace with models that are watched or served, what
their queries ask for: the address of Prometheus, and the labels that only series of the environment
have. Those are `targets.prometheus.labels` or, where none are stated, the `namespace`; both may be
set for one environment by an override.

Why is this bad?
Rules, rollouts and scaling of one environment count the requests of the other. A challenger in
production is then judged by the traffic of a rehearsal, and passes.

Bad
    kind: Workspace
    spec:
      environments:
        dev: {namespace: ml}
        prod: {namespace: ml}

Good
    kind: Workspace
    spec:
      environments:
        dev:
          namespace: ml
          overrides:
            - kind: Workspace
              name: county-screening
              path: spec.targets.prometheus.labels
              value: {cluster: rehearsal}
        prod:
          namespace: ml
          overrides:
            - kind: Workspace
              name: county-screening
              path: spec.targets.prometheus.labels
              value: {cluster: production}

References
- https://prometheus.io/docs/practices/naming/#labels
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import is_served_online, model_of
from mlspec.rules._workspace import workspace_of
from mlspec.workspace import overlay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_DEFAULT_NAMESPACE = "default"

_Asked = tuple[str, tuple[tuple[str, str], ...]]
"""The address that is asked, and the labels that are asked for."""


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each environment whose series are those of an earlier one, too."""
    environments = workspace_of(resource).environments
    if workspace.environment or not _is_asked(workspace):
        return
    alone = replace(workspace, resources={resource.address: resource}, edges=())
    known: dict[_Asked, str] = {}
    for name in environments:
        asked = _asked(alone, name)
        first = known.setdefault(asked, name)
        if first != name:
            yield _finding(resource, first, name, asked)


def _is_asked(workspace: Workspace) -> bool:
    models = map(model_of, workspace.of_kind("Model"))
    return any(each.monitoring or is_served_online(each) for each in models)


def _asked(workspace: Workspace, environment: str) -> _Asked:
    merged, _ = overlay(workspace, environment)
    prometheus = merged.spec.targets.prometheus
    namespace = merged.spec.environments[environment].namespace or _DEFAULT_NAMESPACE
    stated = tuple(sorted(prometheus.labels.items()))
    return prometheus.address, stated or (("namespace", namespace),)


def _finding(resource: Resource, first: str, second: str, asked: _Asked) -> Finding:
    address, labels = asked
    told = ", ".join(f"{name}={value}" for name, value in labels)
    return Finding(
        resource,
        ("spec", "environments", second),
        f"the series of `{first}` and `{second}` can't be told apart: both are asked of "
        f"`{address}`, for `{told}`",
        hint="give each a `namespace` of its own, or override `spec.targets.prometheus.labels` "
        "(or `address`) in one of them",
        related=(Related(resource.span(("spec", "environments", first)), f"`{first}`"),),
    )


RULE = Rule("MLS440", "indistinct-environments", Severity.WARNING, ("Workspace",), check)
