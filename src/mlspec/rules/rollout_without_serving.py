"""A rollout is declared for a model that answers no requests.

What it does
Checks that a model with `rollout` or `rolloutPolicy` is served with `mode: online`.

Why is this bad?
A rollout moves traffic, and a batch model has none. The spec promises a careful release that
never takes place.

Bad
    kind: Model
    spec:
      serving: {mode: batch}

Good
    kind: Model
    spec:
      rollout: null
      serving: {mode: batch}

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


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the rollout of a model that has no traffic to move."""
    spec = model_of(resource)
    name = "rollout" if spec.rollout is not None else "rolloutPolicy"
    if (spec.rollout is None and spec.rollout_policy is None) or is_served_online(spec):
        return
    yield Finding(
        resource,
        ("spec", name),
        f"`{name}` has no effect: the model is not served online",
        hint=f"remove `{name}`, or add `serving` with `mode: online`",
    )


RULE = Rule("MLS417", "rollout-without-serving", Severity.WARNING, ("Model",), check)
