"""Evidence items on disk: a folder per resource with a statement per item, and papers by digest.

    evidence/_items/model.screen/test-report-<digest>.item.json      what is stated
    evidence/_items/model.screen/test-report-<digest>.item.dsse.json the signature
    evidence/_papers/<digest>.pdf                                    the paper itself

No environment starts with `_`, so that these folders are never those of gate records. What lies
there is hostile, like specs: names in it are never used as paths, links are not followed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlspec.api._item_bindings import current_digests, pinned_papers
from mlspec.api._places import folder_inside
from mlspec.api._signers import signers_text
from mlspec.api.evidence_store import seal_path, signed_by
from mlspec.canonical import digest_bytes, digest_file
from mlspec.errors import TamperedPlanError, UsageError
from mlspec.evidence import (
    Item,
    ItemState,
    ItemStatus,
    Reason,
    locate,
    read_item,
    standing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from mlspec.api.session import Session
    from mlspec.evidence import ItemPaper, ItemRecord
    from mlspec.workspace import Resource, Workspace

__all__ = [
    "ITEM_SUFFIX",
    "has_items",
    "item_name",
    "items_at",
    "items_folder",
    "items_of",
    "paper_path",
    "with_paper",
]

ITEM_SUFFIX = ".item.json"
_ITEM_BYTES = 1 << 20
_MOST_ITEMS = 4096
_KIND_OF_FILE = re.compile(r"([a-z][a-z0-9-]{0,62})-[0-9a-f]{16}\.item\.json")
_PLAIN_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_MEND = "put the files back as they were, from git; or remove the item and add it again"


def items_of(
    session: Session,
    workspace: Workspace,
    resource: Resource,
    asked: Mapping[str, tuple[str, ...]] | None = None,
    signers: str | None = None,
) -> tuple[Item, ...]:
    """Return the items of a resource of an (effective) workspace, as they stand on its day.

    `asked` has the ids of rules by the kind they look at: what is not there is then missing.
    `signers` is the text of the allowed signers in force, by default of the checkout.

    Raises:
        UsageError: a folder leads out of the workspace, or holds too many files.
    """
    keys = signers_text(session.root) if signers is None else signers
    return items_at(session.root, workspace, resource, asked or {}, keys)


def items_at(
    root: Path,
    workspace: Workspace,
    resource: Resource,
    asked: Mapping[str, tuple[str, ...]],
    signers: str,
    recorded: Sequence[Item] = (),
) -> tuple[Item, ...]:
    """Return what `items_of` does, for the root of a workspace.

    `recorded` are items that the registry keeps of the same resource: those that no file tells any
    more stand beside the others.

    Raises:
        UsageError: as for `items_of`.
    """
    shelf = _Shelf(root, workspace, resource.address, signers)
    read = [*shelf.items()] if has_items(root, workspace) else []
    read += _further(read, recorded)
    found: tuple[Item, ...] = ()
    if read:
        current = {**current_digests(workspace, resource), **shelf.referenced(read)}
        found = standing(read, current, pinned_papers(resource), workspace.today)
        found = tuple(with_paper(root, workspace, each) for each in found)
    there = {each.kind for each in found}
    missing = [
        Item(resource.address, kind, ItemStatus.MISSING, "nothing was added", asked_by=rules)
        for kind, rules in asked.items()
        if kind not in there
    ]
    known = [_asked(each, asked.get(each.kind, ())) for each in found]
    return tuple(sorted((*known, *missing), key=lambda each: (each.kind, each.part, each.file)))


def _further(read: Iterable[Item], recorded: Iterable[Item]) -> tuple[Item, ...]:
    """Return the recorded items that none of those read from files is."""
    there = {each.record.digest for each in read if each.record is not None}
    return tuple(
        each for each in recorded if each.record is None or each.record.digest not in there
    )


def _asked(item: Item, rules: tuple[str, ...]) -> Item:
    return replace(item, asked_by=rules)


def items_folder(root: Path, workspace: Workspace, address: str) -> Path:
    """Return the folder of the statements about a resource.

    Raises:
        UsageError: it leads out of the workspace.
    """
    name = address.replace("/", ".")
    return folder_inside(root, f"{workspace.spec.paths.evidence}/_items/{name}")


def has_items(root: Path, workspace: Workspace) -> bool:
    """Tell whether anything was ever added; some of it may be about one environment alone."""
    return (root / workspace.spec.paths.evidence / "_items").is_dir()


def paper_path(root: Path, workspace: Workspace, paper: ItemPaper) -> Path:
    """Return where the copy of a paper is kept: by digest, with the suffix of a plain name.

    Raises:
        UsageError: the folder leads out of the workspace.
    """
    suffix = PurePosixPath(paper.name).suffix.lower()
    kept = suffix if _PLAIN_SUFFIX.fullmatch(suffix) else ""
    folder = folder_inside(root, f"{workspace.spec.paths.evidence}/_papers")
    return folder / f"{paper.digest.removeprefix('sha256:')}{kept}"


class _Shelf:
    """The statements about one resource in one environment."""

    def __init__(self, root: Path, workspace: Workspace, address: str, signers: str) -> None:
        self._root, self._workspace = root, workspace
        self._address, self._signers = address, signers

    def items(self) -> Iterator[Item]:
        """Yield what lies there about the environment, whole or not; statuses are not told yet."""
        folder = items_folder(self._root, self._workspace, self._address)
        if not folder.is_dir():
            return
        files = sorted(folder.glob(f"*{ITEM_SUFFIX}"))
        if len(files) > _MOST_ITEMS:
            raise UsageError(f"`{folder}` holds more than {_MOST_ITEMS} items")
        environment = self._workspace.environment
        for file in files:
            item = self._item(file)
            about = () if item.record is None else item.record.environments
            if not about or not environment or environment in about:
                yield item

    def referenced(self, items: list[Item]) -> dict[str, str]:
        """Return the digests of today of papers that lie elsewhere in the workspace."""
        found = {}
        for each in items:
            paper = None if each.record is None else each.record.paper
            if paper is not None and paper.uri:
                path = locate(self._root, paper.uri)
                if not isinstance(path, Reason):
                    found[f"file:{paper.uri}"] = digest_file(path)
        return found

    def _item(self, file: Path) -> Item:
        shown = file.relative_to(self._root).as_posix()
        named = _KIND_OF_FILE.fullmatch(file.name)
        kind = named[1] if named else "unknown"
        broken = Item(self._address, kind, ItemStatus.CONFLICT, file=shown, is_whole=False)
        try:
            text = _text_of(file)
            record = read_item(text)
            self._refuse(record, file)
            names, unsigned = _signed(file, digest_bytes(text.encode()), _seal(file), self._signers)
        except ValueError as error:
            return _because(broken, f"`{shown}`: {error}")
        except (TamperedPlanError, UsageError) as error:
            return _because(broken, error.message)
        except OSError as error:
            return _because(broken, f"`{shown}` can't be read: {error.strerror}")
        return Item(
            self._address,
            record.kind,
            ItemStatus.PRESENT,
            file=shown,
            record=record,
            signers=names,
            unsigned=unsigned,
        )

    def _refuse(self, record: ItemRecord, file: Path) -> None:
        """Refuse a statement that lies in another place than its own, or lost its paper.

        Raises:
            ValueError: so it is.
        """
        if record.address != self._address:
            raise ValueError(f"it is about `{record.address[:200]}`")
        if file.name != item_name(record):
            raise ValueError("it lies under another name than its own")
        fault = _fault_of_paper(self._root, self._workspace, record)
        if fault:
            raise ValueError(fault)


def _fault_of_paper(root: Path, workspace: Workspace, record: ItemRecord) -> str:
    """Return what is wrong with the copy of a paper; "" where it is whole, or none is kept."""
    paper = record.paper
    if paper is None or record.state is not ItemState.KEPT:
        return ""
    path = paper_path(root, workspace, paper)
    if path.is_symlink() or not path.is_file():
        return f"its paper `{path.name}` is gone"
    if path.stat().st_size != paper.size or digest_file(path) != paper.digest:
        return f"its paper `{path.name}` was changed"
    return ""


def with_paper(root: Path, workspace: Workspace, item: Item) -> Item:
    """Return an item that a registry keeps, with what became of the paper, which it doesn't keep.

    Raises:
        UsageError: the folder of papers leads out of the workspace.
    """
    if not item.run or not item.is_whole or item.record is None:
        return item
    fault = _fault_of_paper(root, workspace, item.record)
    reason = f"{fault}: run {item.run} keeps its digest" if fault else ""
    return replace(item, reason="; ".join(filter(None, (item.reason, reason))))


def item_name(record: ItemRecord) -> str:
    """Return the name of the file of a statement."""
    return f"{record.kind}-{record.digest.removeprefix('sha256:')[:16]}{ITEM_SUFFIX}"


def _because(item: Item, reason: str) -> Item:
    return replace(item, reason=reason, mend=_MEND)


def _text_of(file: Path) -> str:
    """Return the text of a statement.

    Raises:
        OSError: it can't be read.
        ValueError: it is a link, no file, too large or no text.
    """
    if file.is_symlink() or not file.is_file():
        raise ValueError("it is not a regular file")
    with file.open("rb") as stream:
        content = stream.read(_ITEM_BYTES + 1)
    if len(content) > _ITEM_BYTES:
        raise ValueError(f"it has more than {_ITEM_BYTES} bytes")
    return content.decode()


def _seal(file: Path) -> str:
    beside = seal_path(file)
    return digest_file(beside) if beside.is_file() else ""


@lru_cache(maxsize=4096)
def _signed(file: Path, _text: str, seal: str, signers: str) -> tuple[tuple[str, ...], str]:
    """Return who signed; a run that looks at several environments asks `ssh-keygen` once."""
    text = _text_of(file)
    return signed_by(file, signers, was_signed=read_item(text).signed)
