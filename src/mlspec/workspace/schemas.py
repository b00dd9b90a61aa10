"""`python -m mlspec.workspace.schemas --write|--check`: keep `schemas/v1/` up to date.

A task of this repository, not of its users: the published files are written from the models, and
checked in.
"""

from __future__ import annotations

import sys

from mlspec.resources import data_path
from mlspec.workspace._schemas import json_schemas

__all__ = ["main"]


def main(arguments: list[str]) -> int:
    """Write the schemas, or tell which files differ from the models; 0 when nothing differs."""
    folder = data_path("schemas") / "v1"
    wanted = json_schemas()
    present = {each.name for each in folder.glob("*.json")} if folder.is_dir() else set()
    stale = sorted(present - set(wanted))
    if arguments == ["--write"]:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in wanted.items():
            (folder / name).write_bytes(text.encode())
        for name in stale:
            (folder / name).unlink()
        return 0
    if arguments != ["--check"]:
        sys.stderr.write("usage: python -m mlspec.workspace.schemas --write|--check\n")
        return 64
    different = [
        name
        for name, text in wanted.items()
        if name not in present or (folder / name).read_bytes() != text.encode()
    ]
    for name in sorted([*different, *stale]):
        sys.stderr.write(f"schemas/v1/{name} differs from the models: run `poe schemas-write`\n")
    return 1 if different or stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
