"""Databricks bundles of a folder: `databricks.yml`, and the files that it includes.

Variables such as `${var.catalog}` are text here: nothing is put in for them. Files are included as
the Databricks CLI does it: `*` and `**` stand for a part of one name, never for several folders.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlspec.errors import UsageError
from mlspec.importing._model import Unread
from mlspec.importing._walk import find_files, read_start
from mlspec.importing._written import merged, problems, written
from mlspec.printable import printable
from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.importing._walk import Found
    from mlspec.importing._written import Written

__all__ = ["Bundle", "read_bundles"]

_NAMES: Final = ("databricks.yml", "databricks.yaml", "bundle.yml", "bundle.yaml")
_TEMPLATES: Final = tuple(f"{name}.tmpl" for name in _NAMES)
_ENDINGS: Final = (".json", ".yaml", ".yml")
_BYTES: Final = 2 << 20
_PARTS: Final = frozenset({"bundle", "include", "resources", "targets"})
_TOTAL: Final = 4 << 20
"""How many bytes of included files are read, of one bundle."""
_PATTERNS: Final = 200
_GLOB: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Bundle:
    """One bundle: the folder that it lies in, relative to what was read, and all that it says."""

    folder: str
    root: Written


def read_bundles(where: str) -> Iterator[Bundle | Unread]:
    """Yield the bundles of a file or below a folder, and what could not be read.

    Raises:
        UsageError: there is no such file or folder, or no bundle in it.
    """
    path = Path(where)
    if not path.exists():
        raise UsageError(f"there is no `{where}`", hint="name a `databricks.yml`, or its folder")
    if not path.is_dir():
        yield from _bundle(str(path.parent), "", path.name)
        return
    found = find_files(where, lambda name: posixpath.basename(name) in (*_NAMES, *_TEMPLATES))
    roots = _roots(found)
    if set(_NAMES).isdisjoint(roots.values()):
        raise UsageError(
            f"there is no `databricks.yml` in `{where}`",
            hint="a template has to be rendered by `databricks bundle init` before",
        )
    yield from found.unread
    for folder, name in sorted(roots.items()):
        if name in _NAMES:
            yield from _bundle(where, folder, name)
        else:
            shown = printable(posixpath.join(folder, name))
            yield Unread(shown, "this is a template that was not rendered")


def _roots(found: Found) -> dict[str, str]:
    """Return the first file of each bundle by its folder."""
    names = (*_NAMES, *_TEMPLATES)
    return {
        folder: next(name for name in names if posixpath.join(folder, name) in found.files)
        for folder in map(posixpath.dirname, found.files)
    }


def _bundle(base: str, folder: str, name: str) -> Iterator[Bundle | Unread]:
    """Yield what can't be read of a bundle, and the bundle where its first file can."""
    prefix = f"{folder}/" if folder else ""
    root: Written | None = None
    for each in _read(f"{base}/{prefix}{name}", f"{prefix}{name}"):
        if isinstance(each, Unread):
            yield each
        else:
            root = each
    if root is None:
        return
    if _PARTS.isdisjoint(root.fields):
        yield Unread(f"{printable(prefix + name)}:1", "it has nothing that a bundle has")
        return
    for each in _included(f"{base}/{folder}", prefix, root, name):
        if isinstance(each, Unread):
            yield each
        else:
            root = merged(root, each)
    yield Bundle(folder, root)


def _read(path: str, shown: str) -> Iterator[Written | Unread]:
    """Yield what can't be read of a file, and what it says where that is a mapping."""
    try:
        content = read_start(path, _BYTES + 1)
    except OSError as error:
        yield Unread(printable(shown), error.strerror or "it can't be read")
        return
    parsed = parse(SourceText(shown, content))
    yield from (Unread(f"{printable(shown)}:{line}", why) for line, why in problems(parsed))
    for document in parsed.documents[:1]:
        if isinstance(document.data, dict):
            yield written(document)
        else:
            yield Unread(f"{printable(shown)}:1", "it is no mapping")


def _included(folder: str, prefix: str, root: Written, name: str) -> Iterator[Written | Unread]:
    """Yield what the files say that `include` names, and what can't be read of it."""
    patterns: dict[str, Written] = {}
    for each in islice(root.at("include").scalars(), _PATTERNS):
        pattern = posixpath.normpath(each.text.replace("\\", "/"))
        if _leads_out(pattern):
            yield Unread(each.place, "this leads out of the folder of the bundle: it is not read")
        else:
            patterns.setdefault(pattern, each)
    if len(root.at("include").items) > _PATTERNS:
        yield Unread(root.at("include").place, f"only {_PATTERNS} of these are read")
    if patterns:
        yield from _matching(folder, prefix, patterns, (*_NAMES, name))


def _matching(
    folder: str, prefix: str, patterns: Mapping[str, Written], others: tuple[str, ...]
) -> Iterator[Written | Unread]:
    """Yield what files say whose names match patterns, but for some others."""
    found = find_files(folder, lambda file: any(_matches(file, each) for each in patterns))
    yield from (Unread(prefix + each.source, each.why) for each in found.unread)
    for pattern in sorted(patterns.keys() - found.files.keys()):
        if not _GLOB.search(pattern):
            yield Unread(patterns[pattern].place, "there is no such file")
    ours = (file for file in found.files if file.endswith(_ENDINGS) and file not in others)
    yield from _read_all({prefix + file: found.files[file] for file in ours})


def _leads_out(pattern: str) -> bool:
    return pattern == ".." or pattern.startswith(("/", "../")) or ":" in pattern


def _read_all(files: Mapping[str, str]) -> Iterator[Written | Unread]:
    """Yield what files say, as long as they are not too much."""
    left = _TOTAL
    for shown, path in files.items():
        if left <= 0:
            yield Unread(printable(shown), f"the bundle has more than {_TOTAL >> 20} MiB")
            return
        for each in _read(path, shown):
            left -= 0 if isinstance(each, Unread) else len(each.document.source.content)
            yield each


def _matches(file: str, pattern: str) -> bool:
    parts, wanted = file.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))
