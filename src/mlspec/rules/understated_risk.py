"""The declared tier is lower than the facts beside it allow.

What it does
Computes the least tier from the facts in `spec.risk` and compares it with `tier`. High: the
answer changes what happens to a person, in a field where this is a matter of rights or safety
(`credit`, `education`, `employment`, `health`, `insurance`, `public-services`), and takes effect
before anybody has looked at it; in `law-enforcement`, whoever looks. Limited: the answer changes
what happens to a person, and it takes effect unseen or protected attributes are among the inputs.

Why is this bad?
The tier decides which gates, approvals and oversight a change needs. A tier that is too low takes
all of them away in one line. This is a reading of the stated facts, not legal advice: a law may
ask for more.

Bad
    kind: Model
    spec:
      risk:
        tier: limited
        domain: employment
        affectsPeople: true
        automatedDecision: true
      oversight:
        mode: human-on-the-loop

Good
    kind: Model
    spec:
      risk:
        tier: high
        domain: employment
        affectsPeople: true
        automatedDecision: true
      oversight:
        mode: human-on-the-loop

References
- Regulation (EU) 2024/1689, Article 6(2) and (3), Annex III points 3 to 6
- Regulation (EU) 2016/679, Article 22
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._fix import replacing
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of
from mlspec.rules._tiers import TIER_RULE, least_tier, rank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the tier of a model or a system when its facts say more."""
    risk = model_of(resource).risk  # systems have `risk`, too
    least, reasons = least_tier(risk)
    if rank(least) > rank(risk.tier):
        path = ("spec", "risk", "tier")
        yield Finding(
            resource,
            path,
            f"the declared tier is `{risk.tier}`, but the facts say `{least}`: {reasons}",
            hint=f"write `tier: {least}`, or correct the fact that is wrong",
            fixes=replacing(resource, path, least),
        )


RULE = Rule(
    TIER_RULE,
    "understated-risk",
    Severity.ERROR,
    ("Model", "System"),
    check,
    suppressible=False,
)
