"""A champion is declared, and nothing moves traffic away from it.

What it does
Looks for `champion` in a model that has no rollout, or that answers no requests.

Why is this bad?
Whoever reads the spec believes that the old version stays up beside the new one. Only a rollout
keeps it: without one the new version takes its place at once, and nothing is left to go back to.

Bad
    kind: Model
    spec:
      rollout: null
      serving: {mode: batch}
      champion: {version: v1, uri: 's3://models/screen/1'}

Good
    kind: Model
    spec:
      champion: {version: v1, uri: 's3://models/screen/1'}
      rollout: {strategy: blue-green, previewMinutes: 30, keepMinutes: 60, steps: null}

References
- https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import is_served_online, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_PLACE = ("spec", "champion")
_MOVING = ("spec.rollout", "spec.serving")
"""Where overrides say so; `spec.rolloutPolicy` begins alike."""


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the champion of a model whose traffic nothing moves, in any environment."""
    spec = model_of(resource)
    if spec.champion is None or _is_moved_elsewhere(resource, workspace):
        return
    if not is_served_online(spec):
        why = "the model answers no requests, so nothing stays up beside it"
        yield Finding(resource, _PLACE, f"nothing reads this: {why}", hint="remove `champion`")
    elif spec.rollout is None and spec.rollout_policy is None:
        yield Finding(
            resource,
            _PLACE,
            "nothing reads this: without a rollout the new version replaces "
            f"`{spec.champion.version}` at once",
            hint="add `rollout`, or remove `champion`",
        )


def _is_moved_elsewhere(resource: Resource, workspace: Workspace) -> bool:
    """Tell whether an environment says how traffic moves, or that there is any."""
    return any(
        override.kind == "Model"
        and override.name in ("*", resource.name)
        and override.path.startswith(_MOVING)
        and override.value is not None
        for environment in workspace.spec.environments.values()
        for override in environment.overrides
    )


RULE = Rule("MLS462", "idle-champion", Severity.WARNING, ("Model",), check)
