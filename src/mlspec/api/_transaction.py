"""Several file changes that happen together: all of them, or none.

New content is staged beside its destination first, so that a full disk is met before anything is
replaced. Each replacement keeps the old file under another name until all are done; an error or
an interrupt puts the old files back. A folder that is not there yet is staged as a whole, under
another name.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from mlspec.api._workers import divided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    Staged = tuple[str, Callable[[], bytes]]

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
        self._homes: dict[str, str] = {}
        self._new: list[tuple[str, str]] = []
        self._staged: list[tuple[str, str]] = []
        self._inside: list[tuple[str, str]] = []  # staged in folders that are staged as a whole
        self._removals: list[str] = []
        self._undo: list[tuple[str, str | None]] = []
        self._renamed: list[tuple[str, str]] = []
        self._folders: list[str] = []
        self._is_committed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._take_back()
        self._clean(has_staged=kind is not None or not self._is_committed)

    def stage(self, file: Path, content: bytes) -> None:
        """Write new content beside `file`, or beside its folder; nothing visible changes yet.

        Raises:
            OSError: there is no room, or the folder can't be written.
        """
        _, staged = self._noted(str(file))
        _create(staged, content)

    def stage_all(self, wanted: Iterable[tuple[Path, Callable[[], bytes]]]) -> None:
        """Write new contents as `stage` does, those of many files in several processes.

        Raises:
            OSError: there is no room, or a folder can't be written; or what reading raises.
        """
        folders: dict[str, list[Staged]] = {}
        for file, read in wanted:
            home, staged = self._noted(str(file))
            folders.setdefault(home, []).append((staged, read))
        divided([*folders.values()], _create_all)

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
        """Make all changes: removals first, then files, then new folders.

        Raises:
            OSError: a file can't be replaced; leaving the context takes the others back.
        """
        for file in self._removals:
            os.replace(file, self._keep(file))
        for staged, file in self._staged:
            self._put(staged, file)
        for home, folder in self._new:
            self._put_folder(home, folder)
        self._is_committed = True

    def _put(self, staged: str, file: str) -> None:
        self._set_aside(file)
        os.replace(staged, file)

    def _put_folder(self, home: str, folder: str) -> None:
        """Give a new folder its name; where that can't be, or it is there by now, file by file."""
        self._renamed.append((home, folder))
        try:
            os.replace(home, folder)
        except OSError:
            self._renamed.pop()
            for staged, file in self._inside:
                if staged.startswith(home + os.sep):
                    self._create_folders(os.path.dirname(file))
                    self._put(staged, file)

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
        for home, folder in reversed(self._renamed):
            if not os.path.exists(home):
                with suppress(OSError):
                    os.replace(folder, home)
        for file, kept in reversed(self._undo):
            with suppress(OSError):
                if kept is None:
                    _remove(file)
                elif os.path.exists(kept):
                    os.replace(kept, file)
                    _remove(kept)  # two links to one file: replacing did nothing
        self._undo.clear()

    def _clean(self, *, has_staged: bool) -> None:
        kept = [each for _, each in self._undo if each is not None]
        staged = [each for each, _ in (*self._staged, *self._inside)] if has_staged else []
        for file in (*staged, *kept, *self._notes):
            _remove(file)
        for folder in reversed(self._folders):
            with suppress(OSError):
                os.rmdir(folder)  # only an empty one goes

    def _noted(self, name: str) -> tuple[str, str]:
        """Return where a file is staged, and in which folder."""
        folder, last = os.path.split(name)
        home = self._home(folder)
        if home == folder:
            staged = self._neighbour(name)
            self._staged.append((staged, name))
        else:
            staged = os.path.join(home, last)
            self._inside.append((staged, name))
        return home, staged

    def _home(self, folder: str) -> str:
        """Return where the files of a folder are staged: in it, or in what gets its name."""
        home = self._homes.get(folder)
        if home is None:
            home = self._homes[folder] = self._new_home(folder)
        return home

    def _new_home(self, folder: str) -> str:
        above, name = os.path.split(folder)
        upper = self._homes.get(above, above)
        if upper == above and os.path.exists(folder or os.curdir):
            return folder
        if not self._notes:  # nobody would know, and remove, what is left of a whole folder
            self._create_folders(folder)
            return folder
        upper = self._home(above)
        if upper == above:
            home = self._neighbour(folder)
            self._new.append((home, folder))
        else:
            home = os.path.join(upper, name)
        self._folders.append(home)
        os.mkdir(home)
        return home

    def _create_folders(self, folder: str) -> None:
        missing = []
        while not os.path.exists(folder or os.curdir):
            missing.append(folder)
            folder = os.path.dirname(folder)
        for each in reversed(missing):
            os.mkdir(each)
            self._folders.append(each)

    def _neighbour(self, file: str) -> str:
        self._count += 1
        return os.path.join(os.path.dirname(file), f".mlspec-{self.token}-{self._count}.tmp")


def _remove(file: str) -> None:
    with suppress(OSError):
        os.unlink(file)


def _create_all(wanted: Sequence[Staged]) -> None:
    for staged, read in wanted:
        _create(staged, read())


def _create(file: str, content: bytes) -> None:
    """Write a file that was not there; through a link that somebody put there nothing goes.

    One of that name is ours, of a process that ended before it was done, or a trap: it goes.
    """
    try:
        descriptor = os.open(file, _FLAGS, 0o666)
    except FileExistsError:
        os.unlink(file)
        descriptor = os.open(file, _FLAGS, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)
