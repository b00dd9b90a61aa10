"""Whether a rule about a model read facts that the model has from its systems alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.policy import Fact
    from mlspec.workspace import Resource

__all__ = ["reads_of_systems"]

_JOINED: Final = ("spec", "risk")
_COMPUTED: Final = ("computedTier",)


def reads_of_systems(model: Resource, facts: Iterable[Fact]) -> bool:
    """Tell whether any fact that a rule read is another one than the spec of the model states.

    Only facts of risk are joined. The computed tier may be that of a system, so it counts.
    """
    own: Json = model.spec.model_dump(mode="json", by_alias=True, exclude_none=True)
    return any(_is_other({"spec": own}, each) for each in facts)


def _is_other(own: Json, fact: Fact) -> bool:
    if fact.path[:2] == _JOINED:
        return _at(own, fact.path) != (fact.value if fact.is_stated else None)
    return fact.path == _COMPUTED


def _at(document: Json, path: Path) -> Json:
    """Return what stands at a path; None where nothing does."""
    found = document
    for step in path:
        if isinstance(found, dict) and isinstance(step, str):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            return None
    return found
