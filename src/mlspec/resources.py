"""Files that ship with mlspec: `schemas/` and `templates/`.

In a wheel they lie in `mlspec/_data/`; in a checkout at the top level.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["data_path"]


@cache
def data_path(folder: str) -> Path:
    """Return the path of a shipped folder, such as `schemas`."""
    package = Path(__file__).resolve().parent
    installed = package / "_data" / folder
    return installed if installed.is_dir() else package.parents[1] / folder
