"""Evidence items as text, Markdown and JSON. Every text in them is foreign, and shown quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.evidence import ItemStatus
from mlspec.reporting._cells import Style, clean, counted, short
from mlspec.reporting._markdown import code, row, words
from mlspec.targets import template_renderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.evidence import Item, ItemRecord

    Shelf = tuple[str, str, Sequence[Item]]
    """Address, environment, and its items."""

__all__ = ["render_added", "render_added_json", "render_items"]

_SIGNS = {
    ItemStatus.PRESENT: "✓",
    ItemStatus.MISSING: "✗",
    ItemStatus.STALE: "!",
    ItemStatus.CONFLICT: "≠",
    ItemStatus.NOT_APPLICABLE: "-",
    ItemStatus.WITHHELD: "#",
}
_COLOURS = {
    ItemStatus.PRESENT: Style.GREEN,
    ItemStatus.MISSING: Style.RED,
    ItemStatus.STALE: Style.RED,
    ItemStatus.CONFLICT: Style.RED,
    ItemStatus.NOT_APPLICABLE: Style.YELLOW,
    ItemStatus.WITHHELD: Style.YELLOW,
}
_WIDTH = max(len(each.value) for each in ItemStatus)
_NONE = "no evidence items, and no rule in force asks for any"


def render_items(as_of: str, shelves: Sequence[Shelf], form: str, *, colour: bool) -> str:
    """Return the items as `text`, `markdown`, `html` or `json` (`mlspec.evidence-items/1.1`)."""
    if form == "json":
        return _json(as_of, shelves)
    if form == "html":
        return _html(as_of, shelves)
    lines = (
        _markdown(as_of, shelves) if form == "markdown" else _text(as_of, shelves, colour=colour)
    )
    return "\n".join(lines) + "\n"


def _text(as_of: str, shelves: Sequence[Shelf], *, colour: bool) -> Iterator[str]:
    for address, environment, items in shelves:
        yield f"{clean(address)} ({clean(environment)}) on {as_of}: {_counts(items)}"
        for each in items:
            yield from _block(each, colour=colour)
        yield ""
    if not shelves:
        yield _NONE


def _counts(items: Sequence[Item]) -> str:
    """Return `2 present, 1 missing`, in the order of the statuses."""
    told = [(sum(each.status is status for each in items), status.value) for status in ItemStatus]
    return ", ".join(f"{number} {name}" for number, name in told if number) or "no items"


def _block(item: Item, *, colour: bool) -> Iterator[str]:
    status = _COLOURS[item.status].paint(
        f"{_SIGNS[item.status]} {item.status.value:<{_WIDTH}}", colour=colour
    )
    named = f"{item.kind} of {item.part}" if item.part else item.kind
    facts = [item.day, short(item.digest) if item.digest else "", _signature(item)]
    yield f"  {status}  {clean(named)}  {clean(', '.join(filter(None, facts)))}".rstrip()
    for name, told in _more(item):
        yield f"      {name}: {clean(told)}"


def _signature(item: Item) -> str:
    if item.signers:
        return f"signed by {', '.join(item.signers)}"
    if item.record is None:
        return ""
    return f"by {item.record.by}, not signed" if item.record.by else "not signed"


def _more(item: Item) -> Iterator[tuple[str, str]]:
    """Yield further lines about an item, each with its name; those with nothing to say are left."""
    record = item.record
    reason = "" if item.status is ItemStatus.MISSING else item.reason
    yield from _said("reason" if item.is_good else "wrong", reason)
    if record is not None:
        lacks = record.signed and not item.signers
        yield from _said("signature", f"none that counts: {item.unsigned}" if lacks else "")
        yield from _said("note", record.note)
        yield from _said("counts until", record.valid_until)
    yield from _said("kept by", f"run {item.run} of the registry" if item.run else "")
    yield from _said("asked by", ", ".join(item.asked_by))
    yield from _said("next", _next(item))


def _said(name: str, text: str) -> Iterator[tuple[str, str]]:
    if text:
        yield name, text


def _next(item: Item) -> str:
    """Return the next step; "" where there is nothing to do."""
    if not item.is_whole:
        return item.mend
    name = item.address.rpartition("/")[2] if item.address.startswith("model/") else item.address
    part = f' --part "{item.part}"' if item.part else ""
    command = f"mlspec evidence add {name} --kind {item.kind}{part} --file FILE"
    if item.status in (ItemStatus.MISSING, ItemStatus.STALE):
        return f"`{command}`"
    if item.status is ItemStatus.CONFLICT:
        return f"take away the one that is wrong, or `{command}` with a later day"
    return ""


def _markdown(as_of: str, shelves: Sequence[Shelf]) -> Iterator[str]:
    for address, environment, items in shelves:
        yield f"### Evidence items of {code(address)} in {code(environment)}"
        yield ""
        yield f"On {as_of}: {_counts(items)}."
        yield ""
        yield row("", "Kind", "Status", "Day", "Digest", "Signed by", "Asked by", "Why")
        yield row("---", "---", "---", "---", "---", "---", "---", "---")
        yield from map(_row, items)
        yield ""
    if not shelves:
        yield f"{_NONE[0].upper()}{_NONE[1:]}."


def _row(item: Item) -> str:
    named = f"{item.kind} of {item.part}" if item.part else item.kind
    return row(
        _SIGNS[item.status],
        words(named),
        item.status.value,
        item.day or "-",
        code(short(item.digest)) if item.digest else "-",
        words(", ".join(item.signers)) or "-",
        words(", ".join(item.asked_by)) or "-",
        words(item.reason),
    )


def _html(as_of: str, shelves: Sequence[Shelf]) -> str:
    view = [
        {
            "address": clean(address),
            "environment": clean(environment),
            "counts": _counts(items),
            "items": [_shown(each) for each in items],
        }
        for address, environment, items in shelves
    ]
    return template_renderer()(
        "evidence_items/items.html.j2",
        {"as_of": as_of, "shelves": view, "nothing": f"{_NONE[0].upper()}{_NONE[1:]}."},
    )


def _shown(item: Item) -> dict[str, object]:
    """Return an item as the page shows it: its lines are those of the text."""
    named = f"{item.kind} of {item.part}" if item.part else item.kind
    return {
        "name": clean(named),
        "status": item.status.value,
        "sign": _SIGNS[item.status],
        "facts": [clean(each) for each in (item.day, _signature(item)) if each],
        "digest": item.digest,
        "lines": [{"name": name, "text": clean(told)} for name, told in _more(item)],
        "source": clean(item.source),
    }


def _json(as_of: str, shelves: Sequence[Shelf]) -> str:
    listed: list[Json] = [
        {
            "address": address,
            "environment": environment,
            "items": [_item(each) for each in items],
        }
        for address, environment, items in shelves
    ]
    return pretty_json({"format": "mlspec.evidence-items/1.1", "asOf": as_of, "resources": listed})


def _item(item: Item) -> dict[str, Json]:
    return {
        "kind": item.kind,
        "part": item.part,
        "status": item.status.value,
        "reason": item.reason,
        "isWhole": item.is_whole,
        "day": item.day or None,
        "by": item.by,
        "signers": list(item.signers),
        "unsigned": item.unsigned,
        "askedBy": list(item.asked_by),
        "file": item.file or None,
        "run": item.run or None,
        "nextStep": _next(item),
        **_stated(item.record),
    }


def _stated(record: ItemRecord | None) -> dict[str, Json]:
    """Return what a statement says; nothing where there is none, or it can't be read."""
    if record is None:
        absent: dict[str, Json] = {"validUntil": None, "paperState": None, "paper": None}
        return {**absent, "boundTo": [], "environments": [], "note": ""}
    paper = record.paper
    return {
        "validUntil": record.valid_until or None,
        "paperState": record.state.value,
        "paper": None if paper is None else _paper(paper.name, paper.digest, paper.uri),
        "boundTo": _bound(record),
        "environments": list(record.environments),
        "note": record.note,
    }


