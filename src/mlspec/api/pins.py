"""What CI is pinned to, as the repository says: its actions and its image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.ir import IMAGE_FILE, PINS_FILE, Locks

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_locks"]

_MOST_BYTES = 1 << 16


def read_locks(repository: Path) -> Locks:
    """Return the texts of the lock files of a repository; empty ones where there are none.

    Raises:
        UsageError: one is a link or too long, or it can't be read as text.
    """
    return Locks(actions=_read(repository, PINS_FILE), image=_read(repository, IMAGE_FILE))


def _read(repository: Path, name: str) -> str:
    file = repository / name
    if not file.exists() and not file.is_symlink():
        return ""
    if not file.resolve().is_relative_to(repository.resolve()):
        raise UsageError(f"`{name}` is a link out of the repository")
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"`{name}` can't be read: {error}") from error
    if len(content) > _MOST_BYTES:
        raise UsageError(f"`{name}` has more than {_MOST_BYTES} bytes")
    return text
