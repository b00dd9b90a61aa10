"""The traits of every field of a body, asked by path: `("spec", "gates", "auc", "atLeast")`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from mlspec.kinds import Metadata, find_kind
from mlspec.kinds.policy_binding import KIND as BINDING
from mlspec.kinds.policy_binding import GovernedPack
from mlspec.kinds.workspace import KIND as WORKSPACE
from mlspec.kinds.workspace import Governed
from mlspec.members import section
from mlspec.schema import fields_of, trait_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.schema import FieldTraits, SpecModel

__all__ = ["known_fields", "traits_of"]

_GOVERNED: Final[Mapping[str, type[SpecModel]]] = {
    BINDING.name: GovernedPack,
    WORKSPACE.name: Governed,
}
"""What the registry keeps besides a spec, by kind."""


def traits_of(kind: str, old: Json, new: Json) -> Callable[[Path], FieldTraits | None]:
    """Return the lookup for two bodies of a kind; a field of either is found.

    The bodies tell which member of a union a path leads into, the new one first.
    """
    models = _models_of(kind)

    @cache  # every node of a diff is asked about a few times
    def lookup(path: Path) -> FieldTraits | None:
        part, rest = (str(path[0]), path[1:]) if path else ("", ())
        model = models.get(part)
        if model is None or not rest:
            return None
        first = trait_of(model, rest, section(new).get(part))
        return first if first is not None else trait_of(model, rest, section(old).get(part))

    return lookup


def known_fields(kind: str, part: str) -> frozenset[str]:
    """Return the fields at the top of `metadata` or `spec` of which it is declared what they mean.

    No body is asked: at the top of a part there is no union.
    """
    model = _models_of(kind).get(part)
    return frozenset() if model is None else _declared(model)


@cache
def _declared(model: type[SpecModel]) -> frozenset[str]:
    return frozenset(key for key, field in fields_of(model).items() if field.traits is not None)


def _models_of(kind: str) -> dict[str, type[SpecModel]]:
    found = find_kind(kind)
    models: dict[str, type[SpecModel]] = {"metadata": Metadata}
    if found is not None:
        models["spec"] = found.spec
    if kind in _GOVERNED:
        models["governed"] = _GOVERNED[kind]
    return models
