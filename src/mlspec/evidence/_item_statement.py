"""Statements of evidence items as text, and back. Texts are hostile: bounded, and never trusted."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json, strict_json
from mlspec.evidence._item import BoundTo, ItemPaper, ItemRecord, ItemState

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["is_day", "read_item", "write_item"]

_MOST_CHARACTERS = 4000
_MOST_MEMBERS = 200
_KIND = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_NAME = re.compile(r"[^/\\\0]{1,200}")
_HEX = re.compile(r"[0-9a-f]{64}")
_TEXTS = {
    "validUntil": "valid_until",
    "part": "part",
    "by": "by",
    "reason": "reason",
    "note": "note",
}


def is_day(text: str) -> bool:
    """Tell whether a text is a day of the calendar: `2026-11-21`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def write_item(record: ItemRecord) -> str:
    """Return a statement as text for a file, with its own digest: the same bytes for the same."""
    return pretty_json(record.statement(recordDigest=record.digest))


def read_item(text: str) -> ItemRecord:
    """Return the statement that `write_item` wrote.

    Raises:
        ValueError: the text is no such statement, or was changed after it was written.
    """
    try:
        stated = strict_json(text)
        record = _record(_object(stated))
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError("it is no evidence item, or only a part of one") from error
    if strict_json(write_item(record)) != stated:
        raise ValueError("it was changed after it was written: its digest does not match")
    return record


def _record(stated: dict[str, Json]) -> ItemRecord:
    predicate = _object(stated["predicate"])
    paper = predicate["paper"]
    record = ItemRecord(
        address=_text(predicate["address"]),
        kind=_matching(_KIND, predicate["kind"]),
        day=_day(predicate["day"]),
        state=ItemState(_text(predicate["state"])),
        bound=tuple(_bound(_object(each)) for each in _list(stated["subject"])),
        paper=None if paper is None else _paper(_object(paper)),
        environments=tuple(_text(each) for each in _list(predicate["environments"])),
        tool_version=_text(_object(predicate["tool"])["version"]),
        signed=predicate["signed"] is True,
        **{of: _text(predicate[name]) for name, of in _TEXTS.items() if name in predicate},
    )
    if record.valid_until:
        _day(record.valid_until)
    if (record.paper is None) != (record.state is ItemState.NOT_APPLICABLE):
        raise ValueError("a paper where there is none, or none where there is one")
    return record


def _bound(found: dict[str, Json]) -> BoundTo:
    return BoundTo(_text(found["name"]), _digest(found["digest"]))


def _paper(found: dict[str, Json]) -> ItemPaper:
    size = found["bytes"]
    if isinstance(size, bool) or not isinstance(size, int):
        raise TypeError("not a number")
    uri = _text(found["uri"]) if "uri" in found else ""
    return ItemPaper(_matching(_NAME, found["name"]), _digest(found["digest"]), size, uri)


def _digest(found: Json) -> str:
    return f"sha256:{_matching(_HEX, _object(found)['sha256'])}"


def _day(found: Json) -> str:
    text = _text(found)
    if not is_day(text):
        raise ValueError("not a day")
    return text


def _matching(pattern: re.Pattern[str], found: Json) -> str:
    text = _text(found)
    if pattern.fullmatch(text) is None:
        raise ValueError("not of the form")
    return text


def _text(found: Json) -> str:
    if not isinstance(found, str) or len(found) > _MOST_CHARACTERS:
        raise TypeError("not a text, or too long")
    return found


def _object(found: Json) -> dict[str, Json]:
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def _list(found: Json) -> list[Json]:
    if not isinstance(found, list) or len(found) > _MOST_MEMBERS:
        raise TypeError("not a list, or too long")
    return found
