"""The commit that is checked out; information for readers, never a reason to fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["Commit", "head_commit", "is_ignored"]

# a hostile repository may name a program to run as its file system monitor
_STATUS = ("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C")
_ARGUMENTS = ("status", "--porcelain", "--untracked-files=normal", "--")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit by its full id; `dirty` tells that files differ from it or are not in it."""

    id: str
    dirty: bool


def head_commit(root: Path, paths: Collection[str] = (".",)) -> Commit | None:
    """Return the commit checked out at `root`; dirty if something under `paths` differs from it.

    None without a repository, a commit, a git program, or the right to read the repository.
    """
    try:
        import git
    except ImportError:
        return None
    try:
        with git.Repo(root, search_parent_directories=True) as repository:
            status = repository.git.execute([*_STATUS, str(root), *_ARGUMENTS, *paths])
            return Commit(repository.head.commit.hexsha, dirty=bool(status))
    except (git.GitError, OSError, ValueError):
        return None


def is_ignored(root: Path, path: Path) -> bool:
    """Tell whether git ignores a path of the repository at `root`; without git, it does not."""
    try:
        import git
    except ImportError:
        return False
    try:
        with git.Repo(root, search_parent_directories=True) as repository:
            return bool(repository.ignored(f"{path.absolute()}/"))
    except (git.GitError, OSError, ValueError):
        return False
