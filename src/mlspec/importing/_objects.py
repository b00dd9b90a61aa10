"""Reading objects of Kubernetes out of a folder, a file or a dump, for importers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import has_errors
from mlspec.errors import UsageError
from mlspec.importing._large_dump import LARGE, pieces
from mlspec.importing._model import Unread
from mlspec.manifests import read_folder, read_manifests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.manifests import Folder, Manifest

__all__ = ["label_of", "mapping", "objects", "place_of", "text"]

_UNREAD: Final = frozenset({"merge-key-in-manifest", "unread-link", "unrendered-chart"})
"""What is no mistake of a manifest, and keeps one from being read."""


def objects(where: str) -> Iterator[Manifest | Unread]:
    """Yield the objects below a path in order of file, and the files that can't be read.

    Templates of Helm charts are such, and so are files with merge keys. A single file that is large
    is read object by object.

    Raises:
        UsageError: there is no such file or folder.
    """
    path = Path(where)
    if not path.exists():
        raise UsageError(
            f"there is no `{where}`",
            hint="a folder of manifests, or what `kubectl get ... -A -o yaml` says in a file",
        )
    if path.is_file() and path.stat().st_size > LARGE:
        yield from _of_large(path)
    else:
        yield from _of(read_folder(path, path.name if path.is_file() else ""), where)


def _of_large(path: Path) -> Iterator[Manifest | Unread]:
    """Yield the objects of a dump, one after the other."""
    for piece in pieces(path):
        if isinstance(piece, Unread):
            yield piece
        else:
            yield from _of(read_manifests([piece]), piece.file)


def _of(folder: Folder, where: str) -> Iterator[Manifest | Unread]:
    for each in folder.diagnostics:
        if has_errors([each]) or each.name in _UNREAD:
            place = f"{each.span.file}:{each.span.start.line}" if each.span else where
            yield Unread(place, each.message)
    yield from folder.manifests.manifests


def place_of(each: Manifest, *path: str | int) -> str:
    """Return where a value of an object stands."""
    span = each.span(path)
    return f"{span.file}:{span.start.line}" if span.file else str(span.start.line)


def mapping(value: Json) -> Mapping[str, Json]:
    """Return a mapping; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def text(value: Json) -> str:
    """Return a text, or a number as text; "" for anything else."""
    is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if is_plain else ""


def label_of(
    each: Manifest, *names: str, at: tuple[str | int, ...] = ("metadata",)
) -> tuple[str, str]:
    """Return the first label or annotation of a name that is there, and that name."""
    metadata = mapping(each.at(at))
    for name in names:
        for part in ("labels", "annotations"):
            found = text(mapping(metadata.get(part)).get(name))
            if found:
                return found, name
    return "", ""
