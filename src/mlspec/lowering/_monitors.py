"""Monitors of all models, served or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.lowering._budgets import BUDGET_MONITORS, budget_monitors
from mlspec.lowering._codes import problem
from mlspec.lowering._drift_reference import drift_reference
from mlspec.lowering._teams import receiver_of
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.diagnostics import Diagnostic
    from mlspec.evidence import Profile
    from mlspec.kinds.model import Monitor
    from mlspec.lowering._drift_reference import Bins
    from mlspec.lowering._scopes import Scopes
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_monitors"]

_OF_TWO = ("quotient", "share")


def lower_monitors(
    workspace: Workspace, profiles: Mapping[str, Profile | str], scopes: Scopes
) -> tuple[tuple[ir.Monitor, ...], tuple[Diagnostic, ...]]:
    """Return the monitors in order of model, as each spec lists them, and why some are missing.

    `profiles` are those of the workspace by file, or why one can't be read. The monitors of a
    budget come after those of the spec.
    """
    monitors: list[ir.Monitor] = []
    diagnostics: list[Diagnostic] = []
    for resource in workspace.of_kind("Model"):
        scope = scopes.of_model(resource.name)
        for index, monitor in enumerate(model_of(resource).monitoring):
            reference = drift_reference(resource, monitor, profiles)
            wrong = _problem(resource, index, monitor, reference)
            if wrong is not None:
                diagnostics.append(wrong)
            elif not isinstance(reference, str):
                monitors.append(_monitor(workspace, resource, monitor, reference, scope))
        monitors.extend(budget_monitors(workspace, resource, scope))
    return tuple(monitors), tuple(diagnostics)


def _problem(
    resource: Resource, index: int, monitor: Monitor, reference: Bins | str
) -> Diagnostic | None:
    path = ("spec", "monitoring", index)
    if monitor.statistic in _OF_TWO and monitor.total is None:
        message = f"`{monitor.id}` is a {monitor.statistic} of nothing: no alert is compiled for it"
        return problem(
            "MLS590", resource, path, message, "name the counter to divide by in `total`"
        )
    if isinstance(reference, str):
        message = f"{reference}: no alert is compiled for it"
        hint = "name a feature, and a profile that `mlspec gate profile` made of the training data"
        return problem("MLS591", resource, path, message, hint)
    if monitor.labels is not None and monitor.statistic not in _OF_TWO:
        message = f"`{monitor.id}` has `labels`, but is no share or quotient of labelled answers"
        hint = "count the labelled answers, and name the counter in `total`"
        return problem("MLS592", resource, (*path, "labels"), message, hint)
    return _named_like_budget(resource, index, monitor)


def _named_like_budget(resource: Resource, index: int, monitor: Monitor) -> Diagnostic | None:
    budget = model_of(resource).budget
    if budget is None or budget.metric is None or monitor.id not in BUDGET_MONITORS:
        return None
    path = ("spec", "monitoring", index, "id")
    message = f"`{monitor.id}` is what the alert of the budget is called"
    return problem("MLS593", resource, path, message, "choose another `id`")


def _monitor(
    workspace: Workspace, resource: Resource, monitor: Monitor, reference: Bins, scope: ir.Scope
) -> ir.Monitor:
    labels = monitor.labels
    return ir.Monitor(
        model=resource.name,
        id=monitor.id,
        dimension=monitor.dimension,
        metric=monitor.metric,
        statistic=monitor.statistic,
        total=monitor.total or "",
        above=monitor.above,
        below=monitor.below,
        window_minutes=monitor.window_minutes,
        for_minutes=monitor.for_minutes,
        severity=monitor.severity,
        owner=resource.metadata.owner or "",
        receiver=receiver_of(workspace, monitor.receiver),
        runbook=monitor.runbook or "",
        source=resource.document.source.file,
        feature=monitor.feature or "",
        reference=reference,
        predictions=labels.predictions if labels else "",
        delay_minutes=labels.delay_minutes if labels else 0,
        minimum_coverage=labels.minimum_coverage if labels else 0.0,
        scope=scope,
    )
