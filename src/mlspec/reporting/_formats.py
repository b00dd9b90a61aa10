"""How a report is chosen by the name of its format."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["renderer_of"]

_Renderer = TypeVar("_Renderer")


def renderer_of(formats: Mapping[str, _Renderer], name: str, noun: str) -> _Renderer:
    """Return what renders in a format; `noun` is what is rendered.

    Raises:
        UsageError: there is no such format.
    """
    renderer = formats.get(name)
    if renderer is None:
        raise UsageError(f"`{name}` is no format of {noun}", hint=f"one of {', '.join(formats)}")
    return renderer
