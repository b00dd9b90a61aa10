"""The budget of a model as two monitors: most of the month is spent, and a day spends too fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.lowering._teams import receiver_of
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["BUDGET_MONITORS", "budget_monitors"]

BUDGET_MONITORS = ("budget-spent", "budget-pace")
_DAY = 1440
_MONTH_DAYS = 30
_PACE = 3
"""Times a day's part of the budget: at this pace the month is spent in ten days."""
_DIGITS = 9


def budget_monitors(
    workspace: Workspace, resource: Resource, scope: ir.Scope
) -> Iterator[ir.Monitor]:
    """Yield the monitors of a budget with a metric; a month is 30 days that end now."""
    budget = model_of(resource).budget
    if budget is None or budget.metric is None:
        return
    spent, pace = BUDGET_MONITORS
    limit = budget.monthly * budget.alert_share
    daily = budget.monthly / _MONTH_DAYS
    yield _monitor(workspace, resource, spent, limit, _MONTH_DAYS * _DAY, scope)
    yield _monitor(workspace, resource, pace, _PACE * daily, _DAY, scope)


def _monitor(
    workspace: Workspace,
    resource: Resource,
    name: str,
    limit: float,
    window_minutes: int,
    scope: ir.Scope,
) -> ir.Monitor:
    model = model_of(resource)
    budget, serving = model.budget, model.serving
    return ir.Monitor(
        model=resource.name,
        id=name,
        dimension="cost",
        metric=(budget.metric if budget else None) or "",
        statistic="increase",
        total="",
        above=round(limit, _DIGITS),
        below=None,
        window_minutes=window_minutes,
        for_minutes=60,
        severity="ticket",
        owner=resource.metadata.owner or "",
        receiver=receiver_of(workspace, resource.metadata.owner),
        runbook=(serving.runbook if serving else None) or "",
        source=resource.document.source.file,
        scope=scope,
    )
