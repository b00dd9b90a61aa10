"""Several file changes that happen together: all of them, or none.

New content is staged beside its destination first, so that a full disk is met before anything is
replaced. Each replacement keeps the old file under another name until all are done; an error or
an interrupt puts the old files back.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Self

__all__ = ["Transaction"]

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Transaction:
    """Stages changes, makes them, and takes them back.

    Used as a context: leaving it with an exception takes everything back. A process that is killed
    leaves files behind, all of whose names begin with `.mlspec-`, the `token` and a hyphen, and
    the note that was announced. Files are paths as text in here: of seven files for each model,
    objects would take as long as the writing.
    """

    def __init__(self) -> None:
        self.token = secrets.token_hex(8)
        self._count = 0
        self._notes: list[str] = []
        self._present: set[str] = set()
        self._staged: list[tuple[str, str]] = []
        self._removals: list[str] = []
        self._undo: list[tuple[str, str | None]] = []
        self._folders: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._take_back()
        self._clean()

    def stage(self, file: Path, content: bytes) -> None:
        """Write new content beside `file`; nothing visible changes yet.

        Raises:
            OSError: there is no room, or the folder can't be written.
        """
        name = str(file)
        self._create_folders(os.path.dirname(name))
        staged = self._neighbour(name)
        self._staged.append((staged, name))
        _create(staged, content)

    def announce(self, note: Path, content: bytes) -> None:
        """Write a note at once; it goes away when the transaction ends, however it ends.

        Raises:
            OSError: there is no room, or the folder can't be written.
        """
        name = str(note)
        self._create_folders(os.path.dirname(name))
        self._notes.append(name)
        _create(name, content)

    def remove(self, file: Path) -> None:
        """Note a file that goes away with the commit."""
        self._removals.append(str(file))

    def commit(self) -> None:
        """Make all changes, in the order they were staged, removals first.

        Raises:
            OSError: a file can't be replaced; leaving the context takes the others back.
        """
        for file in self._removals:
            os.replace(file, self._keep(file))
        for staged, file in self._staged:
            self._set_aside(file)
            os.replace(staged, file)
        self._staged.clear()

    def _set_aside(self, file: str) -> None:
        if not os.path.exists(file):
            self._undo.append((file, None))
            return
        kept = self._keep(file)
        try:
            os.link(file, kept)
        except OSError:  # a file system without hard links
            os.replace(file, kept)

    def _keep(self, file: str) -> str:
        # Noted before it happens: an interrupt in between finds nothing to put back, not a loss.
        kept = self._neighbour(file)
        self._undo.append((file, kept))
        return kept

    def _take_back(self) -> None:
        for file, kept in reversed(self._undo):
            with suppress(OSError):
                if kept is None:
                    _remove(file)
                elif os.path.exists(kept):
                    os.replace(kept, file)
                    _remove(kept)  # two links to one file: replacing did nothing
        self._undo.clear()

    def _clean(self) -> None:
        kept = [each for _, each in self._undo if each is not None]
        for file in (*(staged for staged, _ in self._staged), *kept, *self._notes):
            _remove(file)
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()  # only an empty one goes

    def _create_folders(self, name: str) -> None:
        if name in self._present:
            return
        missing, above = [], Path(name)
        while not above.exists():
            missing.append(above)
            above = above.parent
        for each in reversed(missing):
            each.mkdir()
            self._folders.append(each)
        self._present.add(name)

    def _neighbour(self, file: str) -> str:
        self._count += 1
        return os.path.join(os.path.dirname(file), f".mlspec-{self.token}-{self._count}.tmp")


def _remove(file: str) -> None:
    with suppress(OSError):
        os.unlink(file)


def _create(file: str, content: bytes) -> None:
    """Write a file that was not there; through a link that somebody put there nothing goes."""
    descriptor = os.open(file, _FLAGS, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)
