"""A high-tier model stops answering whenever one node does.

What it does
Checks that a model of high tier that is served online has at least two replicas.

Why is this bad?
Every node update interrupts the service. Consumers then fall back to whatever they have, and
that was never reviewed.

Bad
    kind: Model
    spec:
      serving:
        replicas: {minimum: 1, maximum: 6}

Good
    kind: Model
    spec:
      serving:
        replicas: {minimum: 2, maximum: 6}

References
- https://kubernetes.io/docs/tasks/run-application/configure-pdb/
- Regulation (EU) 2024/1689, Article 15(4): robustness through redundancy
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

LEAST = 2


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the least number of replicas of a high-tier model when one is gone is all gone."""
    spec = model_of(resource)
    if spec.risk.tier != "high" or spec.serving is None or spec.serving.mode != "online":
        return
    if spec.serving.replicas.minimum < LEAST:
        yield Finding(
            resource,
            ("spec", "serving", "replicas", "minimum"),
            f"a high-tier model runs with {spec.serving.replicas.minimum} replica at the least",
            hint="write `minimum: 2` or more, and a `maximum` that is not lower",
        )


RULE = Rule("MLS422", "single-replica-high-risk", Severity.WARNING, ("Model",), check)
