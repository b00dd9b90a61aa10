"""What MLflow servers can do, by their version: measured on 2.22.5 and 3.17.2."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["OLDEST", "Capabilities", "capabilities_of"]

OLDEST: Final = (2, 22)
"""The oldest version that is tried."""
_NUMBER = re.compile(r"(\d{1,4})\.(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What may be asked of a server.

    `reads_many`: a filter may be `name IN (...)`. `drops_aliases`: an alias goes with the version
    it leads to, so that it never leads nowhere. `is_known`: the version is one that was tried,
    or a later one of the same generation.
    """

    version: str
    reads_many: bool
    drops_aliases: bool
    version_tag_characters: int
    is_known: bool = True


def capabilities_of(version: str) -> Capabilities:
    """Return what a server of that version can do; one that can't be told can do the least."""
    found = _NUMBER.match(version)
    numbers = (int(found[1]), int(found[2])) if found else (0, 0)
    is_third = numbers >= (3, 0)
    return Capabilities(
        version=version,
        reads_many=is_third,
        drops_aliases=is_third,
        version_tag_characters=100_000 if is_third else 5000,
        is_known=OLDEST <= numbers < (4, 0),
    )
