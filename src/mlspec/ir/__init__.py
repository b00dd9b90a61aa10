"""The intermediate representation between specs and targets."""

from mlspec.ir._model import (
    PART,
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
    "PART",
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
