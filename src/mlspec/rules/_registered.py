"""Names that models and prompts have at a registry: where they stand, and who shares one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Related
from mlspec.rules._port import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.prompt import PromptSpec
    from mlspec.workspace import Resource

__all__ = ["given_name", "place_of_name", "sharing_a_name", "short"]

_NAME = ("metadata", "name")
_GIVEN_NAME = ("spec", "registry", "name")
_SHOWN = 40


def given_name(resource: Resource) -> str | None:
    """Return the name at the registry that a model or prompt states."""
    registration = cast("ModelSpec | PromptSpec", resource.spec).registry  # of these kinds only
    return (registration.name if registration else None) or None


def place_of_name(resource: Resource) -> Path:
    """Return where the name that a model or prompt has at the registry comes from."""
    return _GIVEN_NAME if given_name(resource) else _NAME


def short(name: str) -> str:
    """Return a name as it is shown: the beginning of a long one."""
    return name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..."


def sharing_a_name(
    resources: Iterable[Resource],
    names: Callable[[Resource], Iterable[str]],
    hint: str = "give one of them another `registry.name`",
) -> Iterator[Finding]:
    """Yield each resource that has a name of an earlier one, at the first that has it.

    One pass over all of them, so that a workspace of ten thousand models is looked at once.
    """
    first: dict[str, Resource] = {}
    for resource in resources:
        for name in sorted({*names(resource)}):
            other = first.setdefault(name, resource)
            if other is not resource:
                yield Finding(
                    resource,
                    place_of_name(resource),
                    f"`{other.address}` is registered as `{short(name)}`, too",
                    hint=hint,
                    related=(Related(other.span(place_of_name(other)), "the other one"),),
                )
