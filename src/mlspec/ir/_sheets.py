"""What machines of others read of a model or a data set: values as they were stated, no words."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DataColumn", "DataSheet", "HazardLine", "Measure", "ModelSheet", "PartSheet"]


@dataclass(frozen=True, slots=True)
class DataColumn:
    """A column of a data set, or a field of an answer."""

    name: str
    type: str
    description: str = ""
    is_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class DataSheet:
    """A data set. What nobody stated is empty; `source` is file:line.

    `digest` is `sha256:` and 64 hexadecimal digits, `start` and `end` are days.
    """

    name: str
    version: str
    description: str
    uri: str
    format: str
    digest: str
    source: str
    owner: str = ""
    rows: int | None = None
    start: str = ""
    end: str = ""
    columns: tuple[DataColumn, ...] = ()
    licence: str = ""
    origin: str = ""
    preparation: str = ""
    gaps: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()
    produced_by: str = ""


@dataclass(frozen=True, slots=True)
class PartSheet:
    """A part by somebody else."""

    name: str
    supplier: str
    version: str = ""
    licence: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class HazardLine:
    """A line of the risk register."""

    id: str
    hazard: str
    severity: str
    likelihood: str
    controls: tuple[str, ...] = ()
    residual: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that a gate measured, of all rows (an empty `slice`) or of some of them.

    `lower` and `upper` are the ends of the interval at the two-sided `level`, None where there is
    none. `is_change` tells a difference between two models: no value of the metric.
    """

    gate: str
    gate_type: str
    metric: str
    value: float
    slice: str = ""
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    method: str = ""
    verdict: str = ""
    require: str = ""
    is_change: bool = False


@dataclass(frozen=True, slots=True)
class ModelSheet:
    """A model. What nobody stated is empty.

    `measures` are of the record `record` (its digest), and only where it holds for the model, the
    data and the gates of today; `why_unmeasured` says why there are none. `training` and
    `evaluation` are names of `data`.
    """

    name: str
    version: str
    description: str
    environment: str
    purpose: str
    task: str
    uri: str
    format: str
    digest: str
    owner: str
    tier: str
    source: str
    limitations: tuple[str, ...] = ()
    misuse: tuple[tuple[str, str], ...] = ()
    groups: tuple[str, ...] = ()
    hazards: tuple[HazardLine, ...] = ()
    data: tuple[DataSheet, ...] = ()
    training: tuple[str, ...] = ()
    evaluation: tuple[str, ...] = ()
    parts: tuple[PartSheet, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[DataColumn, ...] = ()
    consumers: tuple[str, ...] = ()
    repository: str = ""
    commit: str = ""
    contact: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    measures: tuple[Measure, ...] = ()
    record: str = ""
    why_unmeasured: str = ""
