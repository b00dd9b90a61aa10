"""What the system says of a file that can't be read or written, as people are told."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mlspec.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["failures_told"]


@contextmanager
def failures_told() -> Iterator[None]:
    """Raise an OutputError, which names the file, in place of what the system says."""
    try:
        yield
    except OSError as error:
        named = f"`{error.filename}`" if error.filename else "a file"
        raise OutputError(
            f"{named} can't be written: {error.strerror or error}",
            details=("the output folder is as it was before",),
            hint="make room or choose a folder that you may write to, then compile again",
        ) from error
