"""Under which names a content stood: files are renamed, copied, split and put together.

In: the files it stands in now, and how to tell it from other texts. Out: all paths that it was
ever read from, be they in the folders of specs or not. What git takes for a rename or a copy
counts, and so does each file that held the content in any commit. The work is bounded: None says
that there was too much of it, or that git could not tell, so that anybody may have touched it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.vcs._history import commits_since, said
from mlspec.vcs._objects import Objects
from mlspec.vcs._process import GitError, git

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["Content", "names_of"]

_MOST_NAMES, _MOST_TEXTS, _MOST_BYTES = 1_000, 50_000, 8 << 20
_TEXTS = tuple(f":(top,icase)*.{suffix}" for suffix in ("yaml", "yml"))
_ALL = ("-z", "--format=", "--full-history", "-m", "--no-ext-diff", "--no-textconv")
_ORIGINS = ("--name-status", "--diff-filter=RC", "--full-diff", "-l0", "-M", "-C", "-C")
_VERSIONS = ("--raw", "--no-abbrev", "--no-renames")
_SIZE = "--batch-check=%(objectsize) %(objectname)"
_FILE = "100"  # how the mode of a file begins; links and other repositories hold nothing
_PAIR = re.compile(r"(?P<how>[RC])[0-9]+\0(?P<old>[^\0]+)\0(?P<new>[^\0]+)\0")


@dataclass(frozen=True, slots=True)
class Content:
    """What is looked for: in `files` now, and wherever `is_in` says so of the bytes of a file.

    A copy of one of the `templates` is a new content; what they say was agreed to.
    """

    files: Collection[str]
    is_in: Callable[[bytes], bool]
    templates: Collection[str] = ()


class _TooMuchError(Exception):
    """There is more to look through than is worth it."""


def names_of(root: Path, content: Content, since: Sequence[str] = ()) -> tuple[str, ...] | None:
    """Return the paths, from `root`, that a content had in the commits after all of `since`."""
    commits, prefix = commits_since(root, since), said(root, "rev-parse", "--show-prefix")
    if commits is None or prefix is None:
        return None
    try:
        found = _found(root, commits, _from_top(prefix, content))
    except (GitError, _TooMuchError):
        return None
    return tuple(sorted(_from_root(prefix, each) for each in found))


def _from_top(prefix: str, content: Content) -> Content:
    """Return a content with its files as they are called from the top of the repository."""
    files = frozenset(f"{prefix}{each}" for each in content.files)
    templates = frozenset(f"{prefix}{each}" for each in content.templates)
    return Content(files, content.is_in, templates - files)


def _found(root: Path, commits: str, content: Content) -> set[str]:
    names = {*content.files} | _holders(root, commits, content.is_in)
    return _followed(root, commits, names, content.templates)


def _followed(
    root: Path, commits: str, names: Iterable[str], templates: Collection[str]
) -> set[str]:
    """Return names with those that their files were renamed or copied from, and so on."""
    found, new = set[str](), {*names}
    while new:
        found |= new
        if len(found) > _MOST_NAMES:
            raise _TooMuchError
        paths = [f":(top,literal){each}" for each in sorted(new)]
        told = _log(root, *_ORIGINS, commits, "--", *paths)
        new = {old for old in _origins(told, found, templates) if old not in found}
    return found


def _origins(told: str, names: Collection[str], templates: Collection[str]) -> Iterator[str]:
    for pair in _PAIR.finditer(told):
        is_template = pair["how"] == "C" and pair["old"] in templates
        if pair["new"] in names and not is_template:
            yield pair["old"]


def _holders(root: Path, commits: str, is_in: Callable[[bytes], bool]) -> set[str]:
    """Return the paths of the texts that held the content before or after one of the commits."""
    paths: dict[str, set[str]] = {}
    tokens = _log(root, *_VERSIONS, commits, "--", *_TEXTS).split("\0")
    for facts, path in zip(tokens[::2], tokens[1::2], strict=False):
        old_mode, new_mode, old, new, _ = facts.lstrip(":").split(" ")
        for mode, id_ in ((old_mode, old), (new_mode, new)):
            if mode.startswith(_FILE):
                paths.setdefault(id_, set()).add(path)
    held = _holding(root, sorted(paths), is_in)
    return {path for id_ in held for path in paths[id_]}


def _holding(root: Path, ids: Sequence[str], is_in: Callable[[bytes], bool]) -> Iterator[str]:
    """Yield those of some texts that hold the content."""
    if len(ids) > _MOST_TEXTS:
        raise _TooMuchError
    wanted = [*_small(root, ids)]
    with Objects(root) as objects:
        for each in objects.read(wanted):
            if each is None:
                raise _TooMuchError
            if is_in(each.content):
                yield each.id


def _small(root: Path, ids: Sequence[str]) -> Iterator[str]:
    """Yield those that are no larger than a spec can be."""
    told = git(root, "cat-file", _SIZE, given="".join(f"{each}\n" for each in ids).encode())
    for line in told.decode().splitlines():
        size, _, id_ = line.partition(" ")
        if not size.isdecimal() or int(size) <= _MOST_BYTES:
            yield id_


def _log(root: Path, *arguments: str) -> str:
    told = git(root, "-c", "core.commitGraph=false", "log", *_ALL, *arguments)
    return told.decode("utf-8", "surrogateescape")


def _from_root(prefix: str, path: str) -> str:
    """Return a path of the repository as it is called from a folder of it."""
    if path.startswith(prefix):
        return path.removeprefix(prefix)
    return f"{'../' * prefix.count('/')}{path}"
