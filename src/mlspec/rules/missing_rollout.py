"""A model of limited or high tier is served online without a rollout.

What it does
Checks that such a model has `rollout` or `rolloutPolicy`.

Why is this bad?
A new version takes all traffic at once, and the first sign of a fault is the harm it does. With a
rollout it meets a small share first, and the champion stays ready.

Bad
    kind: Model
    spec:
      rollout: null

Good
    kind: Model
    spec:
      rollout:
        strategy: canary
        steps: [{share: 0.05, holdMinutes: 60}, {share: 1, holdMinutes: 0}]
        analysis: [{id: errors, metric: error-share, atMost: 0.01}]

References
- https://sre.google/workbook/canarying-releases/
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
    """Yield a served model whose new versions take all traffic at once."""
    spec = model_of(resource)
    if spec.rollout is not None or spec.rollout_policy is not None:
        return
    if spec.risk.tier != "minimal" and is_served_online(spec):
        yield Finding(
            resource,
            ("spec", "rollout"),
            f"a model of {spec.risk.tier} tier is served online, but has no rollout",
            hint="add `rollout`, or name a `RolloutPolicy` in `rolloutPolicy`",
        )


RULE = Rule("MLS411", "missing-rollout", Severity.ERROR, ("Model",), check)
