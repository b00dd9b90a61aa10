"""Who holds the lock of a registry: a note for people in a file beside it, not the lock itself."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from mlspec.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["drop_owner", "note_owner", "noted_owner"]

_SHOWN_CHARACTERS = 300


def note_owner(path: Path, owner: str) -> None:
    """Write down who holds the lock, in place of whoever died with it.

    That nobody can read it later harms nothing.
    """
    if not owner:
        drop_owner(path)
        return
    with suppress(OSError):
        _beside(path).write_text(owner, "utf-8")


def drop_owner(path: Path) -> None:
    """Take the note away, still under the lock."""
    with suppress(OSError):
        _beside(path).unlink()


def noted_owner(path: Path) -> tuple[str, ...]:
    """Return who holds the lock, as one line; none where nobody wrote it down."""
    with suppress(OSError, ValueError):
        with _beside(path).open(encoding="utf-8") as file:
            owner = printable(file.read(_SHOWN_CHARACTERS))
        return (f"held by {owner}",) if owner else ()
    return ()


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}-owner")
