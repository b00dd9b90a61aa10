"""Three versions of a text, merged line by line as git merges files."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mlspec.vcs._process import GitError, start, stop, words_of

__all__ = ["Conflict", "MergedText", "merge_texts"]

_SECONDS = 60.0
_NAMES = ("ours", "base", "theirs")
_MOST_CONFLICTS = 127
_WIDTH = 32
"""How many characters a mark of a conflict has: more than any line of a spec begins with."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines that both sides changed, each in its own way."""

    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class MergedText:
    """A merged text. Where both sides changed the same lines, ours stand in it."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


def merge_texts(ours: str, base: str, theirs: str) -> MergedText:
    """Return what came of `base` on both sides.

    Raises:
        GitError: git can't merge them, or there is no git.
    """
    with tempfile.TemporaryDirectory(prefix="mlspec-merge-") as name:
        folder = Path(name)
        for each, text in zip(_NAMES, (ours, base, theirs), strict=True):
            (folder / each).write_bytes(text.encode())
        marked = _merged(folder, f"--marker-size={_WIDTH}")
        kept, conflicts = _taken(marked)
    return MergedText(kept, conflicts)


def _merged(folder: Path, *options: str) -> str:
    process = start(folder, "merge-file", "-p", *options, *_NAMES)
    try:
        out, err = process.communicate(timeout=_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise GitError((f"git gave no answer within {_SECONDS:g} seconds",)) from error
    finally:
        stop(process)
    if not 0 <= process.returncode <= _MOST_CONFLICTS:
        raise GitError(words_of(err) or ("git can't merge the texts",))
    return out.decode()


def _taken(marked: str) -> tuple[str, tuple[Conflict, ...]]:
    """Return the text with our side of every conflict, and the conflicts."""
    kept: list[str] = []
    conflicts: list[Conflict] = []
    sides: tuple[list[str], list[str]] = ([], [])
    side: int | None = None
    for line in marked.splitlines(keepends=True):
        mark = line[:_WIDTH]
        if side is None and mark == "<" * _WIDTH:
            sides, side = ([], []), 0
        elif side == 0 and mark == "=" * _WIDTH:
            side = 1
        elif side == 1 and mark == ">" * _WIDTH:
            kept += sides[0]
            conflicts.append(Conflict("".join(sides[0]), "".join(sides[1])))
            side = None
        else:
            (kept if side is None else sides[side]).append(line)
    return "".join(kept), tuple(conflicts)
