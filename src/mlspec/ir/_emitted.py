"""What stages after the targets know of an artifact, wherever its content is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mlspec.ir._model import AppliedPatch
    from mlspec.ir._objects import Claim

__all__ = ["Emitted"]


class Emitted(Protocol):
    """An `Artifact`, or one whose content is read from a file each time it is asked for."""

    @property
    def path(self) -> str:
        """Where it goes in the output folder, or after a leading `/` in the repository."""

    @property
    def content(self) -> str:
        """The text of the file."""

    @property
    def source(self) -> str:
        """The spec file it comes from."""

    @property
    def target(self) -> str:
        """The target that it comes from."""

    @property
    def patches(self) -> tuple[AppliedPatch, ...]:
        """The changes that people made to it, in order."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The objects that a cluster has once it is applied."""
