"""An environment trains a model otherwise, and jobs of CI train it once.

What it does
Checks, where a CI target is compiled, that no override of one environment alone changes
`spec.training` of a model.

Why is this bad?
One file of CI is for all environments: its job trains a model as the first environment, by name,
has it. What another one says of image, command or data is never run there, and nobody is told.
Engines in a cluster get a pipeline for each environment; jobs of CI do not.

Bad
    kind: Workspace
    spec:
      environments:
        prod:
          overrides:
            - {kind: Model, name: employment-screen, path: spec.training.image, value: other}

Good
    kind: Workspace
    spec:
      environments:
        prod:
          overrides:
            - {kind: Model, name: employment-screen, path: spec.serving.replicas.maximum, value: 9}

References
- https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.workspace import Override, WorkspaceSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_CI = ("github-actions", "gitlab-ci")
_DEFAULT_CI = "github-actions"
_PART = "spec.training"

_Said = tuple[str, str, object]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each override of a training that not all environments have alike."""
    spec = workspace_of(resource)
    if workspace.environment or not _compiles_ci(spec):
        return
    said = {name: _said(each.overrides) for name, each in spec.environments.items()}
    first = min(said, default="")
    for name, overrides in said.items():
        for index, entry in overrides.items():
            if any(entry not in others.values() for others in said.values()):
                yield Finding(
                    resource,
                    ("spec", "environments", name, "overrides", index, "path"),
                    f"`{name}` alone says this of a training, but jobs of CI train once, as "
                    f"`{first}` has it",
                    hint="say it in the spec of the model, or in every environment alike",
                )


def _compiles_ci(spec: WorkspaceSpec) -> bool:
    return any(each in _CI for each in spec.targets.enabled or (_DEFAULT_CI,))


def _said(overrides: tuple[Override, ...]) -> dict[int, _Said]:
    """Return what overrides say of trainings, by their place."""
    return {
        index: (each.name, each.path, each.value)
        for index, each in enumerate(overrides)
        if each.kind == "Model" and each.path.startswith(_PART) and _ends(each.path)
    }


def _ends(path: str) -> bool:
    return path[len(_PART) :][:1] in ("", ".", "[")


RULE = Rule("MLS459", "training-by-environment", Severity.WARNING, ("Workspace",), check)
