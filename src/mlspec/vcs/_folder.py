"""A folder of the checkout as earlier commits had it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.vcs._files import content_at
from mlspec.vcs._history import commit_of, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["folder_at", "folder_commits"]


def folder_commits(root: Path, folder: str, most: int) -> tuple[str, ...]:
    """Return the commits that changed a folder below `root`, newest first, `most` at the most.

    There are none where git knows none, or where there is no git.
    """
    told = said(root, "log", f"--max-count={most}", "--format=%H", "HEAD", "--", folder)
    return tuple((told or "").split())


def folder_at(
    root: Path,
    reference: str,
    folder: str,
    is_wanted: Callable[[str], bool],
    most: tuple[int, int],
) -> Mapping[str, bytes] | None:
    """Return the files of a folder below `root` at a commit, as `content_at` does.

    Raises:
        UsageError: git knows no such commit.
        TooMuchError, GitError: as of `content_at`.
    """
    prefix = said(root, "rev-parse", "--show-prefix") or ""
    return content_at(root, commit_of(root, reference), f"{prefix}{folder}", is_wanted, most)