def _paper(name: str, digest: str, uri: str) -> dict[str, Json]:
    return {"name": name, "digest": digest, "uri": uri or None}


def _bound(record: ItemRecord) -> list[Json]:
    return [{"name": each.name, "digest": each.digest} for each in record.bound]


def render_added(record: ItemRecord, files: Iterable[str], *, is_new: bool) -> str:
    """Return what was added, and to which files."""
    what = record.state.value if record.paper is None else short(record.paper.digest)
    bound = ", ".join(each.name for each in record.bound)
    verb = "added" if is_new else "unchanged"
    head = f"{verb}: {record.kind} of {record.address} ({record.day}, {what}), bound to {bound}"
    listed = [*files]
    lines = [clean(head), f"{counted(len(listed), 'file')}:"]
    return "\n".join([*lines, *(f"  {clean(each)}" for each in listed)]) + "\n"


def render_added_json(record: ItemRecord, files: Iterable[str], *, is_new: bool) -> str:
    """Return what was added as JSON (`mlspec.evidence-added/1.0`)."""
    return pretty_json(
        {
            "format": "mlspec.evidence-added/1.0",
            "address": record.address,
            "kind": record.kind,
            "day": record.day,
            "paperState": record.state.value,
            "paperDigest": record.paper_digest or None,
            "statementDigest": record.digest,
            "boundTo": _bound(record),
            "isSigned": record.signed,
            "isNew": is_new,
            "files": list(files),
        }
    )
