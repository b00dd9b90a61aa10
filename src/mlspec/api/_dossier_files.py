"""The files of a dossier that lie in a workspace or a registry already, by their path in it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from mlspec.api._broken_glass import governing
from mlspec.api._places import folder_inside
from mlspec.api.evidence_items import item_name, paper_path
from mlspec.api.evidence_store import RECORD_SUFFIX, record_path, run_path, seal_path
from mlspec.api.pack_sources import installed, lock_of
from mlspec.canonical import canonical_json, digest_bytes, strict_json
from mlspec.errors import OutputError, TamperedPlanError, UsageError
from mlspec.evidence import ItemState, write_item
from mlspec.ledger import envelopes
from mlspec.ledger.slices import chains_of, sliced
from mlspec.planning.signers_then import signers_then
from mlspec.policy import LOCK_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from mlspec.api.item_records import RecordedItems
    from mlspec.api.session import Session
    from mlspec.evidence import Item
    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.workspace import Resource, Workspace

__all__ = [
    "evidence_files",
    "item_path",
    "ledger_files",
    "pack_files",
    "reached",
    "spec_files",
    "statement_digest",
    "statement_files",
]

_ALWAYS = ("Workspace", "PolicyBinding", "Waiver")
_MOST_BYTES = 96 << 20
_STATEMENTS = (RECORD_SUFFIX, ".item.json")


def reached(workspace: Workspace, subject: Resource) -> tuple[str, ...]:
    """Return the addresses of a resource and of everything that it names, however far, sorted."""
    found: set[str] = set()
    frontier = [subject.address]
    while frontier:
        address = frontier.pop()
        if address not in found:
            found.add(address)
            frontier += [each.target for each in workspace.edges if each.source == address]
    return tuple(sorted(found))


def spec_files(session: Session, workspace: Workspace, subject: Resource) -> dict[str, bytes]:
    """Return the spec files behind a resource as they are, with bindings, waivers and the lock."""
    addresses = {*reached(workspace, subject)}
    addresses |= {each.address for kind in _ALWAYS for each in workspace.of_kind(kind)}
    names = {workspace.resources[each].document.source.file for each in addresses}
    files = {f"specs/{each}": session.sources[each].content for each in sorted(names)}
    lock = session.root / LOCK_FILE
    if lock.is_file():
        files[f"specs/{LOCK_FILE}"] = _content(lock)
    return files


def pack_files(session: Session, workspace: Workspace) -> dict[str, bytes]:
    """Return the files of the packs in force that mlspec does not ship, by their path in them.

    Raises:
        UsageError: a pack can't be read.
    """
    lock = lock_of(session.root)
    files: dict[str, bytes] = {}
    for binding in workspace.of_kind("PolicyBinding"):
        spec = cast("PolicyBindingSpec", binding.spec)  # resources of this kind have it
        if spec.source is not None:
            content = installed(session.root, spec, lock).content
            files |= {f"policy/packs/{spec.pack}/{name}": content[name] for name in sorted(content)}
    return files


def evidence_files(
    session: Session,
    workspace: Workspace,
    models: Iterable[Resource],
    items: Iterable[Item],
    recorded: RecordedItems,
) -> dict[str, bytes]:
    """Return records of models and drills, statements, papers, and the signatures beside them.

    A statement that no file holds comes from the registry, in the same words. Of one that is not
    whole, nothing is taken along: the index tells it.

    Raises:
        TamperedPlanError: what lies beside a record is no envelope.
        UsageError: a folder leads out of the workspace, or a file is a link.
    """
    folder_inside(session.root, f"{workspace.spec.paths.evidence}/{workspace.environment}")
    judged = (*models,)
    found = _drills(session, workspace, judged)
    records = [record_path(session.root, workspace, each.address) for each in judged]
    for file in (path for record in records for path in (record, run_path(record))):
        found |= dict(_sealed(file, f"evidence/{file.name}"))
    for item in items:
        if item.source and item.is_whole:
            found |= dict(_statement(session, item, recorded))
            found |= dict(_paper(session, workspace, item))
    return found


def _drills(session: Session, workspace: Workspace, models: Iterable[Resource]) -> dict[str, bytes]:
    """Return the records of drills that count, by environment: a model has one in each."""
    files = {
        it for each in models for it in workspace.rehearsal_files.get(each.address, {}).values()
    }
    paths = sorted(map(PurePosixPath, files))
    return {
        f"evidence/drills/{path.parent.name}/{path.name}": _content(session.root / path)
        for path in paths
    }


def statement_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the exact bytes of records and statements that no file of a dossier has under its sum.

    The ledger names them by the digest of their canonical form, which is no file as they lie in a
    workspace; those that a run has told of are in its part of the ledger.
    """
    lines = (_canonical(content) for path, content in files.items() if path.endswith(_STATEMENTS))
    named = {digest_bytes(line).removeprefix("sha256:"): line for line in lines}
    return {
        f"evidence/statements/{digest}.json": line
        for digest, line in sorted(named.items())
        if f"audit/statements/{digest}.json" not in files
    }


