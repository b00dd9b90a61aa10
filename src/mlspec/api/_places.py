"""Where artifacts go: every path is proven to stay below its folder before anything is written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlspec.errors import OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "MANIFEST_NAME",
    "OWNER_NAME",
    "UNFINISHED_NAME",
    "Place",
    "Places",
    "folder_inside",
    "is_inside",
    "refuse_specs",
    "repository_of",
]

MANIFEST_NAME = ".mlspec-manifest.json"
OWNER_NAME = ".mlspec-owner"
UNFINISHED_NAME = ".mlspec-unfinished"
_FORBIDDEN = frozenset({"", ".", "..", ".git", MANIFEST_NAME, OWNER_NAME, UNFINISHED_NAME})


@dataclass(frozen=True, slots=True)
class Place:
    """The file behind the path of an artifact; `root` is the folder it must not leave."""

    path: str
    file: Path
    root: Path


class Places:
    """Finds the files behind artifact paths in an output folder and its repository."""

    def __init__(self, output: Path, repository: Path) -> None:
        self.repository = repository.resolve()
        # Not resolved: a link inside of the repository is to be seen, and refused.
        self.output = _below(Path(os.path.abspath(output)), self.repository)  # noqa: PTH100
        self._folders = {"": _Folder(self.output), "/": _Folder(self.repository)}

    @property
    def manifest(self) -> Place:
        """The file that lists what was written."""
        return Place(MANIFEST_NAME, self.output / MANIFEST_NAME, self.output)

    def find(self, path: str) -> Place:
        """Return the place of one artifact path.

        Raises:
            OutputError: the path leaves its folder, in words or through a symbolic link.
        """
        head, name = _split(path)
        if not is_inside(name if head in self._folders else path):
            raise OutputError(f"an artifact would be written to {path!r}, outside of its folder")
        folder = self._folder(head)
        root = self.repository if path.startswith("/") else self.output
        place = Place(path, folder.path / name, root)
        if not folder.lacks(name):
            _refuse_link(place.file)
        return place

    def is_absent(self, place: Place) -> bool:
        """Tell whether there was surely no file when its folder was looked at, which is once."""
        head, name = _split(place.path)
        return self._folder(head).lacks(name)

    def find_all(self, paths: Iterable[str]) -> Iterator[Place]:
        """Yield the place of each path.

        Raises:
            OutputError: a path leaves its folder, or two paths are one file.
        """
        seen: dict[str, str] = {}
        for path in paths:
            folded = path.casefold()  # on some file systems `A.yaml` and `a.yaml` are one file
            if folded in seen:
                raise OutputError(f"`{seen[folded]}` and `{path}` would be one file")
            seen[folded] = path
            yield self.find(path)

    def folders(self, paths: Iterable[str]) -> Iterator[Path]:
        """Yield the folders that files are in, and those around them, up to where paths begin.

        Raises:
            OutputError: a path leaves its folder.
        """
        for path in paths:
            self.find(path)
        yield from (each.path for each in self._folders.values())

    def check_output(self) -> None:
        """Refuse an output folder that a symbolic link leads out of the repository, or a file.

        Raises:
            OutputError: the folder can't be used.
        """
        folders = (self.output, *self.output.parents)
        if self.repository in folders:
            for folder in folders[: folders.index(self.repository)]:
                _refuse_link(folder)
        if self.output in (self.repository, *self.repository.parents):
            raise OutputError(
                f"`{self.output}` holds the specs, so generated files would mix with them",
                hint="choose a folder of its own, such as `build`",
            )
        if ".git" in self.output.parts:
            raise OutputError(f"`{self.output}` belongs to git: nothing is written into it")
        if self.output.exists() and not self.output.is_dir():
            raise OutputError(
                f"`{self.output}` is not a folder", hint="choose another output folder"
            )

    def _folder(self, head: str) -> _Folder:
        """Return the folder of a path that ends with a slash, with no link on the way to it."""
        found = self._folders.get(head)
        if found is None:
            above, name = _split(head[:-1])
            found = self._folders[head] = self._folder(above).child(name)
        return found


class _Folder:
    """A folder, and what was in it when it was looked at."""

    def __init__(self, path: Path, names: frozenset[str] | None = None) -> None:
        self.path = path
        self._given = names

    @cached_property
    def _names(self) -> frozenset[str] | None:
        return _names(self.path) if self._given is None else self._given

    def lacks(self, name: str) -> bool:
        """Tell whether there is surely nothing of that name.

        Where letters of both cases are one file, one in other letters is there. Of a name that is
        not ASCII nobody is sure: file systems write some letters in two ways.
        """
        names = self._names
        return names is not None and name.isascii() and name.casefold() not in names

    def child(self, name: str) -> _Folder:
        """Return a folder in this one, which no link leads to."""
        path = self.path / name
        if self.lacks(name):
            return _Folder(path, frozenset())
        _refuse_link(path)
        return _Folder(path)


def _split(path: str) -> tuple[str, str]:
    """Return what is before a name, the last slash included, and the name."""
    cut = path.rfind("/") + 1
    return path[:cut], path[cut:]


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise OutputError(
            f"`{path}` is a symbolic link: nothing is written through it",
            hint="replace it by a real file or folder, or remove it",
        )


def _names(folder: Path) -> frozenset[str] | None:
    """Return the names in a folder, in small letters; None where it can't be told."""
    try:
        with os.scandir(folder) as entries:
            return frozenset(each.name.casefold() for each in entries)
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except OSError:
        return None


def folder_inside(root: Path, relative: str) -> Path:
    """Return a folder that a spec names, below the root of its workspace.

    Raises:
        UsageError: the folder lies outside of the workspace.
    """
    folder = root / relative
    if not folder.resolve().is_relative_to(root.resolve()):
        raise UsageError(
            f"`{relative}` leads out of the workspace", hint="name a folder inside of it"
        )
    return folder


def refuse_specs(output: Path, specs: Path) -> None:
    """Refuse an output folder where the next run would read artifacts as specs.

    Raises:
        UsageError: it lies in the folder of the specs, or is that.
    """
    if output.resolve().is_relative_to(specs.resolve()):
        raise UsageError(
            f"the output folder `{output}` lies among the specs",
            hint="choose a folder of its own, such as `build`",
        )


def repository_of(root: Path, workspace_path: str) -> Path:
    """Return the top of the repository that holds the workspace at `workspace_path`.

    Raises:
        UsageError: the workspace lies elsewhere, so files would be written to a foreign folder.
    """
    top, parts = root.resolve(), PurePosixPath(workspace_path).parts
    if top.parts[len(top.parts) - len(parts) :] != parts:
        raise UsageError(
            f"`targets.github.workspacePath` is `{workspace_path}`, but the workspace is `{top}`",
            hint="name the folder of the workspace in its repository, or `.` for its top",
        )
    return top.parents[len(parts) - 1] if parts else top


def is_inside(path: str) -> bool:
    """Tell whether an artifact path stays in its folder, and out of what git and we keep there."""
    relative = path.removeprefix("/")
    if "\\" in relative or "\0" in relative:
        return False
    return not any(part.casefold() in _FORBIDDEN or ":" in part for part in relative.split("/"))


def _below(output: Path, repository: Path) -> Path:
    """Return the output folder as a path below the repository, where it lies in it.

    Links above the repository are followed, such as a home folder; those inside stay visible.
    """
    for folder in (output, *output.parents):
        if folder.resolve() == repository:
            return repository / output.relative_to(folder)
    return output
