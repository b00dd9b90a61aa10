"""What the libraries say of themselves, for the reference page."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from mlspec.cel._environment import KUBERNETES, STANDARD

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LibraryManual", "library_manuals"]


class LibraryManual(NamedTuple):
    """A library: its name, what its module says of it, its declarations in order."""

    name: str
    text: str
    declarations: tuple[str, ...]
    is_standard: bool


def library_manuals() -> Iterator[LibraryManual]:
    """Yield a manual for each library, those that all expressions may call first."""
    for name in (*STANDARD, *(each for each in KUBERNETES if each not in STANDARD)):
        module = import_module(f"mlspec.cel.library.{name}")
        text = (module.__doc__ or "").strip()
        yield LibraryManual(name, text, tuple(sorted(module.FUNCTIONS)), name in STANDARD)
