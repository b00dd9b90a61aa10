"""Discovery of extensions: one module is one rule, kind, gate, target or backend.

An extension is a public module that defines one constant (`RULE`, `KIND`, `GATE`, `TARGET`,
`BACKEND`). Ours live in the package of that name; third parties register a module under an
entry point group, `mlspec.rules`, `mlspec.kinds`, `mlspec.gates`, `mlspec.targets`,
`mlspec.backends`. Names are found without importing a module; importing is the caller's choice.

Entry points are read here and not with `importlib.metadata`, which imports the whole of `email`
and `zipfile` to parse them: it would be a fifth of the start-up of `mlspec validate`. What an
installer writes is read, editable installs included (their metadata lies on `sys.path` as well);
metadata inside zip files and of custom finders is not.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mlspec.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

__all__ = ["Extension", "find"]


@dataclass(frozen=True, slots=True)
class Extension:
    """A module that extends mlspec, not imported yet."""

    name: str
    module: str

    def load(self, constant: str) -> ModuleType:
        """Import the module and check that it defines `constant`.

        Raises:
            UsageError: the module does not import, or lacks the constant.
        """
        try:
            module = importlib.import_module(self.module)
        except Exception as error:  # whatever a third party's module raises
            raise UsageError(
                f"the extension `{self.module}` does not import: {type(error).__name__}: {error}"
            ) from error
        if not hasattr(module, constant):
            raise UsageError(f"the extension `{self.module}` defines no `{constant}`")
        return module


@cache
def find(package: str, group: str) -> tuple[Extension, ...]:
    """Return the extensions of one family in order of name; built-in names win."""
    path = _folders(package)
    found = {name: Extension(name, module) for name, module in _registered(group).items()}
    found |= {name: Extension(name, f"{package}.{name}") for name in _modules(path)}
    return tuple(found[name] for name in sorted(found))


def _folders(package: str) -> list[str]:
    """Return where the modules of a package lie; it is not imported, only what holds it."""
    spec = importlib.util.find_spec(package)
    return list((spec and spec.submodule_search_locations) or ())


def _modules(path: Iterable[str]) -> Iterator[str]:
    """Yield the public modules in the folders of a package."""
    for folder in path:
        for file in _listed(folder):
            name, dot, suffix = file.partition(".")
            is_module = suffix in ("py", "pyc") or (
                not dot and os.path.isfile(f"{folder}/{file}/__init__.py")  # noqa: PTH113
            )
            if is_module and not name.startswith("_"):
                yield name


def _registered(group: str) -> dict[str, str]:
    """Return the entry points of a group: the module of each name; the first on the path wins."""
    found: dict[str, str] = {}
    for text in _entry_point_files():
        for line in _lines_of(group, text):
            name, equals, value = line.partition("=")
            if equals:
                found.setdefault(name.strip(), value.partition("[")[0].partition(":")[0].strip())
    return found


def _lines_of(group: str, text: str) -> Iterator[str]:
    """Yield the lines of a section, without comments."""
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            inside = line == f"[{group}]"
        elif inside and not line.startswith(("#", ";")):
            yield line


@cache
def _entry_point_files() -> tuple[str, ...]:
    """Return the entry points of every installed distribution that extends mlspec."""
    texts: dict[str, str] = {}
    for folder in dict.fromkeys(sys.path):
        for file in _listed(folder or "."):
            stem, _, suffix = file.rpartition(".")
            if suffix in ("dist-info", "egg-info"):
                distribution = stem.partition("-")[0].lower().replace(".", "_")
                if distribution not in texts:  # an earlier folder hides it, as when importing
                    texts[distribution] = _read(f"{folder or '.'}/{file}/entry_points.txt")
    return tuple(text for text in texts.values() if "[mlspec." in text)


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  (pathlib costs start-up)
    except OSError:
        return []


def _read(file: str) -> str:
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:  # noqa: PTH123
            return stream.read()
    except OSError:
        return ""
