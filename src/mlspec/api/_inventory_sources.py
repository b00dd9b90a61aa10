"""What an inventory looks at: registries of mlspec, and registries of models."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import did_you_mean
from mlspec.errors import RegistryUnavailableError, UsageError
from mlspec.importing import FoundModel, Request, find_importer
from mlspec.inventory import Applied, Sight, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mlspec.api.session import Session
    from mlspec.canonical import Json
    from mlspec.workspace import Workspace

__all__ = [
    "SYSTEMS",
    "Looking",
    "foreign_sight",
    "look_at_answers",
    "look_at_registry",
    "look_at_server",
    "request_of",
    "server_of",
]

SYSTEMS: Final = ("argo-rollouts", "kserve", "kubernetes", "mlflow")
"""The sorts of live objects that are read."""

_PREFIXES: Final = ("model/", "system/")
_TIERS: Final = ("minimal", "limited", "high")
_NO_ANSWER = "give dumps with `--live`, or leave registries out with `--offline`"


@dataclass(frozen=True)
class Looking:
    """How live sources are looked at.

    `environment` is the only one that is asked for, "" for all. `aliases` has what leads to the
    version of an environment in a registry of models, `namespaces` the environment of each
    namespace that only one has. `systems` is what dumps are said to hold, empty to look.
    """

    environment: str
    aliases: Mapping[str, str]
    namespaces: Mapping[str, str]
    systems: frozenset[str] = frozenset()
    progress: Callable[[str], None] = field(default=lambda _text: None)

    @classmethod
    def of(
        cls,
        workspaces: Sequence[Workspace],
        workspace: Workspace,
        environment: str,
        systems: Sequence[str],
        progress: Callable[[str], None],
    ) -> Looking:
        """Return how to look for the models of a workspace.

        Raises:
            UsageError: nothing reads objects of such a system.
        """
        for each in systems:
            _require_system(each)
        settings = workspace.spec.environments
        names = [each.environment for each in workspaces]
        aliases = {name: settings[name].mlflow.alias or name for name in names}
        homes = [(each.namespace, name) for name, each in settings.items()]
        count = Counter(namespace for namespace, _ in homes)
        alone = {home: name for home, name in homes if home and count[home] == 1}
        return cls(environment, aliases, alone, frozenset(systems), progress)


def _require_system(name: str) -> None:
    if name in SYSTEMS:
        return
    close = did_you_mean(name, SYSTEMS)
    hint = f"did you mean `{close}`?" if close else f"there are {', '.join(SYSTEMS)}"
    raise UsageError(f"no live objects of `{name}` are read", hint=hint)


def look_at_registry(session: Session, environment: str) -> tuple[Source, dict[str, Applied]]:
    """Return what the registry of an environment holds of models and systems.

    Raises:
        RegistryUnavailableError: it can't be read.
    """
    backend = session.backend(environment)
    snapshot = backend.observe(bodies=False)
    held = [each for each in snapshot.objects.values() if each.address.startswith(_PREFIXES)]
    bodies = backend.bodies({each.digest for each in held})
    found = {
        each.address: Applied(environment, _version(bodies.get(each.digest)), each.lifecycle.value)
        for each in held
    }
    remarks = () if snapshot.lineage else ("nothing was applied yet",)
    name = f"registry of {environment}"
    return Source(name, "mlspec", (), len(found), (environment,), remarks=remarks), found


def _version(body: Json) -> str:
    metadata = body.get("metadata") if isinstance(body, dict) else None
    version = metadata.get("version") if isinstance(metadata, dict) else None
    return version if isinstance(version, str) else ""


def server_of(workspace: Workspace, environment: str) -> str:
    """Return the address of the MLflow server of an environment; "" where none is in use.

    Raises:
        UsageError: no server is named, or its address is none.
    """
    registry = workspace.spec.registry
    if registry.backend != "mlflow":
        return ""
    from mlspec.mlflow import connection_to

    uri = workspace.spec.environments[environment].mlflow.uri or registry.mlflow.uri
    return connection_to(uri, os.environ).url


def look_at_server(
    uri: str, environments: Sequence[str], looking: Looking
) -> tuple[Source, list[Sight]]:
    """Return the models of an MLflow server, all of them: it is read until nothing new is found.

    Raises:
        RegistryUnavailableError: it can't be read; an inventory that lacks it silently is worse.
    """
    source = Source(uri, "mlflow", ("mlflow",), environments=tuple(environments), is_live=True)
    try:
        return _of_models(source, uri, environments, looking)
    except RegistryUnavailableError as error:
        raise type(error)(error.message, details=error.details, hint=_NO_ANSWER) from error


def look_at_answers(where: str, looking: Looking) -> tuple[Source, list[Sight]]:
    """Return the models of recorded answers of an MLflow server.

    Raises:
        UsageError: they can't be read, or are none.
    """
    source = Source(where, "mlflow", ("mlflow",), is_live=True, is_dump=True)
    return _of_models(source, where, tuple(looking.aliases), looking)


def _of_models(
    source: Source, where: str, environments: Sequence[str], looking: Looking
) -> tuple[Source, list[Sight]]:
    sights, newest = [], 0
    for found in find_importer("mlflow").read(request_of(where, looking)):
        if isinstance(found, FoundModel):
            sights.append(_registered(found, source.name, environments, looking))
            newest = max(newest, found.created_ms)
    moment = _moment(newest) if source.is_dump else ""
    return replace(source, objects=len(sights), newest=moment), sights


def request_of(where: str, looking: Looking) -> Request:
    """Return what an importer is asked for."""

    def tell(count: int) -> None:
        looking.progress(f"{count:,} models read")

    return Request(where, environment=os.environ, progress=tell)


def _moment(milliseconds: int) -> str:
    """Return a moment as text in UTC; "" for none, or one that no calendar has."""
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OSError, OverflowError, ValueError):
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if milliseconds else ""


def _registered(
    found: FoundModel, source: str, environments: Sequence[str], looking: Looking
) -> Sight:
    """Return a registered model; an alias of an environment says which version is there."""
    places = tuple(
        (name, f"mlflow:{found.aliases[alias]}")
        for name in environments
        if (alias := looking.aliases[name]) in found.aliases
    )
    there = (found.aliases.get(looking.aliases[name], "") for name in environments)
    version = _fact(found, "version") or next(filter(None, there), "")
    return replace(
        foreign_sight(found, source),
        version=version,
        is_live=bool(version),
        is_registered=True,
        created_ms=found.created_ms,
        places=places,
        aliases=tuple(f"{alias} -> {number}" for alias, number in sorted(found.aliases.items())),
    )


def foreign_sight(found: FoundModel, source: str) -> Sight:
    """Return what an importer found; what it says of owner and tier are guesses."""
    tier = _fact(found, "tier").lower()
    hosts = any(each.platform == "hosted-api" for each in found.serving)
    provider = _fact(found, "provider") or ("unknown" if hosts else "")
    return Sight(
        found.system,
        source,
        found.name,
        place=next((each.source for each in found.serving), ""),
        namespace=next((each.namespace for each in found.serving), ""),
        version=_fact(found, "version"),
        storage=found.storage,
        owner=_fact(found, "owner"),
        tier=tier if tier in _TIERS else "",
        provider=provider,
    )


def _fact(found: FoundModel, name: str) -> str:
    fact = found.facts.get(name)
    return fact.value if fact else ""
