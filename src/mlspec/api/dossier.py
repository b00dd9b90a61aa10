"""`dossier`: all about a model or a system that an authority may ask for, in one archive.

It holds what is there, and lists what is not. The same workspace, registry and day give the same
bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from mlspec import __version__
from mlspec.api._broken_glass import GlassLog
from mlspec.api._card_facts import papers_of
from mlspec.api._dossier_files import (
    evidence_files,
    item_path,
    ledger_files,
    pack_files,
    spec_files,
    statement_files,
)
from mlspec.api._dossier_records import About, assessed_of, records_of
from mlspec.api._places import is_inside
from mlspec.api._reliable import require_reliable
from mlspec.api._signers import signers_text
from mlspec.api._versioned import subject_of_version
from mlspec.api.archives import require_free, write_together
from mlspec.api.cards import Asked, cards_by
from mlspec.api.evidence_items import items_at
from mlspec.api.evidence_store import evidence_of
from mlspec.api.item_records import RecordedItems
from mlspec.api.obligations import owed_by
from mlspec.api.policy import policy_of
from mlspec.api.session import open_session, require_day
from mlspec.errors import OutputError, UsageError
from mlspec.ir import Audience
from mlspec.ledger.export import sums_of
from mlspec.lowering.dossiers import Holdings, index_of, models_of, unconcerned
from mlspec.policy import asked_kinds, read_pack, read_pack_folder, shipped_folder
from mlspec.reporting.dossiers import (
    Described,
    gaps_of,
    render_index,
    render_index_json,
    render_results_json,
)
from mlspec.reporting.exports_oscal import render_assessment
from mlspec.reporting.obligations import render_owed_json
from mlspec.resources import data_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from mlspec.api.cards import CardFile
    from mlspec.api.policy import PolicyReport
    from mlspec.api.session import Session
    from mlspec.evidence import Item
    from mlspec.ir import DossierIndex, IndexValue
    from mlspec.policy import Pack
    from mlspec.workspace import Resource, Workspace

__all__ = ["Dossier", "dossier", "write_dossier"]

_DEFAULT_PACK = "eu-ai-act"
_KINDS = ("Model", "System")


@dataclass(frozen=True, slots=True)
class Dossier:
    """The files of a dossier by path. `gaps` counts what its lists name and nobody has."""

    address: str
    files: Mapping[str, bytes]
    gaps: int
    notes: tuple[str, ...]


def dossier(
    name: str,
    directory: Path | None = None,
    environment: str | None = None,
    as_of: str = "",
) -> Dossier:
    """Return the dossier of a model, or of a system with its models.

    Args:
        name: An address, a name, or `NAME@VERSION`, which must be the version of the specs.
        directory: The workspace; the nearest one above the current folder otherwise.
        environment: Its environment; the only one otherwise.
        as_of: The day by which policy and evidence are judged; today otherwise.

    Raises:
        RegistryUnavailableError: the registry can't be read: a dossier is not made without it.
        SpecInvalidError: the specs or the packs in force have errors.
        TamperedPlanError: evidence or the ledger was changed by hand.
        UsageError: there is no such model or system, or something in the workspace is a link.
    """
    require_day(as_of)
    session = open_session(directory)
    workspace = session.environment(environment)
    subject = _subject(subject_of_version(workspace, name))
    if as_of:
        workspace = replace(workspace, today=as_of)
    about = _about(session, workspace, subject)
    files = {
        **{f"card/{each.path}": each.text.encode() for each in _cards(about)},
        **_policy_files(about),
        **pack_files(session, workspace),
        **evidence_files(session, workspace, about.models, about.items, about.recorded),
        **spec_files(session, workspace, subject),
        **ledger_files(session, workspace, subject, about.models),
        "allowed_signers": signers_text(session.root).encode(),
        "VERIFY.md": (data_path("templates") / "dossier" / "VERIFY.md").read_bytes(),
    }
    files |= statement_files(files)
    indexes = _indexes(about, records_of(about, files))
    return _whole(about, files, indexes)


def write_dossier(out: Path, made: Dossier) -> None:
    """Write a dossier into a new folder, or into an archive where `out` ends in `.zip`.

    Raises:
        OutputError: the place can't be written.
        UsageError: it is taken, or is called as another kind of archive, or as one document.
    """
    require_free(out)
    write_together(out, made.files)


def _subject(resource: Resource) -> Resource:
    if resource.kind in _KINDS:
        return resource
    raise UsageError(
        f"a dossier is about a model or a system, and `{resource.address}` is a {resource.kind}",
        hint="name one of them; `mlspec card` shows what is known of others",
    )


def _about(session: Session, workspace: Workspace, subject: Resource) -> About:
    root, models = session.root, models_of(workspace, subject)
    registry = partial(session.backend, workspace.environment)
    report, signers = policy_of(root, workspace, registry=registry), signers_text(root)
    require_reliable(report.force)
    recorded = RecordedItems(session.backend(workspace.environment))

    def items_about(it: Resource) -> tuple[Item, ...]:
        kept = recorded.of(it.address, it.metadata.version or "")
        return items_at(root, workspace, it, _asked(report, it, workspace), signers, kept)

    subjects = {each.address: each for each in (subject, *models)}.values()
    items = [each for it in subjects for each in items_about(it)]
    kept = (evidence_of(root, workspace, each, workspace.today, signers) for each in models)
    return About(session, workspace, subject, models, report, tuple(items), tuple(kept), recorded)


def _asked(
    report: PolicyReport, resource: Resource, workspace: Workspace
) -> Mapping[str, tuple[str, ...]]:
    return asked_kinds(report.force.packs, workspace.environment, resource.kind)


def _cards(about: About) -> Iterator[CardFile]:
    """Yield the card of the subject, and of each model of a system."""
    for address in dict.fromkeys(each.address for each in (about.subject, *about.models)):
        asked = Asked(address, Audience.REGULATOR)
        yield from cards_by(about.session, about.workspace, asked, about.report)


def _policy_files(about: About) -> dict[str, bytes]:
    """Return results, duties and the auditor's form; without a pack in force there are none."""
    told = assessed_of(about)
    if not told.packs:
        return {}
    duties = owed_by(about.workspace, about.report, about.subject)
    return {
        "policy/results.json": render_results_json(told).encode(),
        "policy/obligations.json": render_owed_json(duties).encode(),
        "policy/assessment-results.json": render_assessment(told, __version__).encode(),
    }


