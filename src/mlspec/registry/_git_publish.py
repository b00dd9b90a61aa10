"""The branch with the compiled artifacts of an environment: what is on it, and its next commit."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes
from mlspec.errors import UsageError
from mlspec.printable import printable
from mlspec.vcs import COMMITTER, FOLDER, Draft, entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.state import Publication
    from mlspec.vcs import Objects

__all__ = ["Publisher", "branch_ref", "next_commit", "published_digests"]

_ENVIRONMENT = "Mlspec-Environment"
_LINEAGE = "Mlspec-Lineage"
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


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose files a branch holds: an environment of one registry, which its lineage tells apart."""

    environment: str
    lineage: str

    def trailers(self) -> tuple[str, ...]:
        """Return the lines by which a commit names it."""
        return (f"{_ENVIRONMENT}: {self.environment}", f"{_LINEAGE}: {self.lineage}")


def next_commit(
    objects: Objects, tip: str, publication: Publication, publisher: Publisher, run: tuple[int, str]
) -> Draft | None:
    """Return the commit that makes a branch hold exactly these files; None where it does.

    `tip` is the commit that the branch leads to, or ""; `run` is when the run was, and its name.

    Raises:
        UsageError: the branch holds commits of somebody else.
    """
    at, run_id = run
    if tip:
        _refuse_foreign(objects, tip, publication.branch, publisher)
        wanted = {
            path: (_FILE, _blob_id(content, tip)) for path, content in publication.files.items()
        }
        if wanted == _files(objects, tip):
            return None
    facts = "\n".join((f"run: {run_id}", *publisher.trailers()))
    message = f"{publication.message}\n\n{facts}\n"
    return Draft(tip, message, at, dict(publication.files), is_whole=True)


def _refuse_foreign(objects: Objects, tip: str, branch: str, publisher: Publisher) -> None:
    """Refuse to replace what people, or other environments, committed: all of it would be gone."""
    found = objects.one(tip)
    text = found.content.decode(errors="replace") if found else ""
    head, _, message = text.partition("\n\n")
    if f"\ncommitter {COMMITTER} " not in f"\n{head}":
        raise UsageError(
            f"`{branch}` holds commits that mlspec did not make, and publishing replaces all files",
            hint="choose a branch of its own as `publish`, or take the other commits back",
        )
    told = tuple(message.strip().rpartition("\n\n")[2].splitlines())[-2:]
    if told != publisher.trailers():
        raise UsageError(
            f"`{branch}` is not published by this registry of `{publisher.environment}`",
            details=tuple(printable(each) for each in told),
            hint="choose a branch of its own as `publish`; or delete the branch on the remote, if"
            " nothing deploys from it any more",
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
