"""Several file changes that happen together: all of them, or none.

New content is staged beside its destination first, so that a full disk is met before anything is
replaced. Each replacement keeps the old file under another name until all are done; an error or
an interrupt puts the old files back.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Transaction"]


class Transaction:
    """Stages changes, makes them, and takes them back.

    Used as a context: leaving it with an exception takes everything back. A process that is killed
    leaves files behind, all of whose names begin with `.mlspec-`, the `token` and a hyphen, and
    the note that was announced.
    """

    def __init__(self) -> None:
        self.token = secrets.token_hex(8)
        self._count = 0
        self._notes: list[Path] = []
        self._present: set[Path] = set()
        self._staged: list[tuple[Path, Path]] = []
        self._removals: list[Path] = []
        self._undo: list[tuple[Path, Path | None]] = []
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
        self._create_folders(file.parent)
        staged = self._neighbour(file)
        self._staged.append((staged, file))
        _create(staged, content)

    def announce(self, note: Path, content: bytes) -> None:
        """Write a note at once; it goes away when the transaction ends, however it ends.

        Raises:
            OSError: there is no room, or the folder can't be written.
        """
        self._create_folders(note.parent)
        self._notes.append(note)
        _create(note, content)

    def remove(self, file: Path) -> None:
        """Note a file that goes away with the commit."""
        self._removals.append(file)

    def commit(self) -> None:
        """Make all changes, in the order they were staged, removals first.

        Raises:
            OSError: a file can't be replaced; leaving the context takes the others back.
        """
        for file in self._removals:
            file.replace(self._keep(file))
        for staged, file in self._staged:
            self._set_aside(file)
            staged.replace(file)
        self._staged.clear()

    def _set_aside(self, file: Path) -> None:
        if not file.exists():
            self._undo.append((file, None))
            return
        kept = self._keep(file)
        try:
            os.link(file, kept)
        except OSError:  # a file system without hard links
            file.replace(kept)

    def _keep(self, file: Path) -> Path:
        # Noted before it happens: an interrupt in between finds nothing to put back, not a loss.
        kept = self._neighbour(file)
        self._undo.append((file, kept))
        return kept

    def _take_back(self) -> None:
        for file, kept in reversed(self._undo):
            with suppress(OSError):
                if kept is None:
                    file.unlink(missing_ok=True)
                elif kept.exists():
                    kept.replace(file)
                    kept.unlink(missing_ok=True)  # two links to one file: replacing did nothing
        self._undo.clear()

    def _clean(self) -> None:
        for staged, _ in self._staged:
            with suppress(OSError):
                staged.unlink(missing_ok=True)
        for _, kept in self._undo:
            if kept is not None:
                with suppress(OSError):
                    kept.unlink(missing_ok=True)
        for note in self._notes:
            with suppress(OSError):
                note.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()  # only an empty one goes

    def _create_folders(self, folder: Path) -> None:
        if folder in self._present:
            return
        missing, above = [], folder
        while not above.exists():
            missing.append(above)
            above = above.parent
        for each in reversed(missing):
            each.mkdir()
            self._folders.append(each)
        self._present.add(folder)

    def _neighbour(self, file: Path) -> Path:
        self._count += 1
        return file.with_name(f".mlspec-{self.token}-{self._count}.tmp")


def _create(file: Path, content: bytes) -> None:
    """Write a file that was not there; through a link that somebody put there nothing goes."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(file, flags, 0o666), "wb") as stream:
        stream.write(content)
