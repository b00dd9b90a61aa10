"""`inventory`: every model and system that specs, registries and live sources know, joined.

Nothing is written anywhere. What was not looked at is told beside what was.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.api._inventory_dumps import look_at_dump
from mlspec.api._inventory_sources import (
    Looking,
    look_at_registry,
    look_at_server,
    server_of,
)
from mlspec.api._inventory_specs import Specs, code_owners_of, documented
from mlspec.api._inventory_unread import unread_files
from mlspec.api.check import findings_of
from mlspec.api.session import open_session, require_day
from mlspec.errors import ExitCode, UsageError
from mlspec.inventory import LIVE_CLASSES, Applied, Class, Inventory, Sight, Source, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.workspace import Workspace

__all__ = ["InventoryOptions", "exit_code_of", "take_inventory"]

_SHOWS_NOTHING = "what was given with `--live` shows nothing of one"


def _unheard(_text: str) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class InventoryOptions:
    """What is looked at, and what is shown of it.

    `live` are dumps, and addresses of MLflow servers; `systems` is what the dumps hold, empty to
    look. `classes` are those to show, all otherwise. `as_of` is the day to judge by, today for "".
    `offline` asks no registry. `progress` is told what is read.
    """

    environment: str | None = None
    live: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    classes: tuple[Class, ...] = ()
    fail_on: tuple[Class, ...] = ()
    as_of: str = ""
    offline: bool = False
    progress: Callable[[str], None] = _unheard


def take_inventory(options: InventoryOptions, directory: Path | None = None) -> Inventory:
    """Return every model and system that is known, with its classes.

    Specs with errors are told as such; those of others are listed.

    Raises:
        RegistryUnavailableError: a registry or a server can't be read.
        SpecInvalidError: `mlspec.yaml` has errors.
        TamperedPlanError: an evidence record was changed.
        UsageError: there is no such workspace, environment, dump or day, or it is to fail on a
            class that nothing that is read can tell.
    """
    require_day(options.as_of)
    session = open_session(directory, options.as_of)
    workspaces = tuple(_environments_of(session, options.environment))
    workspace = workspaces[0] if options.environment else session.bound()
    desk = _Desk(session, workspace, workspaces, options)
    desk.look()
    as_of = workspace.today
    specs = Specs(
        session,
        workspace,
        workspaces,
        as_of,
        desk.servers,
        desk.applied,
        findings_of(session, options.environment),
    )
    unread = unread_files(workspace, specs.diagnostics)
    sources = (*desk.sources, *unread, *_not_looked(desk.sources))
    _, file = code_owners_of(specs)
    rows = rows_of(documented(specs), desk.applied, desk.sights, sources, as_of)
    found = Inventory(as_of, options.environment or "", rows, sources, file, options.classes)
    _require_looked(options.fail_on, found)
    return found


def exit_code_of(found: Inventory, fail_on: Sequence[Class]) -> ExitCode:
    """Return 3 where a model is of a class that was named, 0 otherwise; all rows count.

    It is 4 where none is and a spec could not be read: nobody can tell of which class its model is.
    """
    if any(found.counts[each] for each in fail_on):
        return ExitCode.DRIFT
    return ExitCode.SPEC_INVALID if fail_on and not found.is_whole else ExitCode.OK


def _environments_of(session: Session, environment: str | None) -> Iterator[Workspace]:
    names = [environment] if environment else sorted(session.bound().spec.environments)
    return (session.bound_in(name) for name in names)


@dataclass
class _Desk:
    session: Session
    workspace: Workspace
    workspaces: tuple[Workspace, ...]
    options: InventoryOptions
    sources: list[Source] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)
    applied: dict[str, list[Applied]] = field(default_factory=lambda: defaultdict(list))
    servers: dict[str, str] = field(default_factory=dict)

    def look(self) -> None:
        """Read registries, servers and dumps, in this order."""
        looking = Looking.of(
            self.workspaces,
            self.workspace,
            self.options.environment or "",
            self.options.systems,
            self.options.progress,
        )
        for each in self.workspaces:
            self._registry(each.environment)
        for uri, names in self._servers().items():
            self._keep(*look_at_server(uri, names, looking))
        for where in dict.fromkeys(self.options.live):
            self._keep(*look_at_dump(where, looking))

    def _registry(self, environment: str) -> None:
        if self.options.offline:
            told = Source(f"registry of {environment}", "mlspec", why_not="`--offline`")
            self.sources.append(told)
            return
        source, found = look_at_registry(self.session, environment)
        self.sources.append(source)
        for address, each in found.items():
            self.applied[address].append(each)

    def _servers(self) -> dict[str, list[str]]:
        """Return the environments of each MLflow server that is to be read."""
        found: dict[str, list[str]] = defaultdict(list)
        for each in () if self.options.offline else self.workspaces:
            if uri := server_of(self.workspace, each.environment):
                self.servers[each.environment] = uri
                found[uri].append(each.environment)
        return found

    def _keep(self, source: Source, sights: Sequence[Sight]) -> None:
        self.sources.append(source)
        self.sights += sights


def _not_looked(sources: Sequence[Source]) -> Iterator[Source]:
    """Yield the sorts of live sources of which none was read, and why."""
    read = {system for each in sources if not each.why_not for system in each.systems}
    if not read - {"mlflow"}:
        is_empty = any(each.is_dump and not each.why_not for each in sources)
        why_not = _SHOWS_NOTHING if is_empty else "no dump was given with `--live`"
        yield Source("clusters", "cluster", is_live=True, why_not=why_not)
    if "mlflow" not in read:
        why_not = "no server is named, and no dump was given with `--live`"
        yield Source("registries of models", "mlflow", is_live=True, why_not=why_not)


def _require_looked(fail_on: Sequence[Class], found: Inventory) -> None:
    """Refuse to pass because nobody looked."""
    blind = sorted(each.value for each in fail_on if each in LIVE_CLASSES)
    if blind and not found.has_looked:
        raise UsageError(
            f"nothing was read that could tell whether a model is `{blind[0]}`",
            hint="give a dump of what is live with `--live`, and say by `--system` what it is of",
        )
