"""A team can expect more false alerts than it is ready to get.

What it does
Adds up, for each team with `alertBudgetPerWeek` (its own, or that of the workspace), how many
alerts its monitors give in a week in which nothing is wrong, and compares the sum with the budget.
A monitor counts where its noise is known: stated by `usual` and `deviation`, or that of a share or
an index of drift. The numbers are upper bounds for noise that is normal and has no memory beyond
the window, looked at once a minute: see the page on monitoring. The objectives of `serving` count
for the owner, of a service where half as many requests fail, or are slow, as they allow. Alerts
that a value is unknown, that money is spent or that a challenger fails need a fault to fire.

Why is this bad?
People who are called for nothing stop to look. The alert that matters is then one of many.

Bad
    kind: Team
    metadata:
      name: workforce
    spec:
      alertBudgetPerWeek: 1
    ---
    kind: Model
    spec:
      monitoring:
        - id: score-drift
          dimension: prediction-drift
          metric: score_psi
          above: 0.2
          usual: 0.1
          deviation: 0.05
          receiver: workforce

Good
    kind: Team
    metadata:
      name: workforce
    spec:
      alertBudgetPerWeek: 1
    ---
    kind: Model
    spec:
      monitoring:
        - id: score-drift
          dimension: prediction-drift
          metric: score_psi
          above: 0.2
          usual: 0.1
          deviation: 0.05
          windowMinutes: 60
          forMinutes: 240
          receiver: workforce

References
- https://sre.google/workbook/alerting-on-slos/ (precision and recall of alerts)
- D. B. Owen, Annals of Mathematical Statistics 27 (1956), pages 1075-1090
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Related, Severity
from mlspec.rules._alert_noise import alert_budget, noises_of
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.team import TeamSpec
    from mlspec.rules._alert_noise import Noise
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SHOWN = 3


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a team whose monitors give more alerts a week than it is ready to get."""
    team = cast("TeamSpec", resource.spec)  # a rule only sees resources of its kinds
    budget = alert_budget(team, workspace)
    if budget is None:
        return
    noisy = sorted(noises_of(resource, workspace), key=lambda each: (-each.per_week, each.name))
    expected = sum(each.per_week for each in noisy)
    if expected > budget:
        own = team.alert_budget_per_week is not None
        path = ("spec", "alertBudgetPerWeek") if own else ("metadata", "name")
        message = (
            f"`{resource.name}` can expect up to {expected:.3g} false alerts a week, "
            f"and is ready for {budget:g}"
        )
        top = noisy[:_SHOWN]
        yield Finding(resource, path, message, _hint(top, budget / len(noisy)), _places(top))


def _places(top: list[Noise]) -> tuple[Related, ...]:
    return tuple(
        Related(each.resource.span(each.path), f"up to {each.per_week:.3g} a week")
        for each in top
        if each.per_week
    )


def _hint(top: list[Noise], most: float) -> str:
    """Name what makes each of the noisiest give its part of the budget at most."""
    proposals = [_proposal(each, most) for each in top if each.per_week > most]
    return "; ".join(proposals)


def _proposal(noise: Noise, most: float) -> str:
    changes = " or ".join(noise.changes(most))
    if not changes:
        return f"`{noise.name}`: state `usual`, or choose a longer `windowMinutes`"
    return f"`{noise.name}`: {changes}"


RULE = Rule("MLS509", "exceeded-alert-budget", Severity.WARNING, ("Team",), check)
