"""Where the registry of a workspace is: as `mlspec.yaml` has it, or as a runner of CI says."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.errors import RegistryUnavailableError

if TYPE_CHECKING:
    from mlspec.kinds.workspace import Registry
    from mlspec.registry import Place

__all__ = ["REGISTRY_VARIABLE", "place_of"]

REGISTRY_VARIABLE = "MLSPEC_REGISTRY"
_GIT = "git"


def place_of(root: Path, registry: Registry) -> tuple[str, Place]:
    """Return the name of the backend in force, and where its registry is.

    The variable `MLSPEC_REGISTRY` goes before the workspace at `root`: `git` or `git:REMOTE` is a
    ref of a git remote; anything else is a file, which a runner of CI keeps on a volume outside of
    the checkout. Beside a server of models it says where the records are.

    Raises:
        RegistryUnavailableError: a link leads out of the workspace, or a volume is not mounted.
    """
    records, place = _records(root, registry)
    if registry.server is None:
        return records, place
    told = registry.server.options() | {"records": records}
    options = {key: value for key, value in told.items() if value}
    return registry.backend, replace(place, options=options)


def _records(root: Path, registry: Registry) -> tuple[str, Place]:
    """Return the backend that keeps the records, and where."""
    from mlspec.registry import Place

    elsewhere = os.environ.get(REGISTRY_VARIABLE, "")
    kind, _, remote = elsewhere.partition(":")
    if kind == _GIT:
        return _GIT, Place(root / registry.path, root, remote or registry.remote)
    name = registry.records
    if elsewhere:
        name = "embedded" if name == _GIT else name
        return name, Place(_outside(elsewhere), root, registry.remote)
    path = root / registry.path if name == _GIT else _inside(root, registry.path)
    return name, Place(path, root, registry.remote)


def _inside(root: Path, path: str) -> Path:
    """A link in a repository must not choose which file of the machine is written."""
    location = root / path
    if not location.resolve().is_relative_to(root.resolve()):
        raise RegistryUnavailableError(
            f"`{path}` is a link that leads out of the workspace",
            hint=f"take the link away, or set `{REGISTRY_VARIABLE}` to the registry",
        )
    return location


def _outside(path: str) -> Path:
    """A volume that is not mounted must not look like a registry where nothing was applied."""
    location = Path(path)
    if not location.parent.is_dir():
        raise RegistryUnavailableError(
            f"the folder of the registry `{path}` does not exist",
            hint=f"mount it, or correct the variable `{REGISTRY_VARIABLE}`",
        )
    return location
