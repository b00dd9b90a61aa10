"""Text from outside, made fit to be shown: on a terminal, in a comment, in a message."""

from __future__ import annotations

__all__ = ["counted", "printable", "there_are"]


def printable(text: str) -> str:
    """Escape what would end a line, move a cursor or turn the direction of reading."""
    return text if text.isprintable() else "".join(map(_escaped, text))


def counted(number: int, noun: str) -> str:
    """Return `1 change` or `2,000 changes`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def there_are(number: int, noun: str) -> str:
    """Return `there is 1 change` or `there are 2,000 changes`."""
    return f"there {'is' if number == 1 else 'are'} {counted(number, noun)}"


def _escaped(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]
