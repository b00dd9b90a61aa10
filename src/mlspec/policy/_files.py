"""The files of a pack, wherever they come from: bounded, by name, with one digest."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = [
    "MOST_BYTES",
    "MOST_FILES",
    "PackFiles",
    "belongs",
    "read_pack_folder",
    "shipped_folder",
    "shipped_packs",
]

MOST_FILES, MOST_BYTES = 2_000, 8 << 20
"""What a pack may hold."""
_FOLDERS = ("rules", "tests", "sources", "dossiers")
_SUFFIXES = (".yaml", ".yml", ".md", ".txt")


@dataclass(frozen=True, slots=True)
class PackFiles:
    """What a pack is made of; `shown` is how messages call its folder."""

    shown: str
    content: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """`sha256:` of names and digests of all files, in order of name."""
        total = sha256()
        for name in sorted(self.content):
            total.update(f"{sha256(self.content[name]).hexdigest()}  {name}\n".encode())
        return f"sha256:{total.hexdigest()}"


def belongs(path: str) -> bool:
    """Tell whether a file (or a folder, whose path ends in `/`) is part of a pack, by its path.

    Raises:
        UsageError: it is a folder in one of those of a pack: its rules would be read by nobody.
    """
    folder, _, name = path.rpartition("/")
    if not name:
        above = folder.partition("/")[0]
        if folder != above and above in _FOLDERS:
            raise UsageError(
                f"`{path}` is a folder within `{above}/` of a pack, and nobody would read it",
                hint=f"put its files into `{above}/` itself",
            )
        return folder in _FOLDERS
    return path == "pack.yaml" or (folder in _FOLDERS and name.endswith(_SUFFIXES))


def read_pack_folder(folder: Path, shown: str) -> PackFiles:
    """Read `pack.yaml` and the folders of a pack; links are not followed.

    Raises:
        UsageError: there is no `pack.yaml`, one of its folders holds a folder, or it is larger than
            a pack can be.
    """
    names = sorted(_names(folder))
    if "pack.yaml" not in names:
        raise UsageError(
            f"`{shown}` holds no `pack.yaml`", hint="`mlspec policy list` shows the packs there are"
        )
    if len(names) > MOST_FILES:
        raise UsageError(f"`{shown}` has more than {MOST_FILES} files, which is no pack")
    content: dict[str, bytes] = {}
    left = MOST_BYTES
    for name in names:
        with (folder / name).open("rb") as file:
            content[name] = file.read(left + 1)
        left -= len(content[name])
        if left < 0:
            raise UsageError(f"`{shown}` is larger than {MOST_BYTES >> 20} MiB, which is no pack")
    return PackFiles(shown, content)


def _names(folder: Path) -> Iterator[str]:
    if (folder / "pack.yaml").is_file() and not (folder / "pack.yaml").is_symlink():
        yield "pack.yaml"
    for below in _FOLDERS:
        if not (folder / below).is_dir() or (folder / below).is_symlink():
            continue
        with os.scandir(folder / below) as entries:
            for each in entries:
                if each.is_dir(follow_symlinks=False):
                    belongs(f"{below}/{each.name}/")
                if each.is_file(follow_symlinks=False) and belongs(f"{below}/{each.name}"):
                    yield f"{below}/{each.name}"


def shipped_folder() -> Path:
    """Return the folder of the packs that mlspec ships."""
    from pathlib import Path

    return Path(__file__).parent / "packs"


def shipped_packs() -> tuple[str, ...]:
    """Return the names of the packs that mlspec ships, sorted."""
    return tuple(sorted(each.name for each in shipped_folder().iterdir() if each.is_dir()))
