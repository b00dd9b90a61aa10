"""Two environments side by side: which resources differ between them, and in which fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.members import section
from mlspec.planning._drafts import kind_of
from mlspec.planning._lookup import traits_of
from mlspec.planning.diff import diff

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.planning._model import FieldChange

__all__ = ["Compared", "ComparedView", "Presence", "Side", "compare"]

_WORKSPACE = "Workspace"
_EVERY = "*"


class Presence(StrEnum):
    """Where a resource is."""

    BOTH = "both"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Side:
    """One environment, and its bodies by address.

    The settings that a workspace has for it stand under `*`, so that those of two environments
    are compared with each other.
    """

    environment: str
    bodies: Mapping[str, Json]

    @classmethod
    def of(cls, environment: str, bodies: Mapping[str, Json]) -> Side:
        """Return the side of an environment whose bodies are as they are kept."""
        return cls(environment, {key: _unnamed(body, environment) for key, body in bodies.items()})


@dataclass(frozen=True, slots=True)
class Compared:
    """A resource that differs; `changes` lead from the left one to the right one."""

    address: str
    presence: Presence
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedView:
    """All resources that differ, in order of address; `equal` counts the others.

    `source` says what was compared: `specs`, or `registry` for what was applied.
    """

    left: str
    right: str
    source: str
    differences: tuple[Compared, ...]
    equal: int


def compare(left: Side, right: Side, source: str) -> ComparedView:
    """Return what differs between two environments."""
    found = tuple(_differences(left.bodies, right.bodies))
    equal = len({*left.bodies, *right.bodies}) - len(found)
    return ComparedView(left.environment, right.environment, source, found, equal)


def _unnamed(body: Json, environment: str) -> Json:
    spec = section(body, "spec")
    settings = spec.get("environments")
    if section(body).get("kind") != _WORKSPACE or not isinstance(settings, dict):
        return body
    unnamed: Json = {_EVERY: settings.get(environment)}
    return {**section(body), "spec": {**spec, "environments": unnamed}}


def _differences(left: Mapping[str, Json], right: Mapping[str, Json]) -> Iterator[Compared]:
    for address in sorted({*left, *right}):
        if address not in right:
            yield Compared(address, Presence.LEFT)
        elif address not in left:
            yield Compared(address, Presence.RIGHT)
        else:
            old, new = left[address], right[address]
            traits = traits_of(kind_of(address), old, new)
            changes = diff(old, new, traits, lambda _path: "")
            if changes:
                yield Compared(address, Presence.BOTH, changes)
