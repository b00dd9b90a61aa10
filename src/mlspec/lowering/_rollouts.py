"""Rollouts: the model's own or its policy's, as steps and checks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.kinds.rollout_policy import BlueGreen, Canary, RolloutPolicySpec, Shadow, Split
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from mlspec.kinds.rollout_policy import Analysis
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_rollout", "rollout_of"]

Declared = Canary | Shadow | BlueGreen | Split

_MINUTES_PER_DAY = 24 * 60
_SHORTEST_WINDOW, _LONGEST_WINDOW, _DEFAULT_WINDOW = 5, 60, 10


def rollout_of(workspace: Workspace, model: Resource) -> Declared | None:
    """Return the rollout of a model; its own goes before that of its policy."""
    spec = model_of(model)
    if spec.rollout is not None or spec.rollout_policy is None:
        return spec.rollout
    policy = workspace.find("RolloutPolicy", spec.rollout_policy)
    if policy is None or not isinstance(policy.spec, RolloutPolicySpec):
        return None
    return policy.spec.rollout


def lower_rollout(workspace: Workspace, model: Resource) -> ir.Rollout:
    """Return a rollout as targets see it; no declaration means that traffic does not move."""
    declared = rollout_of(workspace, model)
    if declared is None:
        return ir.Rollout(ir.Strategy.NONE)
    rollout = _lowered(declared)
    champion = model_of(model).champion
    if champion is None:
        return rollout
    return replace(rollout, champion_image=champion.image, champion_version=champion.version)


def _lowered(declared: Declared) -> ir.Rollout:
    steps = _steps(declared)
    checks = _checks(declared.analysis, _window(steps))
    rollout = ir.Rollout(ir.Strategy(declared.strategy), steps=steps, analysis=checks)
    match declared:
        case Canary():
            return replace(rollout, abort_on_failure=declared.abort_on_failure)
        case Split():
            return replace(rollout, header=declared.header or "", outcome=declared.outcome)
        case _:
            return rollout


def _steps(declared: Declared) -> tuple[ir.RolloutStep, ...]:
    match declared:
        case Canary():
            return _canary_steps(declared)
        case Shadow():
            return (ir.RolloutStep(declared.share, declared.hold_minutes),)
        case BlueGreen():
            return (
                ir.RolloutStep(0.0, declared.preview_minutes),
                ir.RolloutStep(1.0, declared.keep_minutes),
            )
        case Split():
            return (ir.RolloutStep(declared.share, declared.duration_days * _MINUTES_PER_DAY),)


def _canary_steps(canary: Canary) -> tuple[ir.RolloutStep, ...]:
    steps = tuple(ir.RolloutStep(step.share, step.hold_minutes) for step in canary.steps)
    is_complete = steps[-1].share == 1
    return steps if is_complete else (*steps, ir.RolloutStep(1.0, 0))


def _window(steps: tuple[ir.RolloutStep, ...]) -> int:
    """A check looks at the traffic of one step, and at enough of it."""
    held = [step.hold_minutes for step in steps if step.hold_minutes]
    return min(max(min(held, default=_DEFAULT_WINDOW), _SHORTEST_WINDOW), _LONGEST_WINDOW)


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
