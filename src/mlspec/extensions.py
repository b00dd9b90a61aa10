"""Discovery of extensions: one module is one rule, kind, gate, target or backend.

An extension is a public module that defines one constant (`RULE`, `KIND`, `GATE`, `TARGET`,
`BACKEND`). Ours live in the package of that name; third parties register a module under an
entry point group, `mlspec.rules`, `mlspec.kinds`, `mlspec.gates`, `mlspec.targets`,
`mlspec.backends`. Names are found without importing a module; importing is the caller's choice.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from mlspec.errors import UsageError

if TYPE_CHECKING:
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
        except ImportError as error:
            raise UsageError(f"the extension `{self.module}` does not import: {error}") from error
        if not hasattr(module, constant):
            raise UsageError(f"the extension `{self.module}` defines no `{constant}`")
        return module


@cache
def find(package: str, group: str) -> tuple[Extension, ...]:
    """Return the extensions of one family in order of name; built-in names win."""
    path = importlib.import_module(package).__path__
    found = {
        point.name: Extension(point.name, point.value.partition(":")[0])
        for point in entry_points(group=group)
    }
    found |= {
        info.name: Extension(info.name, f"{package}.{info.name}")
        for info in pkgutil.iter_modules(path)
        if not info.name.startswith("_")
    }
    return tuple(found[name] for name in sorted(found))
