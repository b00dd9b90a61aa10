"""The branch with the compiled artifacts of an environment: what is on it, and its next commit."""

from __future__ import annotations

from hashlib import sha1, sha256
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes
from mlspec.errors import UsageError
from mlspec.vcs import COMMITTER, FOLDER, Draft, entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.state import Publication
    from mlspec.vcs import Objects

__all__ = ["branch_ref", "next_commit", "published_digests"]

_FILE = "100644"
_SHA1_CHARACTERS = 40


def branch_ref(branch: str) -> str:
    """Return the ref of a branch."""
    return f"refs/heads/{branch}"


def published_digests(objects: Objects, commit: str) -> dict[str, str]:
    """Return the SHA-256 digest of each file of a commit, by path."""
    listed = sorted((path, id_) for path, (_, id_) in _files(objects, commit).items())
    contents = objects.read([id_ for _, id_ in listed])
    return {
        path: digest_bytes(found.content)
        for (path, _), found in zip(listed, contents, strict=True)
        if found is not None
    }


def next_commit(
    objects: Objects, tip: str, publication: Publication, at: int, run_id: str
) -> Draft | None:
    """Return the commit that makes a branch hold exactly these files; None where it does.

    `tip` is the commit that the branch leads to, or "".

    Raises:
        UsageError: the branch holds commits of somebody else.
    """
    if tip:
        _refuse_foreign(objects, tip, publication.branch)
        wanted = {
            path: (_FILE, _blob_id(content, tip)) for path, content in publication.files.items()
        }
        if wanted == _files(objects, tip):
            return None
    message = f"{publication.message}\n\nrun: {run_id}\n"
    return Draft(tip, message, at, dict(publication.files), is_whole=True)


def _refuse_foreign(objects: Objects, tip: str, branch: str) -> None:
    """Refuse to replace what people committed: on a branch of sources, all would be gone."""
    found = objects.one(tip)
    head = found.content.partition(b"\n\n")[0].decode(errors="replace") if found else ""
    if f"\ncommitter {COMMITTER} " not in f"\n{head}":
        raise UsageError(
            f"`{branch}` holds commits that mlspec did not make, and publishing replaces all files",
            hint="choose a branch of its own as `publish`, or take the other commits back",
        )


def _files(objects: Objects, commit: str) -> dict[str, tuple[str, str]]:
    """Return mode and id of each file of a commit, by path."""
    return dict(_below(objects, "", f"{commit}^{{tree}}"))


def _below(objects: Objects, folder: str, name: str) -> Iterator[tuple[str, tuple[str, str]]]:
    tree = objects.one(name)
    for entry in list(entries(tree)) if tree and tree.kind == "tree" else ():
        path = f"{folder}{entry.name}"
        if entry.mode == FOLDER:
            yield from _below(objects, f"{path}/", entry.id)
        else:
            yield path, (entry.mode, entry.id)


def _blob_id(content: bytes, like: str) -> str:
    """Return the id that git gives to a file, in a repository with ids such as `like`."""
    framed = b"blob %d\0%s" % (len(content), content)
    if len(like) == _SHA1_CHARACTERS:
        return sha1(framed, usedforsecurity=False).hexdigest()
    return sha256(framed).hexdigest()
