"""Reading objects of a repository in bulk: one git process stays for all questions.

In: names such as `<commit>:meta.json`, or ids. Out: their bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.vcs._process import GitError, start, stop, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import IO, Self

__all__ = ["FOLDER", "Entry", "Found", "Objects", "entries"]

FOLDER = "40000"
"""The mode of an entry that is a tree itself."""
# what is asked at once must fit into a pipe, or git and we wait for each other
_BYTES_AT_ONCE = 30_000
_HEAD = re.compile(rb"(?P<id>[0-9a-f]+) (?P<kind>[a-z]+) (?P<size>[0-9]+)\n")


@dataclass(frozen=True, slots=True)
class Found:
    """One object; `kind` is `blob`, `tree`, `commit` or `tag`."""

    id: str
    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a tree; `mode` is as git writes it, such as `100644`."""

    name: str
    mode: str
    id: str


class Objects:
    """The objects of the repository around `root`, to be used in a `with` block."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __enter__(self) -> Self:
        self._process = start(self._root, "cat-file", "--batch")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        stop(self._process)

    def read(self, names: Sequence[str]) -> Iterator[Found | None]:
        """Yield the object of each name, in order; None where there is none that is whole.

        Raises:
            GitError: git gave up, as it does where there is no repository.
        """
        for chunk in _chunks(names):
            self._ask(chunk)
            for _ in chunk:
                yield self._answer()

    def one(self, name: str) -> Found | None:
        """Return the object of a name; None where there is none."""
        (found,) = self.read([name])
        return found

    def _ask(self, names: Sequence[str]) -> None:
        stream = _open(self._process.stdin)
        try:
            stream.write("".join(f"{name}\n" for name in names).encode())
            stream.flush()
        except OSError as error:
            raise self._ended() from error

    def _answer(self) -> Found | None:
        stream = _open(self._process.stdout)
        head = stream.readline()
        if head.endswith(b" missing\n"):
            return None
        told = _HEAD.fullmatch(head)
        if told is None:
            raise self._ended()
        content = stream.read(int(told["size"]))
        if stream.read(1) != b"\n":
            raise self._ended()
        return Found(told["id"].decode(), told["kind"].decode(), content)

    def _ended(self) -> GitError:
        self._process.terminate()
        return GitError(words_of(_open(self._process.stderr).read()))


def entries(tree: Found) -> Iterator[Entry]:
    """Yield the lines of a tree, as git orders them."""
    content, start_of_line, width = tree.content, 0, len(tree.id) // 2
    while start_of_line < len(content):
        end = content.index(b"\0", start_of_line)
        mode, _, name = content[start_of_line:end].partition(b" ")
        start_of_line = end + 1 + width
        id_ = content[end + 1 : start_of_line].hex()
        yield Entry(name.decode(errors="surrogateescape"), mode.decode(), id_)


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    first = size = 0
    for index, name in enumerate(names):
        size += len(name.encode()) + 1
        if size > _BYTES_AT_ONCE and index > first:
            yield names[first:index]
            first, size = index, len(name.encode()) + 1
    if first < len(names):
        yield names[first:]


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("the process was started without pipes")
    return stream
