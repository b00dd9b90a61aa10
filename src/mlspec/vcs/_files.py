"""The files of some folders at a commit, read without a checkout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.vcs._objects import FOLDER, Objects, entries
from mlspec.vcs._process import GitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from mlspec.vcs._objects import Entry

__all__ = ["TooMuchError", "content_at"]

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FILES = ("100644", "100755")  # neither links nor other repositories


class TooMuchError(GitError):
    """There is more below the folder than was asked for."""


def content_at(
    root: Path, commit: str, folder: str, is_wanted: Callable[[str], bool], most: tuple[int, int]
) -> Mapping[str, bytes] | None:
    """Return the bytes of files below a folder at a commit, by their path from that folder.

    `folder` is named from the top of the repository, "" for the top itself. Folders are entered,
    and files read, only where `is_wanted` says so of their path (that of a folder ends in `/`). It
    is asked about links and other repositories, too, which are never read: theirs end in `@`.
    `most` files and bytes are returned. None where there is no such commit or folder.

    Raises:
        TooMuchError: there are more.
        GitError: git gave up, as it does where there is no repository.
    """
    if not _ID.fullmatch(commit):
        return None
    with Objects(root) as objects:
        tree = _tree(objects, commit, [part for part in folder.split("/") if part])
        if tree is None:
            return None
        found = [*_listed(objects, tree, "", is_wanted, most[0])]
        return dict(_read(objects, found, most[1]))


def _tree(objects: Objects, commit: str, parts: list[str]) -> str | None:
    """Return the id of the tree of a folder, found name by name: no path is given to git."""
    found = objects.one(f"{commit}^{{tree}}")
    for part in parts:
        if found is None:
            return None
        below = next((each for each in entries(found) if each.name == part), None)
        found = objects.one(below.id) if below is not None and below.mode == FOLDER else None
    return None if found is None else found.id


def _listed(
    objects: Objects, tree: str, prefix: str, is_wanted: Callable[[str], bool], most: int
) -> Iterator[tuple[str, str]]:
    """Yield path and id of the wanted files, in the order of git."""
    for count, (path, each) in enumerate(_walk(objects, tree, prefix, is_wanted), 1):
        if count > most:
            raise TooMuchError((f"there are more than {most} files",))
        yield path, each.id


def _walk(
    objects: Objects, tree: str, prefix: str, is_wanted: Callable[[str], bool]
) -> Iterator[tuple[str, Entry]]:
    found = objects.one(tree)
    for each in entries(found) if found is not None else ():
        path = f"{prefix}{each.name}"
        if each.mode == FOLDER and is_wanted(f"{path}/"):
            yield from _walk(objects, each.id, f"{path}/", is_wanted)
        elif each.mode in _FILES and is_wanted(path):
            yield path, each
        elif each.mode not in (FOLDER, *_FILES):
            is_wanted(f"{path}@")


def _read(
    objects: Objects, listed: list[tuple[str, str]], left: int
) -> Iterator[tuple[str, bytes]]:
    for path, id_ in listed:
        found = objects.one(id_)
        content = b"" if found is None else found.content
        left -= len(content)
        if left < 0:
            raise TooMuchError((f"`{path}` and the files before it are too large",))
        yield path, content
