"""What a resource spells out, as the type of its kind."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.observed_model import ObservedModelSpec
    from mlspec.kinds.system import SystemSpec
    from mlspec.workspace._model import Resource, Workspace

__all__ = ["model_of", "observed_in", "observed_of"]


model_of: Callable[[Resource], ModelSpec] = attrgetter("spec")
"""Returns the spec of a `Model`: binding gives every resource the spec model of its kind.

It is asked a hundred times for each model, which a function of Python makes felt.
"""


def observed_of(resource: Resource) -> ObservedModelSpec:
    """Return the spec of an `ObservedModel`."""
    return cast("ObservedModelSpec", resource.spec)


def observed_in(workspace: Workspace, system: SystemSpec) -> Iterator[tuple[int, Resource]]:
    """Yield the models of a system that are only observed, each at its place in `models`.

    A name that a managed model has, too, means the managed one.
    """
    for index, reference in enumerate(system.models):
        name = reference.partition("@")[0]
        found = workspace.find("ObservedModel", reference)
        if found is not None and workspace.find("Model", name) is None:
            yield index, found
