"""What a resource spells out, as the type of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from mlspec.kinds.model import ModelSpec
    from mlspec.workspace._model import Resource

__all__ = ["model_of"]


def model_of(resource: Resource) -> ModelSpec:
    """Return the spec of a `Model`: binding gives every resource the spec model of its kind."""
    return cast("ModelSpec", resource.spec)
