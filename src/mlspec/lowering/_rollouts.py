"""Rollouts: the model's own or its policy's, as steps and checks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.kinds.rollout_policy import Canary, Split, steps_of, window_of
from mlspec.workspace import model_of, rollout_of

if TYPE_CHECKING:
    from mlspec.kinds.rollout_policy import Analysis, Strategy
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_rollout"]


def lower_rollout(
    workspace: Workspace, model: Resource, known: dict[int, ir.Rollout] | None = None
) -> ir.Rollout:
    """Return a rollout as targets see it; no declaration means that traffic does not move.

    `known` keeps them by the identity of what declares them, which many models of one workspace
    share.
    """
    declared = rollout_of(workspace, model)
    if declared is None:
        return ir.Rollout(ir.Strategy.NONE)
    known = {} if known is None else known
    rollout = known.get(id(declared)) or known.setdefault(id(declared), _lowered(declared))
    champion = model_of(model).champion
    if champion is None:
        return rollout
    return replace(
        rollout,
        champion_image=champion.image or "",
        champion_version=champion.version,
        champion_uri=champion.uri or "",
    )


def _lowered(declared: Strategy) -> ir.Rollout:
    stated = steps_of(declared)
    rollout = ir.Rollout(
        ir.Strategy(declared.strategy),
        steps=tuple(ir.RolloutStep(share, minutes) for share, minutes in stated),
        analysis=_checks(declared.analysis, window_of(stated)),
    )
    match declared:
        case Canary():
            return replace(rollout, abort_on_failure=declared.abort_on_failure)
        case Split():
            return replace(
                rollout,
                header=declared.header or "",
                outcome=declared.outcome,
                minimum_samples=declared.minimum_samples,
            )
        case _:
            return rollout


def _checks(declared: tuple[Analysis, ...], window: int) -> tuple[ir.AnalysisCheck, ...]:
    return tuple(
        ir.AnalysisCheck(
            id=check.id,
            metric=metric,
            at_most=check.at_most,
            at_least=check.at_least,
            minimum_requests=check.minimum_requests,
            window_minutes=window,
        )
        for check in declared
        if (metric := check.metric or check.query_metric)
    )
