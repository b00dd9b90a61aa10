"""How the items of a resource stand: to the day, to what is there today, and to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._item import Item, ItemState, ItemStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.evidence._item import ItemRecord

__all__ = ["PinnedPaper", "standing"]

PinnedPaper = tuple[str, str, str, str]
"""Kind, part, digest of a paper that a spec pins, and the path where it does."""

_STATED = {
    ItemState.NOT_APPLICABLE: ItemStatus.NOT_APPLICABLE,
    ItemState.WITHHELD: ItemStatus.WITHHELD,
}
_SHORT = 19


def standing(
    items: Sequence[Item],
    current: Mapping[str, str],
    pinned: Iterable[PinnedPaper],
    today: str,
) -> tuple[Item, ...]:
    """Return the newest item of each kind and part with its status, by kind and part.

    `items` are those that were read, whole or not. `current` has the digests of today by name of
    what items are bound to; `pinned` the papers that the spec pins. Where an item of a kind is not
    whole, none of the kind counts: it may have been the newest.
    """
    papers = tuple(pinned)
    broken = sorted((each for each in items if not _is_read(each)), key=lambda each: each.file)
    spoilt = {each.kind: each.file for each in broken}
    groups: dict[tuple[str, str], list[Item]] = {}
    for each in filter(_is_read, items):
        groups.setdefault((each.kind, each.part), []).append(each)
    judged = [_judged(group, current, papers, today) for group in groups.values()]
    found = [_beside(each, spoilt.get(each.kind, "")) for each in judged]
    found += [each.told(ItemStatus.CONFLICT, each.reason) for each in broken]
    return tuple(sorted(found, key=lambda each: (each.kind, each.part, each.file)))


def _is_read(item: Item) -> bool:
    return item.record is not None and item.is_whole


def _beside(item: Item, spoilt: str) -> Item:
    if not spoilt:
        return item
    return item.told(ItemStatus.CONFLICT, f"`{spoilt}`, of the same kind, is not whole")


def _judged(
    group: Sequence[Item],
    current: Mapping[str, str],
    papers: Sequence[PinnedPaper],
    today: str,
) -> Item:
    """Return the newest of some items of one kind and part; two of one day contradict."""
    newest = max(each.day for each in group)
    latest = sorted((each for each in group if each.day == newest), key=lambda each: each.file)
    chosen = _newest_stated(latest)
    record = chosen.record
    if record is None:  # whole items have one
        return chosen
    for status, reason in _wrong(record, latest, current, papers, today):
        return chosen.told(status, reason)
    return chosen.told(_STATED.get(record.state, ItemStatus.PRESENT), record.reason)


def _newest_stated(latest: Sequence[Item]) -> Item:
    """Of statements about the same paper on one day, prefer one that is signed."""
    return max(latest, key=lambda each: (bool(each.signers), each.file))


def _wrong(
    record: ItemRecord,
    latest: Sequence[Item],
    current: Mapping[str, str],
    papers: Sequence[PinnedPaper],
    today: str,
) -> Iterator[tuple[ItemStatus, str]]:
    others = {each.digest for each in latest}
    if len(others) > 1:
        yield (
            ItemStatus.CONFLICT,
            f"{len(others)} of the kind are of {record.day} and differ: "
            + ", ".join(sorted(_short(each) for each in others)),
        )
    yield from _unlike_spec(record, papers)
    if record.valid_until and record.valid_until < today:
        yield ItemStatus.STALE, f"it was good until {record.valid_until}"
    yield from _other_paper(record, current)
    for bound in record.bound:
        now = current.get(bound.name)
        if now != bound.digest:
            yield ItemStatus.STALE, _moved(bound.name, bound.digest, now)


def _other_paper(
    record: ItemRecord, current: Mapping[str, str]
) -> Iterator[tuple[ItemStatus, str]]:
    """A paper that lies elsewhere in the workspace; one that is not at hand is not told."""
    if record.paper is not None and record.paper.uri:
        now = current.get(f"file:{record.paper.uri}", record.paper.digest)
        if now != record.paper.digest:
            yield ItemStatus.STALE, f"`{record.paper.uri}` has {_short(now)} today"


def _unlike_spec(
    record: ItemRecord, papers: Sequence[PinnedPaper]
) -> Iterator[tuple[ItemStatus, str]]:
    if record.paper is None:
        return
    told = {
        digest: path
        for kind, part, digest, path in papers
        if kind == record.kind and (part == record.part or "" in (part, record.part))
    }
    if told and record.paper.digest not in told:
        digest, path = next(iter(told.items()))
        yield (
            ItemStatus.CONFLICT,
            f"`{path}` pins {_short(digest)}, the item is {_short(record.paper.digest)}",
        )


def _moved(name: str, then: str, now: str | None) -> str:
    if name.endswith("#use"):
        return f"it is bound to another purpose than `{name.removesuffix('#use')}` states today"
    if now is None:
        return f"it is bound to `{name}`, which is not there any more"
    stated = f"has {_short(now)}" if now else "has no digest"
    return f"it is bound to {_short(then)} of `{name}`, which {stated} today"


def _short(digest: str) -> str:
    return f"{digest[:_SHORT]}..." if digest else "no paper"
