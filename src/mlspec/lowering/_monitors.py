"""Monitors of all models, served or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.lowering._codes import problem
from mlspec.lowering._teams import receiver_of
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from mlspec.diagnostics import Diagnostic
    from mlspec.kinds.model import Monitor
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_monitors"]


def lower_monitors(
    workspace: Workspace,
) -> tuple[tuple[ir.Monitor, ...], tuple[Diagnostic, ...]]:
    """Return the monitors in order of model, as each spec lists them, and why some are missing."""
    monitors: list[ir.Monitor] = []
    diagnostics: list[Diagnostic] = []
    for resource in workspace.of_kind("Model"):
        for index, monitor in enumerate(model_of(resource).monitoring):
            if monitor.statistic == "share" and monitor.total is None:
                diagnostics.append(_without_total(resource, index, monitor))
            else:
                monitors.append(_monitor(workspace, resource, monitor))
    return tuple(monitors), tuple(diagnostics)


def _without_total(resource: Resource, index: int, monitor: Monitor) -> Diagnostic:
    return problem(
        "MLS590",
        resource,
        ("spec", "monitoring", index),
        f"`{monitor.id}` is a share of nothing: no alert is compiled for it",
        "name the counter to divide by in `total`",
    )


def _monitor(workspace: Workspace, resource: Resource, monitor: Monitor) -> ir.Monitor:
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
    )
