"""Output contracts and features as targets see them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Consumer", "Contract", "FeatureGroup", "FeatureRepo", "FeatureService", "Field"]


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
    """What a model takes and answers. `path` is empty for a model that is not served online."""

    model: str
    version: str
    contract_version: str
    path: str
    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]
    consumers: tuple[Consumer, ...]
    owner: str
    source: str


@dataclass(frozen=True, slots=True)
class FeatureGroup:
    """One feature view: rows of `entities`, read from a data set.

    `timestamp` is the column of the event time, empty where there is none.
    """

    name: str
    version: str
    owner: str
    entities: tuple[str, ...]
    dataset: str
    uri: str
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
    views: tuple[tuple[str, tuple[str, ...]], ...]
    source: str


@dataclass(frozen=True, slots=True)
class FeatureRepo:
    """All features of a workspace, and who reads them."""

    project: str
    groups: tuple[FeatureGroup, ...] = ()
    services: tuple[FeatureService, ...] = ()
