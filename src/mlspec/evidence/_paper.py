"""Whether a paper that somebody names is there: by its digest, and by nothing that is said of it.

A paper counts where its bytes lie in the workspace, where a copy is kept by digest, or where a run
of the registry tells that it was there. Names of papers are hostile: nothing outside of the
workspace is read, and no more than some hundred megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes, digest_file
from mlspec.evidence._file import MAX_BYTES, locate, shown
from mlspec.evidence._item import ItemState, ItemStatus
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mlspec.evidence._item import Item

__all__ = ["PaperLook", "PaperShelf", "PaperStatus", "look_at_item", "look_at_paper"]

_ELSEWHERE = "://"
_SHORT = 19
_HEX = len("sha256:")
_EMPTY = digest_bytes(b"")


class PaperStatus(StrEnum):
    """How a paper stands: the statuses of evidence, and the two ways to have seen too little."""

    PRESENT = "present"
    """Its bytes are in the workspace, or a copy is kept, with the digest that is stated."""
    RECORDED = "recorded"
    """The bytes are gone from here; a run of the registry kept its digest while they were there."""
    MISSING = "missing"
    """It was looked for, and is not there; or nobody says by a digest which paper is meant."""
    STALE = "stale"
    """It is there, and is too old, or about something that has changed since."""
    CONFLICT = "conflict"
    """What is there has another digest, or was changed; or two sources contradict each other."""
    WITHHELD = "withheld"
    """Somebody answers for it that it exists and is not shown."""
    NOT_APPLICABLE = "not-applicable"
    """Somebody answers for it that there is none."""
    FAILED = "failed"
    """It is there, and speaks against what is stated."""
    NOT_LOOKED = "not-looked"
    """It lies where nobody looked: that is no answer."""


_THERE = (PaperStatus.PRESENT, PaperStatus.RECORDED)
_DECIDED = (PaperStatus.PRESENT, PaperStatus.CONFLICT)
"""What a file says at the place that is stated: nothing kept elsewhere changes it."""


@dataclass(frozen=True, slots=True)
class PaperLook:
    """What was seen: `told` says where it is, or why it does not count."""

    status: PaperStatus
    told: str

    @property
    def is_there(self) -> bool:
        """Whether somebody can be shown it, or was."""
        return self.status in _THERE


@dataclass(frozen=True, slots=True)
class PaperShelf:
    """Where papers may lie: in the workspace at `root`, and by digest in the folder `kept`.

    `is_asked` tells whether the registry was asked for what it keeps.
    """

    root: Path
    kept: Path
    is_asked: bool = False


def look_at_paper(
    shelf: PaperShelf, uri: str, digest: str, items: Sequence[Item] = ()
) -> PaperLook:
    """Look for a paper that a spec names by place and digest; "" for a digest it does not state.

    `items` are the evidence items of its kind as they stand, those of a registry among them. One
    that does not hold speaks against the paper, wherever its bytes are.
    """
    for each in map(_against, items):
        if each is not None:
            return each
    if digest == _EMPTY:
        return _nothing()
    found = _first_there(shelf, [each for each in items if digest in ("", each.digest)])
    if not digest:
        told = "its digest is not stated, so that nobody can tell which paper is meant"
        return found or PaperLook(PaperStatus.MISSING, told)
    own = _at(shelf.root, uri, digest)
    if own.status in _DECIDED:
        return own
    return _copy(shelf, digest) or found or _unseen(shelf, own)


def _first_there(shelf: PaperShelf, items: Sequence[Item]) -> PaperLook | None:
    """Return the first of some items whose paper is there."""
    return next((each for each in (look_at_item(shelf, it) for it in items) if each.is_there), None)


def look_at_item(shelf: PaperShelf, item: Item) -> PaperLook:
    """Look for the paper of an evidence item, which has to hold by itself as well."""
    against, record = _against(item), item.record
    if against is not None:
        return against
    if record is None or record.paper is None:
        return PaperLook(PaperStatus.MISSING, item.reason or "it has no paper")
    if record.paper.digest == _EMPTY:
        return _nothing()
    if record.state is ItemState.KEPT:
        told = f"{_short(record.paper.digest)}, kept by run {item.run}"
        copy = _copy(shelf, record.paper.digest)
        return copy or PaperLook(PaperStatus.RECORDED, told)
    own = _at(shelf.root, record.paper.uri, record.paper.digest)
    if own.status in _DECIDED:
        return own
    return _copy(shelf, record.paper.digest) or _unseen(shelf, own)


def _nothing() -> PaperLook:
    """Return that a digest is of no bytes: a file that is there, and says nothing."""
    return PaperLook(PaperStatus.MISSING, "its digest is that of an empty file, which is no paper")


def _against(item: Item) -> PaperLook | None:
    """Return how an item does not hold; None for one that does."""
    if item.status is ItemStatus.MISSING or (item.status is ItemStatus.PRESENT and item.is_whole):
        return None
    status = PaperStatus(item.status.value) if item.is_whole else PaperStatus.CONFLICT
    return PaperLook(status, item.reason or f"an item of the kind is {status.value}")


def _at(root: Path, uri: str, digest: str) -> PaperLook:
    """Look at the place that is stated: no other place is read, whatever it says."""
    if _ELSEWHERE in uri:
        return PaperLook(PaperStatus.NOT_LOOKED, f"{shown(uri)} lies outside of the workspace")
    path = locate(root, uri)
    if isinstance(path, Reason):
        return PaperLook(PaperStatus.MISSING, path.sentence)
    found = _digest(path)
    if isinstance(found, PaperLook):
        return found
    if found == digest:
        return PaperLook(PaperStatus.PRESENT, f"{shown(uri)}, {_short(digest)}")
    told = f"{shown(uri)} has the digest {_short(found)}, and {_short(digest)} is stated"
    return PaperLook(PaperStatus.CONFLICT, told)


def _digest(path: Path) -> str | PaperLook:
    """Return the digest of a file, or why it was not read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            told = f"{shown(path.name)} has more than {MAX_BYTES:,} bytes"
            return PaperLook(PaperStatus.NOT_LOOKED, told)
        return digest_file(path)
    except OSError as error:
        why = error.strerror or "no reason is known"
        return PaperLook(PaperStatus.NOT_LOOKED, f"{shown(path.name)} can't be read: {why}")


def _copy(shelf: PaperShelf, digest: str) -> PaperLook | None:
    """Return the copy that is kept under a digest, if its bytes have it; links are no copies."""
    for each in _named(shelf.kept, digest[_HEX:]):
        if not each.is_symlink() and each.is_file() and _digest(each) == digest:
            return PaperLook(PaperStatus.PRESENT, f"a copy is kept, {_short(digest)}")
    return None


def _named(folder: Path, name: str) -> Iterator[Path]:
    """Yield the files of a folder that are called as a digest, whatever their suffix is."""
    if name.isalnum() and folder.is_dir():
        yield from sorted(folder.glob(f"{name}*"))


def _unseen(shelf: PaperShelf, own: PaperLook) -> PaperLook:
    """Return that nobody has it; a place that nobody looked at is no answer."""
    if not shelf.is_asked:
        told = f"{own.told}; no copy is here, and no registry was asked"
        return PaperLook(PaperStatus.NOT_LOOKED, told)
    told = f"{own.told}; neither the evidence here nor the registry has it"
    return PaperLook(PaperStatus.MISSING, told)


def _short(digest: str) -> str:
    return f"{digest[:_SHORT]}..."
