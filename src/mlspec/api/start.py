"""`init`: a small workspace that validates and plans at once."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mlspec.errors import OutputError, UsageError
from mlspec.resources import data_path
from mlspec.schema import is_identifier

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.workspace import Resource

__all__ = ["init", "is_example"]

_LEFT_ALONE = ("README.md", ".gitignore")
_HOME = "mlspec.yaml"
_NAME = b"name: my-workspace"
_OTHERS = re.compile(r"[^a-z0-9]+")
"""What names of resources can't hold."""


def init(directory: Path) -> tuple[Path, ...]:
    """Create the scaffold in a folder and return the files written, relative to it, sorted.

    The workspace has the name of the folder, in lower case and with hyphens, if it begins with a
    letter. A README or `.gitignore` that is there stays as it is.

    Raises:
        UsageError: the folder already holds one of the specs; nothing is written then.
        OutputError: the folder or a file can't be written; what was created is removed again.
    """
    scaffold = data_path("templates") / "init"
    files = _absent(directory, scaffold)
    created: list[Path] = []
    try:
        for file in files:
            _create(directory / file, _content(scaffold / file, directory), created)
    except OSError as error:
        _remove(created)
        raise OutputError(
            f"the workspace can't be created in `{directory}`: {error.strerror}",
            hint="choose a folder that you may write to",
        ) from error
    except BaseException:
        _remove(created)
        raise
    return tuple(files)


def is_example(resource: Resource) -> bool:
    """Tell whether a spec is one that `init` wrote and that nobody has changed since.

    It describes a model that does not exist, so nothing real is that model, whatever its name.
    """
    scaffold, source = data_path("templates") / "init", resource.document.source
    written = scaffold / source.file
    return source.file in _specs_of(scaffold) and written.read_bytes() == source.content


@cache
def _specs_of(scaffold: Path) -> frozenset[str]:
    """Return the specs of the scaffold, relative to it."""
    found = (each for each in (scaffold / "specs").rglob("*.yaml") if each.is_file())
    return frozenset(each.relative_to(scaffold).as_posix() for each in found)


def _remove(created: list[Path]) -> None:
    for path in reversed(created):
        path.rmdir() if path.is_dir() else path.unlink()


def _absent(directory: Path, scaffold: Path) -> list[Path]:
    """Return which files of the scaffold a folder lacks; it must not hold one of the specs."""
    files = sorted(each.relative_to(scaffold) for each in scaffold.rglob("*") if each.is_file())
    present = [each for each in files if (directory / each).exists()]
    taken = [f"`{each}`" for each in present if each.name not in _LEFT_ALONE]
    if taken:
        raise UsageError(
            f"`{directory}` already holds {', '.join(taken)}",
            hint="choose another folder; `init` never overwrites",
        )
    return [each for each in files if each not in present]


def _content(file: Path, directory: Path) -> bytes:
    """Return what a file of the scaffold holds in a folder."""
    content = file.read_bytes()
    name = _OTHERS.sub("-", directory.resolve().name.lower()).strip("-")
    if file.name != _HOME or not is_identifier(name):
        return content
    return content.replace(_NAME, f"name: {name}".encode(), 1)


def _create(path: Path, content: bytes, created: list[Path]) -> None:
    for folder in reversed(path.parents):
        if not folder.exists():
            folder.mkdir()
            created.append(folder)
    with path.open("xb") as stream:
        created.append(path)
        stream.write(content)
