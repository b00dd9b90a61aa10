"""`evidence list` and `verify`: which items there are, which rules ask for, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.api._signers import signers_text
from mlspec.api._subjects import SUBJECT_KINDS, subject_named
from mlspec.api.evidence_items import items_at
from mlspec.api.item_records import RecordedItems, items_then
from mlspec.api.judge import environments_of
from mlspec.api.policy import policy_of
from mlspec.api.session import open_session, require_day
from mlspec.errors import ExitCode, UsageError
from mlspec.evidence import ItemStatus
from mlspec.policy import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.api.policy import PolicyReport
    from mlspec.api.session import Session
    from mlspec.evidence import Item
    from mlspec.workspace import Resource, Workspace

__all__ = ["EvidenceShelf", "ItemsReport", "list_items"]

_OWED = (Outcome.FAIL, Outcome.ERROR)


@dataclass(frozen=True, slots=True)
class EvidenceShelf:
    """The items of one resource in one environment; `owed` are kinds that rules fail without."""

    address: str
    environment: str
    items: tuple[Item, ...]
    owed: frozenset[str] = frozenset()

    def is_good(self, item: Item) -> bool:
        """Whether an item holds; what is missing counts where a rule in force fails today."""
        if item.status is ItemStatus.MISSING:
            return item.kind not in self.owed
        return item.is_good


@dataclass(frozen=True, slots=True)
class ItemsReport:
    """All items that were looked at, by environment and address, on a day in UTC."""

    as_of: str
    shelves: tuple[EvidenceShelf, ...]

    @property
    def exit_code(self) -> ExitCode:
        """12 where something is not whole, 6 where an item does not hold or is owed."""
        looked = [(shelf, item) for shelf in self.shelves for item in shelf.items]
        if any(not item.is_whole for _, item in looked):
            return ExitCode.TAMPERED
        is_good = all(shelf.is_good(item) for shelf, item in looked)
        return ExitCode.OK if is_good else ExitCode.EVIDENCE_MISSING


def list_items(
    name: str | None = None,
    directory: Path | None = None,
    environment: str | None = None,
    as_of: str = "",
) -> ItemsReport:
    """Return the items of a model, system or data set, of all otherwise.

    In one environment, or in every one. What rules in force ask for and is not there is missing;
    a rule that does not concern the resource asks for nothing. `NAME@VERSION` asks the registry,
    too, which keeps the items of what was applied, whatever is checked out now.

    Raises:
        RegistryUnavailableError: a version is asked for, and the registry can't be read.
        SpecInvalidError: the specs have errors.
        UsageError: there is no such resource, environment or day, or a folder leads out; or the
            specs do not hold the version, and the registry keeps no item of it.
    """
    require_day(as_of)
    session = open_session(directory)
    shelves: list[EvidenceShelf] = []
    today = ""
    for found in environments_of(session, environment):
        workspace = replace(found, today=as_of) if as_of else found
        today = workspace.today
        shelves += _of_environment(session, workspace, name)
    if name is not None and not shelves:
        raise UsageError(
            f"the registry keeps no evidence item of `{name}`",
            hint="`mlspec history` tells which versions were applied",
        )
    return ItemsReport(today, tuple(shelves))


def _of_environment(
    session: Session, workspace: Workspace, name: str | None
) -> Iterator[EvidenceShelf]:
    bare, _, version = (name or "").partition("@")
    recorded: tuple[Item, ...] = ()
    if version:
        address = _address(workspace, bare)
        recorded = RecordedItems(session.backend(workspace.environment)).of(address, version)
        if not _is_version(workspace.resources.get(address), version):
            yield from _of_the_past(session, workspace, f"{address}@{version}", recorded)
            return
    report = policy_of(session.root, workspace)
    signers = signers_text(session.root)
    for resource in _subjects(workspace, bare or None):
        asked, owed = _asked(report, resource.address)
        items = items_at(session.root, workspace, resource, asked, signers, recorded)
        if items or name is not None:
            yield EvidenceShelf(resource.address, workspace.environment, items, owed)


def _of_the_past(
    session: Session, workspace: Workspace, name: str, recorded: Sequence[Item]
) -> Iterator[EvidenceShelf]:
    """Yield the items of a version that the specs do not hold, where the registry keeps some."""
    if recorded:
        items = items_then(session.root, workspace, recorded)
        yield EvidenceShelf(name, workspace.environment, items)


def _address(workspace: Workspace, name: str) -> str:
    """Return the address of a resource, whether the specs still have it or not."""
    found = [each.address for each in _subjects(workspace, None) if each.name == name]
    if name in workspace.resources or "/" in name:
        return name
    return found[0] if found else f"model/{name}"


def _is_version(resource: Resource | None, version: str) -> bool:
    return resource is not None and (resource.metadata.version or "") == version


def _subjects(workspace: Workspace, name: str | None) -> Iterator[Resource]:
    if name is not None:
        yield subject_named(workspace, name)
        return
    for kind in SUBJECT_KINDS:
        yield from workspace.of_kind(kind)


def _asked(
    report: PolicyReport, address: str
) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """Return the rules that concern a resource by the kind they ask for, and kinds owed today."""
    evidence = {
        (f"{each.pack.name}@{each.pack.version}", rule.id): rule.spec.evidence
        for each in report.force.packs
        for rule in each.pack.rules
    }
    asked: dict[str, set[str]] = {}
    owed = set()
    for result in report.judged.of(address):
        for kind in evidence.get((result.pack, result.rule), ()):
            if result.outcome is not Outcome.SKIP:
                asked.setdefault(kind, set()).add(result.rule)
            if result.outcome in _OWED:
                owed.add(kind)
    return {each: tuple(sorted(asked[each])) for each in sorted(asked)}, frozenset(owed)
