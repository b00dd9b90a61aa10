"""How a file differs from what the specs compile to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.api._kept import Kept

__all__ = ["Drift", "DriftState", "read_file"]


class DriftState(StrEnum):
    """How a file differs from what the specs compile to."""

    MISSING = "missing"
    CHANGED = "changed"
    EDITED = "edited"
    STALE = "stale"


@dataclass(frozen=True, slots=True, order=True)
class Drift:
    """A file that `compile` would write or remove, or leave alone because a person edited it.

    Its contents are read when they are asked for: of thousands of files they take gigabytes.
    """

    path: str
    state: DriftState
    file: Path | None = field(default=None, compare=False, repr=False)
    wanted: Kept | None = field(default=None, compare=False, repr=False)

    @property
    def is_orphaned(self) -> bool:
        """Whether it is an edited file of the repository that nothing compiles any more."""
        is_beside = self.path.startswith("/")
        return is_beside and self.state is DriftState.EDITED and self.wanted is None

    def before(self) -> bytes | None:
        """Return what is in the file now; None where there is none."""
        return read_file(self.file) if self.file else None

    def after(self) -> bytes | None:
        """Return what will be in it; None where there will be none."""
        return self.wanted.read() if self.wanted else None


def read_file(file: Path) -> bytes | None:
    """Return what is in a file; None where there is none."""
    try:
        return file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
