"""Nobody is able to stop or overrule a high-tier model.

What it does
Checks that a model of high tier has `spec.oversight`.

Why is this bad?
When the model is wrong about a person, somebody has to see it and be allowed to act. That has to
be settled before the first answer, with names.

Bad
    kind: Model
    spec:
      oversight: null

Good
    kind: Model
    spec:
      oversight:
        mode: human-in-the-loop
        reviewers: workforce
        intervention: A case worker decides; the score is advice and can be hidden at once.
        appeal: Every letter names the office where a person can object.

References
- Regulation (EU) 2024/1689, Article 14: human oversight
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a high-tier model without oversight."""
    spec = model_of(resource)
    if spec.risk.tier == "high" and spec.oversight is None:
        yield Finding(
            resource,
            ("spec", "oversight"),
            "the model is of high tier, but no person oversees it",
            hint="add `oversight` with `mode`, the team of `reviewers` and the `intervention`",
        )


RULE = Rule(
    "MLS602", "high-risk-without-oversight", Severity.ERROR, ("Model",), check, suppressible=False
)
