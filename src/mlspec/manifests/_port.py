"""What a check of manifests is: a constant and a pure function in one module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.diagnostics import Code
    from mlspec.manifests._model import ManifestSet, Problem

__all__ = ["Check"]


@dataclass(frozen=True, slots=True)
class Check:
    """A group of checks over a set of manifests; `codes` document all that it may find.

    `find` is pure, never raises for what a manifest holds (values of any type stand anywhere) and
    yields problems in any order.
    """

    name: str
    codes: tuple[Code, ...]
    find: Callable[[ManifestSet], Iterator[Problem]]
