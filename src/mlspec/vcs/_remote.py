"""One remote of a repository: what its refs are, getting their commits, moving them together.

Nothing of the user's is touched: no branch, no index, no work tree, no configuration, not
`FETCH_HEAD`. What was fetched is held by a private ref, so that the next fetch is short.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from mlspec.vcs._process import GitError, git

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["HERE", "Move", "Remote", "RemoteMissingError", "is_shallow", "remotes"]

HERE = "."
"""The remote that is the repository itself."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SEEN = "refs/mlspec/seen/"
_ASK_SECONDS, _MOVE_SECONDS = 60.0, 300.0
_ATTEMPTS = 5
_FETCH = (
    *("fetch", "--quiet", "--no-write-fetch-head", "--no-tags", "--no-prune", "--refmap="),
    *("--no-recurse-submodules", "--no-auto-maintenance", "--no-write-commit-graph"),
    "--no-filter",  # a partial clone would ask for each file on its own
)
_PUSH = (
    *("push", "--quiet", "--no-verify", "--no-follow-tags", "--no-signed"),
    "--recurse-submodules=no",
)


def remotes(root: Path) -> tuple[str, ...]:
    """Return the names of the remotes that a clone is set up with; none without a repository."""
    try:
        return tuple(git(root, "remote").decode(errors="replace").split())
    except GitError:
        return ()


def is_shallow(root: Path) -> bool:
    """Tell whether a clone lacks some of the commits that HEAD follows."""
    try:
        return git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except GitError:
        return False


class RemoteMissingError(GitError):
    """The repository has no remote of that name."""


@dataclass(frozen=True, slots=True)
class Move:
    """A ref that is to lead to `new`, if it leads to `old` still; "" is a ref that is not there."""

    ref: str
    old: str
    new: str


@dataclass(frozen=True)
class Remote:
    """A remote by its name, URL or path, as the repository around `root` knows it."""

    root: Path
    name: str

    def tips(self, refs: Sequence[str]) -> Mapping[str, str]:
        """Ask the remote which object each ref leads to; a ref that is not there is absent.

        Raises:
            GitError: the remote can't be asked.
        """
        self._check()
        told = git(self.root, "ls-remote", "--quiet", self.name, *refs, seconds=_ASK_SECONDS)
        lines = (line.split("\t", 1) for line in told.decode(errors="replace").splitlines())
        return {line[1]: line[0] for line in lines if line[-1] in refs}

    def obtain(self, ref: str, id_: str) -> bool:
        """Bring the commit that a ref was seen to lead to; false when it leads elsewhere by now.

        Raises:
            GitError: the remote can't be asked.
        """
        if self._is_here(id_):
            return True
        depth = ["--depth=1"] if self._is_shallow else []
        self._fetch([*_FETCH, *depth, self.name, ref], id_)
        if not self._is_here(id_):
            return False
        self.hold(ref, id_)
        return True

    def push(self, moves: Sequence[Move]) -> None:
        """Move all of the refs, or none.

        Raises:
            GitError: they were not moved, or it is not known whether they were: ask for `tips`.
        """
        self._check()
        leases = [f"--force-with-lease={each.ref}:{each.old}" for each in moves]
        together = ["--atomic"] if len(moves) > 1 else []
        wanted = [f"{each.new}:{each.ref}" for each in moves]
        git(self.root, *_PUSH, *together, *leases, self.name, *wanted, seconds=_MOVE_SECONDS)

    def hold(self, ref: str, id_: str) -> None:
        """Keep a commit of the remote from being tidied away; a lost hold costs time only."""
        if self.name != HERE:
            try:
                git(self.root, "update-ref", "--no-deref", self.private(ref), id_)
            except GitError:
                return

    def held(self, ref: str) -> str:
        """Return the commit of a ref of the remote that was held last; "" for none."""
        try:
            told = git(self.root, "rev-parse", "--verify", "--quiet", self.private(ref))
        except GitError:
            return ""
        return told.decode().strip()

    def private(self, ref: str) -> str:
        """Return the ref of ours that holds the commits of a ref of the remote."""
        return f"{_SEEN}{self._label}/{ref.removeprefix('refs/')}"

    def _fetch(self, arguments: Sequence[str], id_: str) -> None:
        """Fetch; another run that fetches into the same clone may hold a lock for a moment."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                git(self.root, *arguments, seconds=_MOVE_SECONDS)
            except GitError as error:
                if self._is_here(id_):
                    return
                if attempt == _ATTEMPTS or not error.says(".lock': File exists"):
                    raise
            else:
                return

    def _is_here(self, id_: str) -> bool:
        try:
            git(self.root, "rev-parse", "--verify", "--quiet", f"{id_}^{{object}}")
        except GitError:
            return False
        return True

    @property
    def _label(self) -> str:
        """A name for refs of ours; URLs may hold secrets."""
        if _NAME.fullmatch(self.name) and not self.name.endswith(".lock"):
            return self.name
        return sha256(self.name.encode()).hexdigest()[:16]

    @cached_property
    def _is_shallow(self) -> bool:
        return is_shallow(self.root)

    def _check(self) -> None:
        """Refuse a name that is no remote: git would take it for a folder of the checkout."""
        if self._is_known:
            return
        raise RemoteMissingError((f"there is no remote `{self.name}`",))

    @cached_property
    def _is_known(self) -> bool:
        git(self.root, "rev-parse", "--git-dir")  # says in its own words if there is none
        if self.name == HERE or not _NAME.fullmatch(self.name):
            return not self.name.startswith("-")
        try:
            git(self.root, "remote", "get-url", "--", self.name)
        except GitError:
            return False
        return True
