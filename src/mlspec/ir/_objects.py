"""Objects of a cluster by name, and for whom they are there."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Claim", "ObjectName"]


@dataclass(frozen=True, slots=True, order=True)
class ObjectName:
    """What a cluster knows an object by, whatever its version; the core group is empty."""

    group: str
    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """An object that is there for a model: one that is compiled, or one that `maker` makes of it.

    `model` is empty for objects of the workspace as a whole.
    """

    object: ObjectName
    model: str
    maker: str = ""
