"""The digest of what makes files: the code, the templates, the libraries and the interpreter."""

from __future__ import annotations

import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes, digest_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["tool_digest"]

_LIBRARIES = ("jinja2", "markupsafe", "numpy", "pyyaml")


def tool_digest(templates: Sequence[Path]) -> str:
    """Return the digest; it is that of files, since an edited checkout keeps its version.

    `templates` are the folders that templates are taken from, in order of precedence.

    Raises:
        OSError: the code is not there to be read.
    """
    code = Path(__file__).parents[1]
    return digest_value(
        [
            sys.version,
            [[name, _version(name)] for name in _LIBRARIES],
            [[*_files(each)] for each in (code, *templates)],
        ]
    )


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _files(folder: Path) -> Iterator[list[str]]:
    """Yield the name and the digest of each file below a folder, in order.

    Of a link to a folder it is where the link leads: files are found through it, too.
    """
    top = os.fspath(folder)
    for file, target in sorted(_below(top)):
        if target:
            yield [file[len(top) + 1 :], target]
            continue
        with open(file, "rb", buffering=0) as content:  # noqa: PTH123  (a path takes as long again)
            yield [file[len(top) + 1 :], digest_bytes(content.read())]


def _below(folder: str) -> Iterator[tuple[str, str]]:
    for above, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each != "__pycache__"]
        for each in [Path(above, name) for name in folders]:
            if each.is_symlink():
                yield str(each), str(each.readlink())
        yield from ((f"{above}/{name}", "") for name in names)
