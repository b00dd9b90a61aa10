"""Values of fields in text reports: clean, on one line, cut where they are long."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.reporting._cells import clean

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["written"]

_CHARACTERS = 60


def written(value: Json) -> str:
    """Return a value as JSON; `(none)` where there is none."""
    if value is None:
        return "(none)"
    text = clean(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return text if len(text) <= _CHARACTERS else f"{text[: _CHARACTERS - 3]}..."
