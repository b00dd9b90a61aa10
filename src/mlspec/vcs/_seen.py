"""What a clone has seen of the refs of its remotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.vcs._process import GitError, git

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["has_seen"]


def has_seen(root: Path, ref: str) -> bool:
    """Tell whether a ref was ever read from a remote into the repository around `root`."""
    try:
        told = git(root, "for-each-ref", "--format=%(refname)", "refs/mlspec/seen/")
    except GitError:
        return False
    tail = f"/{ref.removeprefix('refs/')}"
    return any(line.endswith(tail) for line in told.decode(errors="replace").splitlines())
