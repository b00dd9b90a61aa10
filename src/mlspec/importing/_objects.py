"""Reading objects of Kubernetes out of a folder, a file or a dump, for importers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import has_errors
from mlspec.errors import UsageError
from mlspec.importing._model import Unread
from mlspec.manifests import read_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.manifests import Manifest

__all__ = ["label_of", "mapping", "objects", "place_of", "text"]

_UNREAD: Final = frozenset({"merge-key-in-manifest", "unread-link", "unrendered-chart"})
"""What is no mistake of a manifest, and keeps one from being read."""


def objects(where: str) -> Iterator[Manifest | Unread]:
    """Yield the objects below a path in order of file, and the files that can't be read.

    Templates of Helm charts are such, and so are files with merge keys.

    Raises:
        UsageError: there is no such file or folder.
    """
    path = Path(where)
    if not path.exists():
        raise UsageError(
            f"there is no `{where}`",
            hint="a folder of manifests, or what `kubectl get ... -A -o yaml` says in a file",
        )
    folder = read_folder(path, path.name if path.is_file() else "")
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
