"""Output contracts, features and registrations as targets see them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Consumer",
    "Contract",
    "Entity",
    "FeatureGroup",
    "FeatureRepo",
    "FeatureService",
    "Field",
    "Registration",
]


@dataclass(frozen=True, slots=True)
class Field:
    """One named value. `type` is a column type of the language, such as `float` or `string`."""

    name: str
    type: str
    minimum: float | None = None
    maximum: float | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A system that relies on answers, and its team."""

    system: str
    team: str


@dataclass(frozen=True, slots=True)
class Contract:
    """What a model takes and answers, for one row.

    `path` and `host` are empty for a model that nobody asks online for one row, `host` for one
    that no compiled route leads to as well; `inputs` are empty for one that names no features. Each
    field of the answer has at least one value in its range.
    """

    model: str
    version: str
    contract_version: str
    path: str
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]
    consumers: tuple[Consumer, ...]
    owner: str
    source: str
    host: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """What rows are about, and the column that tells them apart, with its column type."""

    name: str
    key: str
    type: str


@dataclass(frozen=True, slots=True)
class FeatureGroup:
    """One feature view: rows of `entities`, read from a data set.

    `timestamp` is the column of the event time; `uri` is that of the data set, in `format`.
    """

    name: str
    version: str
    owner: str
    entities: tuple[Entity, ...]
    dataset: str
    uri: str
    format: str
    timestamp: str
    features: tuple[Field, ...]
    online: bool
    ttl_hours: int
    description: str
    source: str


@dataclass(frozen=True, slots=True)
class FeatureService:
    """The features that one model reads: (view, columns); training and serving ask for it."""

    model: str
    version: str
    owner: str
    views: tuple[tuple[str, tuple[str, ...]], ...]
    is_online: bool
    source: str


@dataclass(frozen=True, slots=True)
class FeatureRepo:
    """All features of a workspace, and who reads them."""

    project: str
    groups: tuple[FeatureGroup, ...] = ()
    services: tuple[FeatureService, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a model registry is told of a model and of its version, within the limits of MLflow.

    `description` is about the model, `summary` about the version; tags are (key, value), sorted.
    """

    model: str
    version: str
    description: str
    summary: str
    uri: str
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]
    model_tags: tuple[tuple[str, str], ...]
    version_tags: tuple[tuple[str, str], ...]
    source: str
