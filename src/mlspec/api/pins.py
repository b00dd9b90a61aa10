"""Which commits the actions of GitHub workflows are taken from, as the repository says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.ir import PINS_FILE

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_pins"]

_MOST_BYTES = 1 << 16


def read_pins(repository: Path) -> str:
    """Return the text of the lock file of a repository; nothing where there is none.

    Raises:
        UsageError: it is a link or too long, or it can't be read as text.
    """
    file = repository / PINS_FILE
    if not file.exists() and not file.is_symlink():
        return ""
    if not file.resolve().is_relative_to(repository.resolve()):
        raise UsageError(f"`{PINS_FILE}` is a link out of the repository")
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        text = content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"`{PINS_FILE}` can't be read: {error}") from error
    if len(content) > _MOST_BYTES:
        raise UsageError(f"`{PINS_FILE}` has more than {_MOST_BYTES} bytes")
    return text
