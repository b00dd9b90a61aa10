"""`RolloutPolicy`: a rollout that several models share.

Example
    apiVersion: mlspec.dev/v1
    kind: RolloutPolicy
    metadata: {name: careful-canary, version: v1, owner: growth}
    spec:
      rollout:
        strategy: canary
        steps:
          - {share: 0.1, holdMinutes: 60}
        analysis:
          - {id: errors, metric: error-share, atMost: 0.01, minimumRequests: 500}
"""

from __future__ import annotations

from mlspec.kinds._port import Kind
from mlspec.kinds._rollout import (
    Analysis,
    BlueGreen,
    Canary,
    CanaryStep,
    Champion,
    Rollout,
    Shadow,
    Split,
)
from mlspec.kinds._rollout_steps import LONGEST_WINDOW, Strategy, steps_of, window_of
from mlspec.schema import FieldClass, SpecModel, declare

__all__ = [
    "KIND",
    "LONGEST_WINDOW",
    "Analysis",
    "BlueGreen",
    "Canary",
    "CanaryStep",
    "Champion",
    "Rollout",
    "RolloutPolicySpec",
    "Shadow",
    "Split",
    "Strategy",
    "steps_of",
    "window_of",
]


class RolloutPolicySpec(SpecModel):
    """How traffic moves, declared once."""

    rollout: Rollout = declare("The strategy and its limits.", FieldClass.ROLLOUT)


KIND = Kind("RolloutPolicy", RolloutPolicySpec, "A rollout that several models share.")
