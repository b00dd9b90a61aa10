"""Nobody can tell whether a team's alert budget holds.

What it does
Checks that the noise of every monitor that tells a team with `alertBudgetPerWeek` is known: stated
by `usual` and `deviation`, or that of a share or an index of drift (`statistic`). Objectives of
`serving` need `requestsPerSecond`.

Why is this bad?
How often a gauge crosses its limit on an ordinary day follows from nothing in the spec. A budget
that leaves such monitors out looks kept, and is not.

Bad
    kind: Team
    metadata:
      name: workforce
    spec:
      alertBudgetPerWeek: 5

Good
    kind: Team
    metadata:
      name: workforce
    spec:
      alertBudgetPerWeek: 50
    ---
    kind: Model
    spec:
      monitoring:
        - id: placements
          dimension: business-kpi
          metric: placements_share
          below: 0.4
          usual: 0.6
          deviation: 0.03
          receiver: workforce

References
- https://sre.google/workbook/alerting-on-slos/ (precision and recall of alerts)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity
from mlspec.rules._alert_noise import alert_budget, noises_of
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.team import TeamSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each monitor of unknown noise that tells a team with a budget."""
    if alert_budget(cast("TeamSpec", resource.spec), workspace) is None:  # a Team, by its kind
        return
    for noise in noises_of(resource, workspace):
        if noise.unknown:
            yield Finding(
                noise.resource,
                noise.path,
                f"nobody knows how often `{noise.id}` fires without a fault, "
                f"and `{resource.name}` has a budget of alerts",
                hint=noise.unknown,
            )


RULE = Rule("MLS510", "unstated-noise", Severity.NOTE, ("Team",), check)
