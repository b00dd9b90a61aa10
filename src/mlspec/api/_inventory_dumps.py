"""Dumps of what is live, given with `--live`: of clusters, or recorded answers of MLflow."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlspec.api._inventory_sources import (
    foreign_sight,
    look_at_answers,
    look_at_server,
    request_of,
)
from mlspec.errors import UsageError
from mlspec.importing import Certainty, FoundModel, Unread, find_importer
from mlspec.inventory import Sight, Source, Workloads, read_workloads
from mlspec.manifests import read_folder
from mlspec.printable import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.api._inventory_sources import Looking

__all__ = ["look_at_dump"]

_SNIFFED_BYTES: Final = 1 << 20
_ANSWER = re.compile(rb'\s*\{[^\[\]]{0,9999}"(registered_models|model_versions)"\s*:')


def look_at_dump(where: str, looking: Looking) -> tuple[Source, list[Sight]]:
    """Return what an address or a dump shows: a server or recorded answers of MLflow, or a cluster.

    Raises:
        RegistryUnavailableError: a server can't be read.
        UsageError: there is no such file, or it holds nothing of what it was said to.
    """
    if where.startswith(("http://", "https://")):
        return look_at_server(where, tuple(looking.aliases), looking)
    path = Path(where)
    if not path.exists():
        raise UsageError(
            f"there is no `{where}`",
            hint="a folder, or a file such as `kubectl get ... -A -o yaml` writes",
        )
    if looking.systems == {"mlflow"} or (not looking.systems and _is_answer(path)):
        return look_at_answers(where, looking)
    return _of_cluster(where, looking)


def _is_answer(path: Path) -> bool:
    """Tell whether a file, or the first JSON file of a folder, is an answer of MLflow."""
    file = min(path.glob("*.json"), default=path) if path.is_dir() else path
    try:
        with file.open("rb") as stream:
            return _ANSWER.match(stream.read(_SNIFFED_BYTES)) is not None
    except OSError:
        return False


def _of_cluster(where: str, looking: Looking) -> tuple[Source, list[Sight]]:
    path = Path(where)
    folder = read_folder(path, path.name if path.is_file() else "")
    workloads = read_workloads(folder.manifests.manifests, where)
    systems = {*(looking.systems or workloads.systems)} - {"mlflow"}
    found = _Found(where, workloads)
    for system in sorted(systems):
        found.read(system, looking)
    placed, others = _placed(found.sights.values(), looking)
    known = tuple(sorted({each.environment for each in placed} - {""}))
    source = Source(
        where,
        "cluster",
        tuple(sorted(systems)),
        len(placed),
        (looking.environment,) if looking.environment else known,
        workloads.namespaces,
        is_live=True,
        is_dump=True,
        newest=workloads.newest,
        remarks=(*found.remarks, *_told(others, "object", "of another environment")),
        unread=tuple(sorted(found.unread.items())),
    )
    return source, placed


@dataclass
class _Found:
    """What was found in a dump so far, each object once."""

    where: str
    workloads: Workloads
    sights: dict[tuple[str, str, str], Sight] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def read(self, system: str, looking: Looking) -> None:
        """Add the objects of one sort; what mlspec compiled is known by its labels."""
        own = self.workloads.ours.values()
        listed = self.workloads.sights if system == "kubernetes" else own
        self.sights |= {each.key: each for each in listed if each.system == system}
        if system == "kubernetes":
            self.remarks += _told(self.workloads.passed_by, "workload", "without a model's label")
            return
        passed_by = 0
        for found in find_importer(system).read(request_of(self.where, looking)):
            if isinstance(found, Unread):
                self.unread[found.source] = found.why
            elif isinstance(found, FoundModel) and _is_model(found):
                self.sights[system, self.where, found.name] = self._served(found)
            else:
                passed_by += isinstance(found, FoundModel)
        self.remarks += _told(passed_by, "Rollout", "that names no model")

    def _served(self, found: FoundModel) -> Sight:
        """Return an object that an importer read, with what labels of mlspec say of it."""
        foreign = foreign_sight(found, self.where)
        own = self.workloads.ours.get((found.system, found.name))
        if own is None:
            return foreign
        return replace(own, storage=foreign.storage or own.storage, provider=foreign.provider)


def _told(count: int, noun: str, why: str) -> list[str]:
    verb = "was" if count == 1 else "were"
    return [f"{counted(count, noun)} {why} {verb} passed by"] if count else []


def _is_model(found: FoundModel) -> bool:
    """Tell whether something says that a model serves there: a Rollout may run anything."""
    name = found.facts.get("origins.name")
    return name is None or name.certainty is not Certainty.GUESSED


def _placed(sights: Iterable[Sight], looking: Looking) -> tuple[list[Sight], int]:
    """Return sights in their environments, and how many are of another than is asked for.

    An object is where its annotation says, else where its namespace is of, else where it was said
    that the dump is of.
    """
    found, others = [], 0
    for each in sights:
        name = each.environment or looking.namespaces.get(each.namespace, "")
        name = name or looking.environment
        if looking.environment and name != looking.environment:
            others += 1
        else:
            found.append(replace(each, environment=name, places=_place_of(name, each.version)))
    return found, others


def _place_of(environment: str, version: str) -> tuple[tuple[str, str], ...]:
    return ((environment, version),) if environment else ()
