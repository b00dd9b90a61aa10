"""What a JSON document seems to be, for whoever named another file than the one that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import strict_json
from mlspec.evidence import PREDICATE_TYPE, PROFILE_TYPE, shown

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["looks_like"]

_TOLD = 3


def looks_like(content: bytes) -> str:
    """Return in words what the bytes of a JSON file are: a profile, a record, rows, metrics."""
    try:
        found = strict_json(content.decode())
    except (ValueError, RecursionError):
        return "no JSON"
    if isinstance(found, list):
        rows = bool(found) and all(isinstance(each, dict) for each in found)
        return "a list of rows, which is read as `.jsonl`, CSV or Parquet" if rows else "a list"
    if not isinstance(found, dict):
        return "no JSON object"
    return _told(found)


def _told(found: dict[str, Json]) -> str:
    if found.get("_type") == PROFILE_TYPE:
        return "a profile already"
    if found.get("predicateType") == PREDICATE_TYPE:
        return "the record of a gate run"
    if found and all(isinstance(each, int | float) for each in found.values()):
        return "metrics that were computed, not the rows they come from"
    named = ", ".join(shown(name) for name in sorted(found)[:_TOLD])
    return f"an object with {named}" if named else "an empty object"
