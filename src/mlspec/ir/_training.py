"""Retraining as targets see it: what starts it, what it runs, what it must prove."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Retraining", "RetrainingTrigger"]


@dataclass(frozen=True, slots=True)
class RetrainingTrigger:
    """One thing that starts a retraining.

    `type` is `schedule`, `monitor`, `data-arrival` or `metric`; `alert` is the name of the alert
    of a monitor or metric; the rest is set where its type needs it.
    """

    id: str
    type: str
    every_days: int = 0
    alert: str = ""
    minimum_rows: int = 0


@dataclass(frozen=True, slots=True)
class Retraining:
    """How one model is trained again. Quantities are in the form the API server stores.

    `data` are (name, uri, digest) of the training data. The champion is what the registry has
    under the alias of the environment; the challenger is promoted only by evidence that passes.
    """

    model: str
    version: str
    owner: str
    namespace: str
    receiver: str
    image: str
    command: tuple[str, ...]
    arguments: tuple[str, ...]
    cpu: str
    memory: str
    gpu: int
    deadline_minutes: int
    data: tuple[tuple[str, str, str], ...]
    triggers: tuple[RetrainingTrigger, ...]
    has_gates: bool
    source: str
