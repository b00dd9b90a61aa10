"""A system has a model that is live and that nobody documents.

What it does
Looks for models of a system that are an `ObservedModel`: a registry or a cluster has them, and
no spec says what they are for, what they were trained on and who answers for them.

Why is this bad?
Duties and gates of a system hold for all its models. Of this one there is no contract, no gate and
no monitor to look at, so whoever reads the card of the system can't see what it does.

Bad
    kind: System
    metadata:
      name: screening
    spec:
      models: [live-ranker]
      risk: {tier: high}

Good
    kind: System
    metadata:
      name: screening
    spec:
      models: null
      prompts: [screen-reason]

References
- NIST AI RMF 1.0, MAP 4.1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._tiers import part_tier, rank
from mlspec.workspace import observed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.system import SystemSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each observed model; one whose tier is above that of the system is told of that."""
    spec = cast("SystemSpec", resource.spec)  # of systems only
    for index, observed in observed_in(workspace, spec):
        if rank(part_tier(observed)[0]) <= rank(spec.risk.tier):
            yield Finding(
                resource,
                ("spec", "models", index),
                f"`{observed.address}` is live, and no spec of a model documents it",
                hint=f"`mlspec adopt {observed.name}` makes a managed model of it",
            )


RULE = Rule("MLS239", "undocumented-part", Severity.WARNING, ("System",), check)
