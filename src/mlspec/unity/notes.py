"""What mlspec notes of a model or a version, kept at the end of its comment.

The interface of models has no tags of its own; a comment is one text of at most 65,536
characters, which can be given when a model is made, and changed. The last line is ours, after an
empty one: `mlspec-notes: ` and a JSON object of texts. Whoever edits what stands before it
changes the description alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mlspec.canonical import canonical_json, strict_json

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["comment_of", "read_comment"]

_MARK: Final = "mlspec-notes: "
_BETWEEN: Final = "\n\n"


def comment_of(description: str, notes: Mapping[str, str]) -> str:
    """Return a comment; never an empty one, which the interface does not take.

    `read_comment` reads the same two from it, whatever the description ends with.
    """
    if description and not notes and read_comment(description) == (description, {}):
        return description
    line = _MARK + canonical_json(dict(notes)).decode()
    return f"{description}{_BETWEEN}{line}" if description else line


def read_comment(comment: str) -> tuple[str, dict[str, str]]:
    """Return the description and the notes of a comment; notes that can't be read are text."""
    before, _, last = comment.rpartition("\n")
    notes = _notes(last) if not before or before.endswith("\n") else None
    if notes is None:
        return comment, {}
    return before.removesuffix("\n"), notes


def _notes(line: str) -> dict[str, str] | None:
    try:
        value = strict_json(line.removeprefix(_MARK)) if line.startswith(_MARK) else None
    except ValueError:
        return None
    return (
        {x: y for x, y in value.items() if isinstance(y, str)} if isinstance(value, dict) else None
    )
