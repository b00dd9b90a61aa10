"""The port that every target implements, and how targets are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mlspec.ir import Artifact, Bundle, Emitted

__all__ = ["Renderer", "Target"]


class Renderer(Protocol):
    """Fills a template with values; every output of a template ends in a quoting filter."""

    def __call__(self, template: str, values: Mapping[str, object]) -> str:
        """Return the text of `<target>/<file>.j2` filled with values."""

    def replaces(self, template: str) -> bool:
        """Tell whether the workspace has a template of its own in place of a shipped one."""


def _nothing(bundle: Bundle, renderer: Renderer) -> Iterable[Artifact]:
    return ()


@dataclass(frozen=True, slots=True)
class Target:
    """An output format. `emit` is pure: the same bundle gives the same artifacts."""

    name: str
    summary: str
    emit: Callable[[Bundle, Renderer], Iterable[Artifact]] = _nothing
    is_default: bool = True
    """Whether it runs where a workspace enables no targets by name."""
    over: Callable[[Bundle, Sequence[Emitted]], Iterable[Artifact]] | None = None
    """What it adds, once everything that the workspace compiles to is known; pure as well."""
    is_by_card: bool = False
    """Whether it makes each card by itself: it sees one card, the digests of the files that it
    names, and what is said of an environment once."""
    is_by_model: bool = False
    """Whether it makes the files of each model by itself, from its monitors and services: it sees
    these, the digests of their files, and what is said of an environment once."""
    has_objects: bool = False
    """Whether its files hold objects of a cluster, and say which (`Artifact.claims`)."""
