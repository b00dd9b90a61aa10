"""What files said at a commit, as digests of their bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes
from mlspec.vcs._objects import Objects
from mlspec.vcs._process import GitError, git

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

__all__ = ["digests_at", "versions_of"]

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ID_OF_NEW = re.compile(r":[0-7]+ 100[0-7]+ [0-9a-f]+ (?P<id>[0-9a-f]+) ")
_VERSIONS = (
    *("-c", "core.commitGraph=false", "--literal-pathspecs", "log", "--raw", "--no-abbrev"),
    *("--format=", "--full-history", "-m", "--no-renames", "--no-ext-diff", "-z"),
)
_FILES = ("100644", "100755")  # neither links nor other repositories


def digests_at(
    root: Path, commit: str, paths: Sequence[str], suffixes: Collection[str]
) -> Mapping[str, str] | None:
    """Return the digests of the files under `paths` at a commit, by their path from `root`.

    Files whose names end otherwise than `suffixes` are left out. None where the repository does
    not have the commit.
    """
    if not _ID.fullmatch(commit):
        return None
    try:
        listed = git(
            root, "--literal-pathspecs", "ls-tree", "-r", "-z", commit, "--", *paths
        ).decode("utf-8", "surrogateescape")
        blobs = dict(filter(None, (_blob(each, suffixes) for each in listed.split("\0"))))
        with Objects(root) as objects:
            found = objects.read(list(blobs.values()))
            return {
                path: digest_bytes(each.content) if each else ""
                for path, each in zip(blobs, found, strict=True)
            }
    except GitError:
        return None


def versions_of(root: Path, file: str) -> tuple[bytes, ...]:
    """Return all that a file said in the commits that HEAD follows; none without a repository."""
    try:
        listed = git(root, *_VERSIONS, "HEAD", "--", file).decode("utf-8", "surrogateescape")
        ids = {_ID_OF_NEW.match(each) for each in listed.split("\0")}
        with Objects(root) as objects:
            found = [*objects.read(sorted(each["id"] for each in ids if each))]
    except GitError:
        return ()
    return tuple(each.content for each in found if each)


def _blob(line: str, suffixes: Collection[str]) -> tuple[str, str] | None:
    """Return the path and the id of a file in a line of `git ls-tree`."""
    facts, _, path = line.partition("\t")
    mode, _, rest = facts.partition(" ")
    if mode not in _FILES or not path.endswith(tuple(suffixes)):
        return None
    return path, rest.split()[1]
