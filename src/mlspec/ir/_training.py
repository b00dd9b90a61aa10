"""Retraining as targets see it: what starts it, what it runs, what it must prove."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Retraining", "RetrainingTrigger", "TrainingData", "TrainingPlace"]


@dataclass(frozen=True, slots=True)
class RetrainingTrigger:
    """One thing that starts a retraining.

    `type` is `schedule`, `monitor`, `data-arrival` or `metric`; `monitor` is the id of the monitor
    whose alert starts it, for `monitor` and `metric`; the rest is set where its type needs it.
    """

    id: str
    type: str
    every_days: int = 0
    monitor: str = ""
    minimum_rows: int = 0


@dataclass(frozen=True, slots=True)
class TrainingData:
    """One data set that a model is trained on; an empty digest is one that nobody stated."""

    name: str
    uri: str
    digest: str


@dataclass(frozen=True, slots=True)
class TrainingPlace:
    """What all pipelines of a workspace share.

    `image` holds mlspec, git and a shell; `workspace_path` is the folder of the workspace in
    `repository`; `credentials` is a Secret, or empty; `volume` a quantity.
    """

    image: str
    repository: str
    revision: str
    credentials: str
    volume: str
    workspace_path: str


@dataclass(frozen=True, slots=True)
class Retraining:
    """How one model is trained again. Quantities are in the form the API server stores.

    `command` trains; `evaluate` writes predictions, and is empty where `command` does that, too.
    Nothing here names a champion: the pipeline ends with a challenger that people review.
    """

    model: str
    version: str
    owner: str
    tier: str
    namespace: str
    receiver: str
    image: str
    command: tuple[str, ...]
    evaluate: tuple[str, ...]
    cpu: str
    memory: str
    gpu: int
    deadline_minutes: int
    artifact_uri: str
    data: tuple[TrainingData, ...]
    triggers: tuple[RetrainingTrigger, ...]
    has_gates: bool
    place: TrainingPlace
    source: str
