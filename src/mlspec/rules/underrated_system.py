"""The declared tier of a system is lower than that of a model in it that nobody manages.

What it does
Compares `spec.risk.tier` of a system with the tier of every `ObservedModel` that it names in
`models`. A tier of `unknown` counts as high.

Why is this bad?
People meet the system, with all that is in it. Of a model that nobody has documented nobody can
say that it harms no one, and a tier that rests on not knowing takes gates and approvals away.

Bad
    kind: System
    metadata:
      name: screening
    spec:
      models: [live-ranker]
      risk: {tier: limited}

Good
    kind: System
    metadata:
      name: screening
    spec:
      models: [live-ranker]
      risk: {tier: high}

References
- NIST AI RMF 1.0, MAP 4.1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Related, Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._tiers import PART_RULE, part_tier, rank
from mlspec.workspace import observed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.system import SystemSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each observed model whose tier is above that of the system."""
    spec = cast("SystemSpec", resource.spec)  # of systems only
    for index, observed in observed_in(workspace, spec):
        tier, why = part_tier(observed)
        if rank(tier) > rank(spec.risk.tier):
            place = observed.span(("spec", "tier"))
            yield Finding(
                resource,
                ("spec", "models", index),
                f"the declared tier is `{spec.risk.tier}`, but {why}, which makes it `{tier}`",
                hint=f"write `tier: {tier}`, or document the model: `mlspec adopt {observed.name}`",
                related=(Related(place, "the tier of the model"),),
            )


RULE = Rule(PART_RULE, "underrated-system", Severity.ERROR, ("System",), check, suppressible=False)
