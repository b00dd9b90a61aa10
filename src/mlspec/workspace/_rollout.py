"""The rollout of a model: its own, or that of its policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.kinds.rollout_policy import Strategy
    from mlspec.workspace._model import Resource, Workspace

__all__ = ["rollout_of"]


def rollout_of(workspace: Workspace, model: Resource) -> Strategy | None:
    """Return the rollout of a model; its own goes before that of its policy."""
    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.rollout_policy import RolloutPolicySpec

    spec = model.spec
    if not isinstance(spec, ModelSpec):
        return None
    if spec.rollout is not None or spec.rollout_policy is None:
        return spec.rollout
    policy = workspace.find("RolloutPolicy", spec.rollout_policy)
    if policy is None or not isinstance(policy.spec, RolloutPolicySpec):
        return None
    return policy.spec.rollout
