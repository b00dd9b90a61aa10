"""The traits of every field of a body, asked by path: `("spec", "gates", "auc", "atLeast")`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mlspec.kinds import Metadata, find_kind
from mlspec.kinds.workspace import KIND as WORKSPACE
from mlspec.kinds.workspace import Governed
from mlspec.schema import trait_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.schema import FieldTraits

__all__ = ["traits_of"]


def traits_of(kind: str, old: Json, new: Json) -> Callable[[Path], FieldTraits | None]:
    """Return the lookup for two bodies of a kind; a field of either is found.

    The bodies tell which member of a union a path leads into, the new one first.
    """
    found = find_kind(kind)
    models = {"metadata": Metadata} | ({"spec": found.spec} if found else {})
    if kind == WORKSPACE.name:
        models["governed"] = Governed

    @cache  # every node of a diff is asked about a few times
    def lookup(path: Path) -> FieldTraits | None:
        part, rest = (str(path[0]), path[1:]) if path else ("", ())
        model = models.get(part)
        if model is None or not rest:
            return None
        first = trait_of(model, rest, _part(new, part))
        return first if first is not None else trait_of(model, rest, _part(old, part))

    return lookup


def _part(body: Json, part: str) -> Json:
    return body.get(part) if isinstance(body, dict) else None
