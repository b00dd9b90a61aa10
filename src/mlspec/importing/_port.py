"""The port that every importer implements, and finding importers by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.extensions import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.importing._model import FoundModel, Lost, Unread

__all__ = ["Importer", "Request", "find_importer", "importer_names"]

_FAMILY = ("mlspec.importing", "mlspec.importers")


def _unheard(_count: int) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Request:
    """What is to be read: an address, a file or a folder, as it was given.

    `alias` is the alias that says which version is live, "" to look for a usual one. `environment`
    has the variables of the process. `progress` is told how many models there are so far. `root`
    is the folder of the workspace, "" where there is none.
    """

    where: str
    alias: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    progress: Callable[[int], None] = _unheard
    root: str = ""


@dataclass(frozen=True, slots=True)
class Importer:
    """A system by name; `read` yields its models in order of name, and what it could not read.

    What belongs to none of the models, and has no place in a spec of one, is yielded as `Lost`.
    It never runs what it reads, and raises `MlspecError` where nothing can be read at all.
    `looks_for` says what a model of it is found by; one that does not `need_place` knows by itself
    where to look.
    """

    name: str
    summary: str
    read: Callable[[Request], Iterator[FoundModel | Lost | Unread]]
    looks_for: str = "models"
    needs_place: bool = True


def importer_names() -> tuple[str, ...]:
    """Return the names of all importers, sorted, without importing any."""
    return tuple(sorted(each.name.replace("_", "-") for each in find(*_FAMILY)))


def find_importer(name: str) -> Importer:
    """Return the importer of that name, importing its module.

    Raises:
        UsageError: there is none, or its module does not define one.
    """
    for extension in find(*_FAMILY):
        if extension.name.replace("_", "-") == name:
            found = extension.load("IMPORTER").IMPORTER
            if not isinstance(found, Importer):
                raise UsageError(f"`IMPORTER` of `{extension.module}` is no importer")
            return found
    listed = ", ".join(f"`{each}`" for each in importer_names())
    raise UsageError(f"nothing is imported from `{name}`", hint=f"there are {listed}")
