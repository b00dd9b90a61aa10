"""Who changed what since when: the facts that approvals and reports rest on.

Addresses are those that commits carry, not those that a `.mailmap` makes of them: that file is
part of the change, and its author must not choose to be somebody else. Commits assert who made
them, nothing proves it: replaced commits, grafts and the cached graph are not asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlspec.errors import UsageError
from mlspec.vcs._process import GitError, git

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

__all__ = [
    "Authors",
    "all_of_it",
    "authors",
    "changed_since",
    "commit_of",
    "commits_since",
    "committed_at",
    "files_at",
    "own_address",
    "said",
]

# a repository may name programs to run as differ or verifier of signatures
_OPTIONS = (
    *("-c", "log.showSignature=false", "-c", "core.commitGraph=false"),
    "--literal-pathspecs",
)
_PEOPLE = "%ae%x1f%ce%x1f%(trailers:key=Co-authored-by,valueonly,separator=%x1f)%x1e"
# they commit what others made on their pages, such as a merge
_FORGES = frozenset({"noreply@github.com", "noreply@gitlab.com"})
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ADDRESS = re.compile(r"<([^<>\s]{1,254})>\s*\Z")


@dataclass(frozen=True, slots=True)
class Authors:
    """Mail addresses in lower case, sorted.

    `is_complete` is false where a part of the history that the change may be in is not here: then
    they are those of the commits that are there, at least of the newest one.
    """

    addresses: tuple[str, ...]
    is_complete: bool


def committed_at(root: Path) -> str:
    """Return when HEAD was committed, in UTC and ISO 8601; "" without a commit or git."""
    from datetime import UTC, datetime

    seconds = said(root, "log", "-1", "--format=%ct", "HEAD")
    if not seconds:
        return ""
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def authors(root: Path, paths: Sequence[str], since: Sequence[str] = ()) -> Authors:
    """Return who changed files under `paths` in the commits after all of `since`.

    `since` are ids of commits; without any, the whole history counts. Co-authors and committers
    are authors, except for forges.
    """
    commits = commits_since(root, since)
    if commits is None:
        told = said(root, "log", "-1", f"--format={_PEOPLE}", "HEAD")
        return Authors(_addresses(told or ""), is_complete=False)
    told = said(root, "log", f"--format={_PEOPLE}", commits, "--", *paths)
    is_complete = told is not None and not _is_cut(root, commits)
    return Authors(_addresses(told or ""), is_complete)


def all_of_it(root: Path) -> str:
    """Return the path from `root` that stands for the whole repository."""
    return said(root, "rev-parse", "--show-cdup") or "."


def commits_since(root: Path, since: Sequence[str]) -> str | None:
    """Return how git calls the commits after all of `since`; None where they have no start."""
    start = _common_start(root, since) if since else ""
    if start is None:
        return None
    return f"{start}..HEAD" if start else "HEAD"


def files_at(root: Path, commits: Sequence[str], files: Collection[str]) -> frozenset[str]:
    """Return those of some files that every one of the commits has, named from `root`."""
    kept = frozenset(files)
    for each in {*commits} if kept else ():
        is_id = _ID.fullmatch(each)
        listed = said(root, "ls-tree", "--name-only", "-z", each, "--", *kept) if is_id else ""
        kept &= {*(listed or "").split("\0")}
    return kept


def own_address(root: Path) -> str:
    """Return the mail address that git would commit with, in lower case; "" where none is set."""
    return (said(root, "config", "--get", "user.email") or "").strip().lower()


def changed_since(root: Path, reference: str, paths: Sequence[str]) -> frozenset[str]:
    """Return the files under `paths` that differ from where HEAD left `reference`.

    Files are relative to `root`; those that were deleted or are not committed yet are among them.

    Raises:
        UsageError: there is no such commit, or no common history.
    """
    base = said(root, "merge-base", commit_of(root, reference), "HEAD")
    if not base:
        raise UsageError(
            f"`{reference}` and the checkout have no common history here",
            hint="fetch more of it, such as with `git fetch --unshallow`",
        )
    differ = ("diff", "--name-only", "--no-ext-diff", "--no-renames", "--relative", "-z", base)
    new = ("ls-files", "--others", "--exclude-standard", "-z")
    listed = (said(root, *command, "--", *paths) or "" for command in (differ, new))
    return frozenset(file for files in listed for file in files.split("\0") if file)


def commit_of(root: Path, reference: str) -> str:
    """Return the id of a commit that a branch, a tag or a part of an id names.

    Raises:
        UsageError: git knows none.
    """
    wanted = f"{reference}^{{commit}}"
    found = said(root, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    if not found:
        raise UsageError(
            f"git knows no commit `{reference}`",
            hint="name a branch, tag or commit; a clone may have to fetch it first",
        )
    return found.splitlines()[-1]


def _common_start(root: Path, since: Sequence[str]) -> str | None:
    """Return the newest commit that all of `since` and HEAD follow; None where there is none."""
    if not all(_ID.fullmatch(each) for each in since):
        return None
    return said(root, "merge-base", "--octopus", *sorted({*since}), "HEAD") or None


def _is_cut(root: Path, commits: str) -> bool:
    """Tell whether the parents of some of the commits are left out of this clone."""
    if said(root, "rev-parse", "--is-shallow-repository") == "false":
        return False
    listed = said(root, "rev-list", commits)
    place = said(root, "rev-parse", "--path-format=absolute", "--git-path", "shallow")
    if listed is None or not place:
        return True
    try:
        ends = Path(place).read_text("ascii").split()
    except (OSError, ValueError):
        return True
    return not {*ends}.isdisjoint(listed.split())


def _addresses(told: str) -> tuple[str, ...]:
    return tuple(sorted({each for commit in told.split("\x1e") for each in _people(commit)}))


def _people(commit: str) -> Iterator[str]:
    names = commit.strip("\n").split("\x1f")
    yield from {each.lower() for each in names[:2] if each} - _FORGES
    for other in names[2:]:
        if found := _ADDRESS.search(other):
            yield found[1].lower()


def said(root: Path, *arguments: str) -> str | None:
    """Return what a git command says; None where it fails or there is no git."""
    try:
        return git(root, *_OPTIONS, *arguments).decode("utf-8", "surrogateescape").rstrip("\n")
    except GitError:
        return None
