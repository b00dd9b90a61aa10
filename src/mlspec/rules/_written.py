"""The source of a spec as a whole: one look at it spares a look at each of its values.

All characters of a value stand in its source, in their order: quotes and the fold of lines only
add others, or blanks. What breaks that is left to whoever looks at the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlspec.workspace import Resource

__all__ = ["may_say", "source_of"]

_LONGEST: Final = 1 << 14
"""Characters of a source: a longer one has many specs, and would be looked at for each of them."""


def source_of(resource: Resource) -> str | None:
    """Return the source of a resource; None where it does not show every value as it is.

    An override stands elsewhere, and an escape writes a character by others.
    """
    content = resource.document.source.content
    if resource.origins or len(content) > _LONGEST or b"\\" in content:
        return None
    return content.decode(errors="replace")


def may_say(resource: Resource, word: str) -> bool:
    """Tell whether a text of a resource may be one word: never false where one is."""
    source = source_of(resource)
    return source is None or word in source
