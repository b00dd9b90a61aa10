"""The intermediate representation between specs and targets."""

from mlspec.ir._model import (
    AnalysisCheck,
    Artifact,
    Bundle,
    Card,
    CardSection,
    CardValue,
    Gateway,
    Monitor,
    Pipeline,
    PipelineGate,
    Rollout,
    RolloutStep,
    Service,
    Strategy,
    ValueStatus,
)

__all__ = [
    "AnalysisCheck",
    "Artifact",
    "Bundle",
    "Card",
    "CardSection",
    "CardValue",
    "Gateway",
    "Monitor",
    "Pipeline",
    "PipelineGate",
    "Rollout",
    "RolloutStep",
    "Service",
    "Strategy",
    "ValueStatus",
]
