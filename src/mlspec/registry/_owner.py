"""Who holds the lock of a registry: a note for people in a file beside it, not the lock itself."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from mlspec.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["drop_owner", "note_owner", "noted_owner"]

_SHOWN_CHARACTERS = 300
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a pipe with nobody at its other end


def note_owner(path: Path, owner: str) -> None:
    """Write down who holds the lock, in place of whoever died with it.

    A link that stands there is taken away and not followed: a repository must not choose which
    file is written. That nobody can read the note later harms nothing.
    """
    drop_owner(path)
    if owner:
        with suppress(OSError):
            handle = os.open(_beside(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o644)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(owner)


def drop_owner(path: Path) -> None:
    """Take the note away, still under the lock."""
    with suppress(OSError):
        _beside(path).unlink()


def noted_owner(path: Path) -> tuple[str, ...]:
    """Return who holds the lock, as one line; none where nobody wrote it down."""
    with suppress(OSError, ValueError):
        handle = os.open(_beside(path), os.O_RDONLY | _NO_LINK | _NO_WAIT)
        with os.fdopen(handle, encoding="utf-8") as file:
            owner = printable(file.read(_SHOWN_CHARACTERS))
        return (f"held by {owner}",) if owner else ()
    return ()


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}-owner")
