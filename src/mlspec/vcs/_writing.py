"""Writing commits: one git process, no index, no work tree, no branch.

In: files by path, and the commit they follow. Out: the ids of new commits that nothing refers to
yet. Trees that no file is written to are taken over as they are, unread.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.vcs._process import GitError, git

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["COMMITTER", "Draft", "write_commits"]

COMMITTER = "mlspec <mlspec@mlspec.dev>"
_MAKING = "refs/mlspec/making/"


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit to be: `files` are written over those of `parent`, or stand alone if `is_whole`.

    `parent` is a commit id, or "" for none; `at` counts seconds since 1970; a file of None is
    taken away.
    """

    parent: str
    message: str
    at: int
    files: Mapping[str, bytes | None] = field(repr=False)
    is_whole: bool = False


def write_commits(root: Path, drafts: Sequence[Draft]) -> tuple[str, ...]:
    """Write commits into the repository around `root` and return their ids, in order.

    The same draft gives the same id.

    Raises:
        GitError: the repository can't be written, or a parent is not in it.
        ValueError: a path leads out of the tree, or into the folder of git.
    """
    names = f"{_MAKING}{secrets.token_hex(8)}"
    stream = b"".join(_stream(drafts, names))
    try:
        told = git(root, "fast-import", "--quiet", "--done", given=stream)
    finally:
        _drop_names(root)
    return tuple(told.decode().split())


def _drop_names(root: Path) -> None:
    """Drop the names that git had to give the commits, also those of runs that were killed.

    Others may be at work: they know their commits by id, so a lost name does them no harm.
    """
    try:
        listed = git(root, "for-each-ref", "--format=delete %(refname)", _MAKING)
        if listed:
            git(root, "update-ref", "--no-deref", "--stdin", given=listed)
    except GitError:
        return


def _stream(drafts: Sequence[Draft], names: str) -> Iterator[bytes]:
    for mark, draft in enumerate(drafts, start=1):
        message = draft.message.encode()
        yield f"commit {names}-{mark}\nmark :{mark}\n".encode()
        yield f"committer {COMMITTER} {draft.at} +0000\n".encode()
        yield b"data %d\n%s\n" % (len(message), message)
        if draft.parent:
            yield f"from {draft.parent}\n".encode()
        if draft.is_whole:
            yield b"deleteall\n"
        for path, content in sorted(draft.files.items()):
            yield _change(path, content)
        yield f"get-mark :{mark}\n".encode()
    yield b"done\n"


def _change(path: str, content: bytes | None) -> bytes:
    name = _quoted(path).encode()
    if content is None:
        return b"D %s\n" % name
    return b"M 100644 inline %s\ndata %d\n%s\n" % (name, len(content), content)


def _quoted(path: str) -> str:
    if any(part in {"", ".", ".."} or part.lower() == ".git" for part in path.split("/")):
        raise ValueError(f"{path!r} is no path of a file in a tree")
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
