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
    """Tell whether a file is part of a pack, by its path; a folder's ends in `/`, a link's in `@`.

    Raises:
        UsageError: it is a folder in one of those of a pack, or a link where a file or a folder of
            it may be: its rules would be read by nobody.
    """
    if path.endswith("@"):
        _refuse_link(path.removesuffix("@"))
        return False
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


def _refuse_link(path: str) -> None:
    is_hidden = path.rpartition("/")[2].startswith(".")  # such as the lock of an editor
    if not is_hidden and (path in _FOLDERS or belongs(path)):
        raise UsageError(
            f"`{path}` of a pack is a link, and links are not followed: nobody would read it",
            hint="put the files themselves there",
        )


def read_pack_folder(folder: Path, shown: str) -> PackFiles:
    """Read `pack.yaml` and the folders of a pack; links are not followed.

    Raises:
        UsageError: there is no `pack.yaml`, one of its folders holds a folder, a part of it is a
            link, or it is larger than a pack can be.
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
    for name in ("pack.yaml", *_FOLDERS):
        if (folder / name).is_symlink():
            belongs(f"{name}@")
    if (folder / "pack.yaml").is_file():
        yield "pack.yaml"
    for below in _FOLDERS:
        if (folder / below).is_dir():
            with os.scandir(folder / below) as entries:
                yield from (name for each in entries if (name := _name(below, each)))


def _name(below: str, entry: os.DirEntry[str]) -> str:
    """Return the name of a file that is part of a pack; "" for what is none."""
    name = f"{below}/{entry.name}"
    if entry.is_symlink():
        belongs(f"{name}@")
    elif entry.is_dir(follow_symlinks=False):
        belongs(f"{name}/")
    elif entry.is_file(follow_symlinks=False) and belongs(name):
        return name
    return ""


def shipped_folder() -> Path:
    """Return the folder of the packs that mlspec ships."""
    from pathlib import Path

    return Path(__file__).parent / "packs"


def shipped_packs() -> tuple[str, ...]:
    """Return the names of the packs that mlspec ships, sorted."""
    return tuple(sorted(each.name for each in shipped_folder().iterdir() if each.is_dir()))
