"""Paths as plans write them: `spec.gates[auc-floor].atLeast`, entries of keyed lists by key."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.schema import FieldTraits

__all__ = ["by_key", "file_of", "path_text", "text_of_entry", "text_of_key"]

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def path_text(path: Path, body: Json, traits: Callable[[Path], FieldTraits | None]) -> str:
    """Return a path through a body as text; an entry of a keyed list is named by its key.

    The keys of a list must differ, as they do in a workspace that links.
    """
    text, value = "", body
    named: Path = ()
    for step in path:
        if isinstance(step, int):
            name = _entry_name(value, step, traits(named))
            text, named = text_of_entry(text, name), (*named, name)
        else:
            text, named = text_of_key(text, step), (*named, step)
        value = _below(value, step)
    return text


def text_of_key(parent: str, key: str) -> str:
    """Return the text of a key below a path."""
    plain = _PLAIN_KEY.match(key) is not None
    return (f"{parent}.{key}" if plain else f"{parent}[{json.dumps(key)}]").lstrip(".")


def text_of_entry(parent: str, step: str | int) -> str:
    """Return the text of an entry of a list, by key or by index."""
    return f"{parent}[{step}]"


def file_of(place: str) -> str:
    """Return the file of a place, which is written as `FILE:LINE:COLUMN`."""
    return place.rsplit(":", 2)[0]


def by_key(entries: list[Json], key: str | None) -> dict[str, Json] | None:
    """Return the entries by the value of their key field; None if one lacks it or two share it."""
    found: dict[str, Json] = {}
    for entry in entries:
        name = entry.get(key) if isinstance(entry, dict) and key is not None else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = entry
    return found


def _entry_name(entries: Json, index: int, traits: FieldTraits | None) -> str | int:
    key, entry = traits.list_key if traits else None, _below(entries, index)
    name = entry.get(key) if isinstance(entry, dict) and key is not None else None
    return name if isinstance(name, str) else index


def _below(value: Json, step: str | int) -> Json:
    if isinstance(value, dict):
        return value.get(str(step))
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
