"""Names of time zones: those of the database of IANA, as API servers know them."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["is_time_zone"]

_FORM = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}", re.ASCII)
_LONGEST = 64


def is_time_zone(name: str) -> bool:
    """Tell whether a name is that of a time zone.

    On a machine without the database only the form is looked at. `Local` is none: it would be
    that of whichever machine runs the controller.
    """
    is_formed = len(name) <= _LONGEST and _FORM.fullmatch(name) is not None
    return is_formed and name.lower() != "local" and (_is_known(name) or not _is_known("Etc/UTC"))


@cache
def _is_known(name: str) -> bool:
    try:
        return ZoneInfo(name).key == name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
