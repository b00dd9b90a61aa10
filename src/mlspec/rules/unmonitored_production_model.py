"""A model in production is not watched where it usually fails.

What it does
Checks that a model with `serving` watches what its tier asks for. All tiers: the data or the
answers (`data-drift`, `prediction-drift`, `concept-drift` or `output-quality`). Limited and high:
both the data (`data-drift`) and the answers (one of the other three). High: also a
`business-kpi`.

Why is this bad?
Models rarely crash, they become wrong. Inputs move, the world moves, and the answers go on
looking like answers. Only what people wanted from the model shows whether it still helps.

Bad
    kind: Model
    spec:
      monitoring: []

Good
    kind: Model
    spec:
      monitoring:
        - id: input-drift
          dimension: data-drift
          metric: input_psi
          above: 0.2
          receiver: workforce
        - id: score-drift
          dimension: prediction-drift
          metric: score_psi
          above: 0.2
          receiver: workforce
        - id: placements
          dimension: business-kpi
          metric: placements_share
          below: 0.4
          receiver: workforce

References
- Regulation (EU) 2024/1689, Article 72: post-market monitoring
- Breck et al., The ML Test Score, IEEE Big Data 2017, section V
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.model import ModelSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

ANSWERS = ("concept-drift", "output-quality", "prediction-drift")
WANTED = {
    "minimal": (("data-drift", *ANSWERS),),
    "limited": (("data-drift",), ANSWERS),
    "high": (("data-drift",), ANSWERS, ("business-kpi",)),
}
"""By tier: of each group, one dimension has to be watched."""


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a model in production when dimensions that its tier asks for are not watched."""
    spec = model_of(resource)
    if spec.serving is None:
        return
    words = "; ".join(" or ".join(f"`{each}`" for each in group) for group in _unwatched(spec))
    if words:
        yield Finding(
            resource,
            ("spec", "monitoring"),
            f"a model of {spec.risk.tier} tier is in production, but nothing watches {words}",
            hint="add a monitor with that `dimension`, a threshold and a receiver",
        )


def _unwatched(spec: ModelSpec) -> list[tuple[str, ...]]:
    watched = {monitor.dimension for monitor in spec.monitoring}
    return [group for group in WANTED[spec.risk.tier] if watched.isdisjoint(group)]


RULE = Rule("MLS504", "unmonitored-production-model", Severity.WARNING, ("Model",), check)
