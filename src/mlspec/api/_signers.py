"""The file of allowed signers of a checkout: whose signatures count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.files import read_text
from mlspec.errors import UsageError
from mlspec.planning import SIGNERS_FILE

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["signers_text"]

_SIGNERS_BYTES = 1 << 20


def signers_text(root: Path) -> str:
    """Return the text of the file of allowed signers in the checkout; "" where there is none.

    Raises:
        UsageError: it can't be read, is too large, or is a link that leads out of the workspace.
    """
    path = root / SIGNERS_FILE
    if not path.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            f"`{SIGNERS_FILE}` is a link that leads out of the workspace",
            hint="put the keys into the file itself: they are reviewed with the specs",
        )
    if not path.exists():
        return ""
    if not path.is_file():
        raise UsageError(f"`{SIGNERS_FILE}` is not a file")
    return read_text(path, limit_bytes=_SIGNERS_BYTES)
