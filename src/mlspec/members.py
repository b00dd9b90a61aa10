"""What stands in a JSON value, asked for without trusting its shape.

Bodies of a registry are of any age, answers of a server and tags are written by anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.canonical import Json

    Body = Json | Mapping[str, Json]

__all__ = ["entries", "section", "text", "texts", "value_at", "whole"]


def section(body: Body, *keys: str) -> Mapping[str, Json]:
    """Return the mapping below some keys, an empty one where there is none."""
    for key in keys:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body if isinstance(body, Mapping) else {}


def value_at(body: Body, *keys: str) -> Json:
    """Return the value below some keys, None where there is none."""
    return section(body, *keys[:-1]).get(keys[-1])


def entries(body: Body, *keys: str) -> list[Json]:
    """Return the list below some keys, an empty one where there is none."""
    found = value_at(body, *keys)
    return found if isinstance(found, list) else []


def text(body: Body, *keys: str) -> str:
    """Return the text below some keys, an empty one where there is none."""
    found = value_at(body, *keys)
    return found if isinstance(found, str) else ""


def texts(body: Body, *keys: str) -> tuple[str, ...]:
    """Return the texts in the list below some keys; what is none is left out."""
    return tuple(each for each in entries(body, *keys) if isinstance(each, str))


def whole(body: Body, *keys: str) -> int:
    """Return the whole number below some keys, 0 where there is none; `true` is none."""
    found = value_at(body, *keys)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