def _indexes(
    about: About, records: Mapping[str, tuple[IndexValue, ...]]
) -> tuple[DossierIndex, ...]:
    there = (each for each in about.items if each.source and each.is_whole)
    links = {each.source: item_path(each) for each in there}
    links |= {name: f"specs/{name}" for name in about.session.sources}
    holdings = Holdings(about.items, records, links, papers_of(about.workspace, about.report))
    environment = about.workspace.environment
    bound = [each.pack for each in about.report.force.packs if each.applies_in(environment)]
    with_lists = [each for each in bound if each.dossiers]
    return tuple(
        index_of(listed, pack, about.subject, about.workspace, holdings, is_bound=bool(with_lists))
        for pack in with_lists or [_shipped()]
        for listed in pack.dossiers
    )


def _shipped() -> Pack:
    """Return the pack whose list is used where no pack in force has one."""
    read = read_pack(read_pack_folder(shipped_folder() / _DEFAULT_PACK, _DEFAULT_PACK))
    if read.pack is None:
        raise UsageError(f"the pack `{_DEFAULT_PACK}` that is shipped has errors")
    return read.pack


def _notes(about: About) -> Iterator[str]:
    """Yield what a reader has to know first: that nothing was judged, or that glass was broken."""
    if not assessed_of(about).packs:
        yield "No policy pack is in force."
    environment = about.workspace.environment
    packs = [it.pack for it in about.report.force.packs if it.applies_in(environment)]
    yield from unconcerned(packs, assessed_of(about).results, about.subject.address)
    log = GlassLog(about.session.backend(environment))
    subjects = {each.address: each for each in (about.subject, *about.models)}.values()
    told = (each.told for it in subjects for each in log.of(about.workspace, it))
    yield from (f"The glass was broken on {each}." for each in dict.fromkeys(told))


def _whole(about: About, files: dict[str, bytes], indexes: tuple[DossierIndex, ...]) -> Dossier:
    """Return the dossier with its index and the sums of all files."""
    workspace, subject = about.workspace, about.subject
    paths = (*sorted([*files, "SHA256SUMS", "index.html", "index.json"]),)
    notes = (*_notes(about),)
    told = Described(
        subject.address,
        subject.metadata.version or "",
        workspace.environment,
        workspace.today,
        __version__,
        indexes,
        paths,
        notes,
    )
    files["index.html"] = render_index(told).encode()
    files["index.json"] = render_index_json(told).encode()
    for path in files:
        if not (is_inside(path) and path.isprintable()):
            raise OutputError(
                f"a file of the dossier would be called {path!r}",
                hint="give the spec file a name that can be shown, and without `\\` and `:`",
            )
    files["SHA256SUMS"] = sums_of(files)
    return Dossier(subject.address, files, sum(len(gaps_of(each)) for each in indexes), notes)
