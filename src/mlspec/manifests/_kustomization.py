"""Kustomizations: whether the files they name are in the folder that is verified."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.manifests.definitions import Finding
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.manifests._read import Folder

__all__ = ["kustomization_findings"]

_LISTS = ("resources", "components", "bases", "patchesStrategicMerge", "crds")
_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_REMOTE = ("://", "github.com/", "git@", "?ref=", "git::")
_SUFFIXES = (".yaml", ".yml", ".json")


def kustomization_findings(data: Json, file: str, folder: Folder) -> Iterator[Finding]:
    """Yield the files that a kustomization names and the folder has not.

    What lies outside of the folder, or anywhere else in the world, is left alone.
    """
    if not isinstance(data, dict):
        return
    home = posixpath.dirname(file)
    for key in _LISTS:
        named = data.get(key)
        for index, name in enumerate(named if isinstance(named, list) else ()):
            if isinstance(name, str):
                yield from _missing(name, home, folder, (key, index))
    patches = data.get("patches")
    for index, patch in enumerate(patches if isinstance(patches, list) else ()):
        name = patch.get("path") if isinstance(patch, dict) else None
        if isinstance(name, str):
            yield from _missing(name, home, folder, ("patches", index, "path"))


def _missing(name: str, home: str, folder: Folder, path: Path) -> Iterator[Finding]:
    target = posixpath.normpath(posixpath.join(home, name))
    files = folder.sources
    if _is_elsewhere(name, target, folder) or target in files:
        return
    if any(f"{target}/{each}" in files for each in _NAMES):
        return
    if any(file.startswith(f"{target}/") for file in files):
        message = f"the folder `{printable(name)}` has no kustomization"
        yield Finding(path, "missing-kustomization-file", message, "name the files in it")
        return
    near = [each.removeprefix(f"{home}/") for each in files if posixpath.dirname(each) == home]
    close = did_you_mean(name, near)
    hint = f"did you mean `{printable(close)}`?" if close else "name a file beside this one"
    message = f"there is no `{printable(name)}` in the folder"
    yield Finding(path, "missing-kustomization-file", message, hint)


def _is_elsewhere(name: str, target: str, folder: Folder) -> bool:
    """Tell whether a name means what is not read: another folder, a hidden file, a repository."""
    if "\n" in name or any(mark in name for mark in _REMOTE):
        return True
    below = target.removeprefix(folder.shown)
    is_outside = target == below and folder.shown != ""
    is_hidden = any(part.startswith(".") for part in below.split("/"))
    suffix = posixpath.splitext(below)[1]
    return is_outside or is_hidden or below.startswith("/") or suffix not in ("", *_SUFFIXES)
