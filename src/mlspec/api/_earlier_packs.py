"""Earlier states of a pack that lies in a folder of the workspace: by commit, or by digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.pack_sources import recalled_files
from mlspec.errors import UsageError
from mlspec.policy import LOCK_FILE, MOST_BYTES, MOST_FILES, PackFiles, belongs
from mlspec.vcs import GitError, TooMuchError, folder_at, folder_commits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.policy import LockedPack

__all__ = ["folder_pack_at", "locked_pack"]

_MOST_COMMITS = 200


def folder_pack_at(root: Path, folder: str, reference: str) -> PackFiles:
    """Return the files of a pack in a folder of the workspace as a commit had them.

    Raises:
        UsageError: there is no such commit, or no pack in the folder at that commit.
    """
    try:
        content = folder_at(root, reference, folder, belongs, (MOST_FILES, MOST_BYTES))
    except (GitError, TooMuchError) as error:
        raise UsageError(f"`{folder}` at `{reference}` can't be read: {error}") from None
    if content is None or "pack.yaml" not in content:
        raise UsageError(
            f"`{folder}` at `{reference}` holds no `pack.yaml`",
            hint=f"`git log -- {folder}` lists the commits that changed it",
        )
    return PackFiles(f"{reference}:{folder}", content)


def locked_pack(
    root: Path, spec: PolicyBindingSpec, lock: Mapping[str, LockedPack] | None
) -> PackFiles:
    """Return the files of a pack that the lock names: from this machine, or from the history.

    Raises:
        UsageError: the lock names none, or nobody has these bytes any more.
    """
    locked = (lock or {}).get(spec.pack)
    if locked is None:
        raise UsageError(f"`{spec.pack}` is not in `{LOCK_FILE}`", hint="`mlspec policy lock`")
    files = recalled_files(root, spec, locked.digest)
    if files.digest == locked.digest:
        return files
    folder = spec.source.folder if spec.source is not None else None
    for commit in folder_commits(root, folder, _MOST_COMMITS) if folder else ():
        found = _tried(root, folder or "", commit)
        if found is not None and found.digest == locked.digest:
            return found
    raise UsageError(
        f"the files of `{spec.pack}` that `{LOCK_FILE}` names are neither here nor in git",
        hint=f"they have the digest {locked.digest}; name a folder or a commit that holds them",
    )


def _tried(root: Path, folder: str, commit: str) -> PackFiles | None:
    try:
        return folder_pack_at(root, folder, commit)
    except UsageError:  # a commit that took the folder away, or held no pack yet
        return None