def statement_digest(content: bytes) -> str:
    """Return the digest by which the ledger names a record or a statement."""
    return digest_bytes(_canonical(content))


def _canonical(content: bytes) -> bytes:
    return canonical_json(strict_json(content.decode()))


def item_path(item: Item) -> str:
    """Return where the statement of an item lies in a dossier."""
    name = PurePosixPath(item.file).name if item.file else item.record and item_name(item.record)
    return f"evidence/items/{item.address.replace('/', '.')}/{name}"


def ledger_files(
    session: Session, workspace: Workspace, subject: Resource, models: Iterable[Resource]
) -> dict[str, bytes]:
    """Return the part of the ledger about a resource; none where it and its models are not in it.

    It is the ledger of the resource, of what it names, of the bindings and waivers that govern it,
    and of the workspace, which holds the keys.

    Raises:
        RegistryUnavailableError: the registry can't be read.
        TamperedPlanError: it holds names that mlspec never gave.
    """
    backend = session.backend(workspace.environment)
    snapshot, events = backend.observe(bodies=False), tuple(backend.events())
    if not chains_of(events, [each.address for each in (subject, *models)]):
        return {}
    homes = [each.address for each in workspace.of_kind("Workspace")]
    named = reached(workspace, subject)
    files = sliced(
        snapshot,
        chains_of(events, (*named, *governing(workspace, named), *homes)),
        tuple(backend.checkpoints()),
        tuple(backend.runs()),
        backend.statements(),
        signers_then(events, backend.bodies).ever,
    )
    return {f"audit/{path}": each for path, each in files.items()}


def _sealed(file: Path, path: str) -> Iterator[tuple[str, bytes]]:
    """Yield a file, its envelope, and the signatures of that as `ssh-keygen` reads them."""
    if not file.is_file():
        return
    yield path, _content(file)
    seal = seal_path(file)
    if seal.is_file():
        yield from _envelope(seal, path, _content(seal))


def _statement(
    session: Session, item: Item, recorded: RecordedItems
) -> Iterator[tuple[str, bytes]]:
    """Yield the statement of an item, and its signatures: as files, or as the registry has them."""
    path = item_path(item)
    if item.file:
        yield from _sealed(session.root / item.file, path)
    elif item.record is not None:
        yield path, write_item(item.record).encode()
        envelope = recorded.envelope_of(item)
        if envelope:
            yield from _envelope(seal_path(session.root / path), path, envelope.encode())


def _envelope(seal: Path, path: str, envelope: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield an envelope beside what it is around, and the signatures that are in it."""
    yield str(PurePosixPath(path).with_name(seal.name)), envelope
    try:
        signatures = envelopes.opened(envelope.decode()).signatures
    except ValueError as error:
        raise TamperedPlanError(
            f"`{seal}` is no envelope: {error}", hint="put it back as it was, from git"
        ) from error
    for number, text in enumerate(signatures, start=1):
        yield f"{path}.sig{'' if number == 1 else number}", text.encode()


def _paper(session: Session, workspace: Workspace, item: Item) -> Iterator[tuple[str, bytes]]:
    record = item.record
    if record is None or record.paper is None or record.state is not ItemState.KEPT:
        return
    path = paper_path(session.root, workspace, record.paper)
    if item.run and not path.is_file():
        return  # the item tells that it is gone: a registry keeps its digest alone
    yield f"evidence/papers/{path.name}", _content(path)


def _content(file: Path) -> bytes:
    if file.is_symlink():
        raise UsageError(
            f"`{file}` is a link: a dossier takes nothing along that lies elsewhere",
            hint="put the file itself there",
        )
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"`{file}` can't be read: {error.strerror}") from error
    if len(content) > _MOST_BYTES:
        raise OutputError(f"`{file}` is larger than {_MOST_BYTES >> 20} MiB")
    return content
