"""Where the files of a model come from and where they are mounted, by the rules of KServe."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests.checks._node import Node

__all__ = ["storage_faults"]

_CLAIM = "pvc://"


def storage_faults(component: Node, implementation: Node) -> Iterator[tuple[Node, str, str]]:
    """Yield place, message and hint of what is wrong with the places of a model."""
    several = component["storageUris"]
    if several.is_set and implementation["storageUri"].is_set:
        message = "`storageUri` can't stand beside `storageUris`"
        yield implementation["storageUri"], message, "move it into the list"
    for each in several.each():
        yield from _place(each)
    yield from _together(several)


def _place(each: Node) -> Iterator[tuple[Node, str, str]]:
    path = each["mountPath"]
    if not each["uri"].text:
        yield each["uri"], "the place of the files is empty", "write where they are"
    if path.is_set and (not path.text.startswith("/") or path.text == "/" or ".." in path.text):
        message = f"`{path.shown}` can't be mounted"
        yield path, message, "write an absolute path below the root, without `..`"


def _together(several: Node) -> Iterator[tuple[Node, str, str]]:
    paths = [
        each["mountPath"].text
        for each in several.each()
        if not each["uri"].text.startswith(_CLAIM) and each["mountPath"].text.startswith("/")
    ]
    first_folders = {path.split("/")[1] for path in paths}
    if len(paths) > 1 and len(first_folders) > 1:
        yield several, "the paths share no folder", "mount them below one, such as `/mnt/models`"
