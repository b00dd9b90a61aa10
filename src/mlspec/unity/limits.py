"""What Unity Catalog takes, by its documentation: pure functions, nothing is sent.

Names: https://docs.databricks.com/sql/language-manual/sql-ref-names. A comment has 65,536
characters (https://docs.databricks.com/api/workspace/registeredmodels), of which a spec's
description takes 4,000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.wire.trouble import Trouble, too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Trouble", "trouble_with_name"]

_NAME_CHARACTERS: Final = 255
_REFUSED = frozenset("./ \x7f") | {chr(each) for each in range(0x20)}


def trouble_with_name(name: str) -> Trouble | None:
    """Return why a model can't have a name within its schema; None if it can."""
    return next(_of_name(name), None)


def _of_name(name: str) -> Iterator[Trouble]:
    if len(name) > _NAME_CHARACTERS:
        yield too_long(name, _NAME_CHARACTERS, "Unity Catalog")
    if set(name) & _REFUSED:
        yield Trouble(
            "holds a `.`, a `/`, a space or a control character",
            "write the name within the schema: catalog and schema are those of the environment",
        )
    if name != name.lower():
        yield Trouble("has capital letters, which Unity Catalog keeps as small ones", "use those")
