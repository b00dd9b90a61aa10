"""A model about people in a delicate field is not of high tier, and nobody says why.

What it does
Checks that a model that affects people in `credit`, `education`, `employment`, `health`,
`insurance` or `public-services` is of high tier or has `risk.rationale`.

Why is this bad?
A lower tier can be right, for example when the model only prepares the work of a person. But it
is an exemption, and an exemption that is not written down can't be reviewed.

Bad
    kind: Model
    spec:
      risk:
        tier: limited
        automatedDecision: false
        rationale: null
      oversight:
        mode: human-in-the-loop

Good
    kind: Model
    spec:
      risk:
        tier: limited
        automatedDecision: false
        rationale: Sorts the files by topic; the case worker reads every one of them.
      oversight:
        mode: human-in-the-loop

References
- Regulation (EU) 2024/1689, Article 6(3) and (4): documented exemption
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of
from mlspec.rules._tiers import is_delicate, least_tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a tier that needs an explanation and has none."""
    risk = model_of(resource).risk
    if risk.tier == "high" or risk.rationale is not None or not is_delicate(risk):
        return
    if least_tier(risk)[0] != "high":  # otherwise `understated-risk` says so
        yield Finding(
            resource,
            ("spec", "risk", "rationale"),
            f"the model affects people in `{risk.domain}` at tier `{risk.tier}`, without a reason",
            hint="add `rationale` with the reason, or write `tier: high`",
        )


RULE = Rule("MLS607", "unexplained-tier", Severity.WARNING, ("Model",), check)
