"""Files that ship with mlspec: `schemas/` and `templates/`.

In a wheel they lie in `mlspec/_data/`; in a checkout at the top level.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["data_folder", "data_path"]


@cache
def data_folder(name: str) -> str:
    """Return the path of a shipped folder, such as `schemas`, without importing pathlib."""
    package = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120
    installed = f"{package}/_data/{name}"
    if os.path.isdir(installed):  # noqa: PTH112
        return installed
    return f"{os.path.dirname(os.path.dirname(package))}/{name}"  # noqa: PTH120


@cache
def data_path(folder: str) -> Path:
    """Return the path of a shipped folder, such as `schemas`."""
    from pathlib import Path

    return Path(data_folder(folder))
