"""Dumps of a whole cluster, object by object: `kubectl get -A -o yaml` writes files without end.

Only one object is held at a time. What is split are the documents of a file, and the items of the
list that `kubectl` prints, as YAML or as JSON with a line for every value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from mlspec.importing._model import Unread
from mlspec.printable import printable
from mlspec.syntax import SourceText

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LARGE", "MOST", "pieces"]

LARGE: Final = 8 << 20
"""How many bytes a file that is read as a whole has at most, and one object of a larger one."""
MOST: Final = 256 << 20
_LINE: Final = 1 << 20
_ITEMS: Final = re.compile(rb'(?:items:| +"items": \[)\s*')
_BEGINS: Final = re.compile(rb"( *)(?:- |\{\s*\Z)")
_HINT: Final = "write a file for each namespace into a folder, and import that"


class _At(Enum):
    DOCUMENT = auto()
    LIST = auto()
    AFTER = auto()
    """What follows the items of a list says nothing of them."""


def pieces(path: Path) -> Iterator[SourceText | Unread]:
    """Yield the objects of a large file, each named by the line that it begins at.

    What is larger than it may be, as a whole or as one object, is told and not read.
    """
    name = printable(path.name)
    if path.stat().st_size > MOST:
        yield Unread(name, f"it is larger than {MOST >> 20} MiB: {_HINT}")
        return
    splitter = _Splitter(name)
    with path.open("rb") as file:
        number, is_whole = 0, True
        for line in iter(lambda: file.readline(_LINE), b""):
            if is_whole:
                number += 1
                yield from splitter.take(number, line)
            else:
                splitter.hold(line)
            is_whole = line.endswith(b"\n")
    yield from splitter.flush(0)


@dataclass
class _Splitter:
    """The lines of one object until the next begins; `indent` is that of items, -1 before one."""

    name: str
    held: list[bytes] = field(default_factory=list)
    size: int = 0
    start: int = 1
    at: _At = _At.DOCUMENT
    indent: int = -1

    def take(self, number: int, line: bytes) -> Iterator[SourceText | Unread]:
        """Take a line, and yield what it ends."""
        if line.startswith(b"---"):
            yield from self.flush(number + 1)
            self.at = _At.DOCUMENT
        elif self.at is not _At.LIST and _ITEMS.fullmatch(line):
            self.held, self.size, self.at, self.indent = [], 0, _At.LIST, -1
        elif self.at is _At.LIST:
            yield from self._item(number, line)
        elif self.at is _At.DOCUMENT:
            self.hold(line)

    def _item(self, number: int, line: bytes) -> Iterator[SourceText | Unread]:
        """Take a line of a list: it begins an item, belongs to one, or ends the list."""
        indent = len(line) - len(line.lstrip(b" "))
        begins = _BEGINS.match(line)
        if begins and self.indent in (-1, indent):
            self.indent = indent
            yield from self.flush(number)
            self.hold(line.replace(b"- ", b"  ", 1) if b"- " in begins[0] else line)
        elif indent > self.indent or line.strip()[:1] in b"#":
            self.hold(line)
        elif line.strip() in (b"}", b"},") and indent == self.indent:
            self.hold(b"}\n")
        else:
            yield from self.flush(number)
            self.at = _At.AFTER

    def hold(self, line: bytes) -> None:
        """Take a line, or what follows of a long one, into what is held."""
        self.size += len(line)
        if self.size <= LARGE:
            self.held.append(line)

    def flush(self, following: int) -> Iterator[SourceText | Unread]:
        """Yield what is held; the next object begins at a line."""
        where = f"{self.name} from line {self.start}"
        if self.size > LARGE:
            yield Unread(where, f"it is larger than {LARGE >> 20} MiB as one object: {_HINT}")
        elif b"".join(self.held).strip():
            yield SourceText(where, b"".join(self.held))
        self.held, self.size, self.start = [], 0, following
