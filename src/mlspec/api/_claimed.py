"""An output folder that somebody named: it is of one workspace and environment, one run at a time.

The folder that `paths.output` gives is in the repository, and locked with it. One that `--out`
names may be shared by repositories that know nothing of each other: each would take the files of
the other for its own, which it does not compile any more, and remove them.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from mlspec.api._failures import failures_told
from mlspec.api._places import OWNER_NAME, Places
from mlspec.api._unfinished import locked
from mlspec.api.files import write_text
from mlspec.errors import OutputError
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["claimed", "require_unclaimed"]

_LONGEST = 200


@contextmanager
def claimed(output: Path | None, repository: Path, owner: str) -> Iterator[None]:
    """Hold off other runs that write into a folder, which is its owner's unless this one fails.

    None stands for a folder of the repository itself, which is nobody else's. `owner` is one line;
    it is written first, so that what a run leaves that is killed is nobody else's either.

    Raises:
        OutputError: the folder is of another owner, or can't be made.
    """
    if output is None:
        yield
        return
    with failures_told():
        Places(output, repository).check_output()
    made = _made(output)
    try:
        with ExitStack() as held:
            with failures_told():
                held.enter_context(locked(output))
            require_unclaimed(output, owner)
            with _owned(output, owner):
                yield
    finally:
        for folder in made:
            with suppress(OSError):  # it is not empty: it was written to
                folder.rmdir()


@contextmanager
def _owned(output: Path, owner: str) -> Iterator[None]:
    """Say whose a folder is; where that is new, and what is done in it fails, take it back."""
    is_new = not _owner(output)
    try:
        if is_new:
            write_text(output / OWNER_NAME, f"{owner}\n")
        yield
    except BaseException:
        if is_new:
            (output / OWNER_NAME).unlink(missing_ok=True)
        raise


def require_unclaimed(output: Path | None, owner: str) -> None:
    """Refuse a folder that holds what another workspace or environment compiled.

    None stands for a folder of the repository itself.

    Raises:
        OutputError: it does, or nobody can tell.
    """
    found = _owner(output) if output else ""
    if found not in ("", owner):
        raise OutputError(
            f"`{output}` holds what is compiled for {found}, not for {owner}",
            details=("files of the other one would be removed, as nothing here compiles them",),
            hint="give each workspace and environment an output folder of its own, or delete that "
            "one first",
        )


def _made(output: Path) -> list[Path]:
    """Make a folder and those above it; return what was not there, the deepest first."""
    missing = [each for each in (output, *output.parents) if not each.exists()]
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"`{output}` can't be made: {error.strerror or error}"
        raise OutputError(message, hint="choose a folder that you may write to") from error
    return missing


def _owner(output: Path) -> str:
    """Return what a folder says whose it is; "" where it says nothing.

    Raises:
        OutputError: what it says can't be read.
    """
    nobody = (FileNotFoundError, NotADirectoryError)
    with failures_told(), suppress(*nobody), (output / OWNER_NAME).open("rb") as stream:
        return printable(stream.read(_LONGEST).decode("utf-8", "replace").strip())
    return ""
