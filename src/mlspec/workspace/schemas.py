"""`python -m mlspec.workspace.schemas --write|--check`: keep `schemas/v1/` up to date.

A task of this repository, not of its users: the published files are written from the models, and
checked in.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mlspec.resources import data_path
from mlspec.workspace._schemas import json_schemas

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Write the schemas, or tell which differ from the models; 0 when none does.

    The folder also holds schemas of machine formats, which are written elsewhere: files of other
    names are left alone.
    """
    folder = data_path("schemas") / "v1"
    wanted = json_schemas()
    if arguments == ["--write"]:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in wanted.items():
            (folder / name).write_bytes(text.encode())
        return 0
    if arguments != ["--check"]:
        sys.stderr.write("usage: python -m mlspec.workspace.schemas --write|--check\n")
        return 64
    different = [name for name, text in wanted.items() if not _is_current(folder / name, text)]
    for name in different:
        sys.stderr.write(f"schemas/v1/{name} differs from the models: run `poe schemas-write`\n")
    return 1 if different else 0


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
