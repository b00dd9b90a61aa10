"""Whether a rule about a model read facts that the model has from its systems alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, cast

from mlspec.policy import greatest, with_systems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.policy import Fact, TierReason
    from mlspec.workspace import Resource

__all__ = ["OwnFacts"]

_JOINED: Final = ("spec", "risk")
_COMPUTED: Final = ("computedTier",)


@dataclass(frozen=True)
class OwnFacts:
    """What a model that is part of a system says of itself, and why its tier is what it is."""

    model: Resource
    reasons: Sequence[TierReason]

    def lack(self, facts: Iterable[Fact]) -> bool:
        """Tell whether any fact that a rule read is another one than the model has of its own.

        Only facts of risk are joined, and the computed tier may be that of a system.
        """
        return any(self._lacks(each) for each in facts)

    def _lacks(self, fact: Fact) -> bool:
        if fact.path[:2] == _JOINED:
            return _at(self._stated, fact.path) != (fact.value if fact.is_stated else None)
        return fact.path == _COMPUTED and self._is_lifted

    @cached_property
    def _stated(self) -> Json:
        """Its spec in the form of joined ones, whose lists are in order."""
        spec = self.model.spec.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {"spec": with_systems(spec, [cast("Mapping[str, Json]", spec["risk"])])}

    @cached_property
    def _is_lifted(self) -> bool:
        """Whether its tier is above what its own facts make it: such reasons name no rule."""
        own = greatest(each for each in self.reasons if each.rule)
        return own != greatest(self.reasons)


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
