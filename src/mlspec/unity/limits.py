"""What Unity Catalog takes, by its documentation: pure functions, nothing is sent.

Names: https://docs.databricks.com/sql/language-manual/sql-ref-names. Comments: at most 65,536
characters, by https://docs.databricks.com/api/workspace/registeredmodels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DESCRIPTION_CHARACTERS", "Trouble", "trouble_with_description", "trouble_with_name"]

DESCRIPTION_CHARACTERS: Final = 60_000
"""How long a description may be: the rest of a comment is left to what mlspec notes."""
_NAME_CHARACTERS: Final = 255
_REFUSED = frozenset("./ ")
_DELETE = "\x7f"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a text is refused, as the end of a sentence that begins with it; and what to do."""

    reason: str
    hint: str


def trouble_with_name(name: str) -> Trouble | None:
    """Return why a model can't have a name within its schema; None if it can."""
    return next(_of_name(name), None)


def _of_name(name: str) -> Iterator[Trouble]:
    if len(name) > _NAME_CHARACTERS:
        yield _too_long(name, _NAME_CHARACTERS)
    if any(each in _REFUSED or each < " " or each == _DELETE for each in name):
        yield Trouble(
            "holds a `.`, a `/`, a space or a control character",
            "write the name within the schema: catalog and schema are those of the environment",
        )
    if name != name.lower():
        yield Trouble("has capital letters, which Unity Catalog keeps as small ones", "use those")


def trouble_with_description(text: str) -> Trouble | None:
    """Return why a description can't be part of a comment; None if it can."""
    if len(text) > DESCRIPTION_CHARACTERS:
        return _too_long(text, DESCRIPTION_CHARACTERS)
    return None


def _too_long(text: str, most: int) -> Trouble:
    reason = f"has {len(text):,} characters, and Unity Catalog keeps {most:,}"
    return Trouble(reason, f"shorten it to {most:,}")
