"""Text from outside, made fit to be shown: on a terminal, in a comment, in a message."""

from __future__ import annotations

__all__ = ["printable"]


def printable(text: str) -> str:
    """Escape what would end a line, move a cursor or turn the direction of reading."""
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]
