"""The files of a state commit: where each record lies, and reading them in bulk.

    meta.json                         lineage, serial, newest checkpoint
    objects.jsonl, heads.jsonl        one line for each object, and for each chain of events
    bodies/<2 hex>/<hex>.json         the specs, by the SHA-256 digest of the file
    events/<2 hex>/<address>.jsonl    the chain of an address
    statements/<2 hex>/<hex>[.sig]    documents by digest, and their signatures
    checkpoints/<n>/<sequence>.json   the chain over all chains
    runs/<n>/<serial>-<hex>.json      runs that ended, each with the digest of its plan

Folders are kept small, so that a run rewrites little. Git's own ids guard the bytes against rot;
digests of records are checked where they are used, and by `audit verify`.
"""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from mlspec.canonical import digest_bytes
from mlspec.errors import RegistryUnavailableError, TamperedPlanError
from mlspec.registry._codec import (
    FORMAT,
    Meta,
    checkpoint_from,
    events_from,
    heads_from,
    meta_from,
    objects_from,
    run_from,
    value_from,
)
from mlspec.state import Head, Statement
from mlspec.vcs import FOLDER, entries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.state import Checkpoint, Event, ObjectRecord, RunRecord
    from mlspec.vcs import Objects

__all__ = [
    "HEADS",
    "META",
    "OBJECTS",
    "Store",
    "body_path",
    "chain_path",
    "checkpoint_path",
    "run_path",
    "signature_path",
    "statement_path",
]

META, OBJECTS, HEADS = "meta.json", "objects.jsonl", "heads.jsonl"
_BODIES, _EVENTS, _STATEMENTS = "bodies", "events", "statements"
_CHECKPOINTS, _RUNS = "checkpoints", "runs"
_SIGNATURE = ".sig"
_PER_FOLDER = 1000
_ABSENT = "it is not there"


def body_path(digest: str) -> str:
    """Return where the body of a digest lies."""
    return f"{_by_digest(_BODIES, digest)}.json"


def statement_path(digest: str) -> str:
    """Return where the document of a digest lies; its signature lies beside it."""
    return _by_digest(_STATEMENTS, digest)


def signature_path(digest: str) -> str:
    """Return where the signature of a document lies."""
    return statement_path(digest) + _SIGNATURE


def chain_path(address: str) -> str:
    """Return where the events of an address lie."""
    spread = sha256(address.encode()).hexdigest()[:2]
    return f"{_EVENTS}/{spread}/{quote(address, safe='')}.jsonl"


def checkpoint_path(sequence: int) -> str:
    """Return where a checkpoint lies."""
    return f"{_CHECKPOINTS}/{sequence // _PER_FOLDER:05}/{sequence:08}.json"


def run_path(serial: int, plan_digest: str) -> str:
    """Return where a run lies."""
    return f"{_RUNS}/{serial // _PER_FOLDER:05}/{serial:08}-{_hex(plan_digest)}.json"


def _by_digest(folder: str, digest: str) -> str:
    name = _hex(digest)
    return f"{folder}/{name[:2]}/{name}"


def _hex(digest: str) -> str:
    return quote(digest.removeprefix("sha256:"), safe="")


class Store:
    """The records of one commit; of no commit, where `commit` is ""."""

    def __init__(self, objects: Objects, commit: str, environment: str, ref: str) -> None:
        self._objects, self._commit = objects, commit
        self._environment, self._ref = environment, ref

    def meta(self) -> Meta:
        """Return the counters.

        Raises:
            RegistryUnavailableError: the commit is no state of this environment.
        """
        if not self._commit:
            return Meta(self._environment)
        with self._sound(META):
            meta = meta_from(self._needed(META))
        if meta.format != FORMAT:
            raise self.damaged(META, f"its format is `{meta.format}`, not `{FORMAT}`")
        if meta.environment != self._environment:
            raise self.damaged(META, f"it is the state of `{meta.environment}`")
        return meta

    def newest(self) -> Head:
        """Return number and digest of the newest checkpoint; of none, where there is none."""
        meta = self.meta()
        return Head(meta.sequence, meta.head)

    def has(self, head: Head) -> bool:
        """Tell whether the record goes on from a checkpoint, or ends with it."""
        if head.sequence >= self.newest().sequence:
            return head == self.newest()
        path = checkpoint_path(head.sequence)
        content = self.file(path)
        with self._sound(path):
            there = Head() if content is None else checkpoint_from(content)
        return head.sequence == 0 or there.digest == head.digest

    def objects(self) -> dict[str, ObjectRecord]:
        """Return the objects by address, without their bodies."""
        with self._sound(OBJECTS):
            return objects_from(self._needed(OBJECTS))

    def heads(self) -> dict[str, Head]:
        """Return the heads of the chains by address."""
        with self._sound(HEADS):
            return heads_from(self._needed(HEADS))

    def bodies(self, digests: Collection[str]) -> dict[str, Json]:
        """Return the bodies by digest; unknown digests are absent.

        Raises:
            TamperedPlanError: a body is not what its digest says.
        """
        wanted = sorted(set(digests))
        paths = [body_path(each) for each in wanted]
        found: dict[str, Json] = {}
        for digest, path, content in zip(wanted, paths, self.files(paths), strict=True):
            if content is not None:
                found[digest] = self._body(path, digest, content)
        return found

    def _body(self, path: str, digest: str, content: bytes) -> Json:
        if digest_bytes(content) != digest:
            raise TamperedPlanError(
                f"`{path}` of `{self._ref}` does not match its own digest",
                hint=f"somebody wrote to the ref by hand; `git log {self._ref}` on the remote"
                " shows who",
            )
        with self._sound(path):
            return value_from(content)

    def events(self, address: str | None = None) -> list[Event]:
        """Return the events in order of address and sequence; of one address, or of all."""
        if address is None:
            files = self._folder(_EVENTS)
        else:
            path = chain_path(address)
            files = ((path, content) for content in self.files([path]) if content is not None)
        events: list[Event] = []
        for path, content in files:
            with self._sound(path):
                events += events_from(content)
        return sorted(events, key=lambda each: (each.address, each.sequence))

    def checkpoints(self) -> list[Checkpoint]:
        """Return the chain of checkpoints, oldest first."""
        found = []
        for path, content in self._folder(_CHECKPOINTS):
            with self._sound(path):
                found.append(checkpoint_from(content))
        return found

    def runs(self, plan_digest: str | None = None) -> list[RunRecord]:
        """Return the runs that ended, oldest first; of one plan, or all."""
        end = "" if plan_digest is None else f"-{_hex(plan_digest)}.json"
        found = []
        for path, content in self._folder(_RUNS, end):
            with self._sound(path):
                found.append(run_from(content))
        return found

    def statements(self, digests: Collection[str] | None = None) -> dict[str, Statement]:
        """Return documents by digest; some, or all."""
        if digests is None:
            files = dict(self._folder(_STATEMENTS))
        else:
            paths = [path(each) for each in digests for path in (statement_path, signature_path)]
            contents = zip(paths, self.files(paths), strict=True)
            files = {path: content for path, content in contents if content is not None}
        return {each.digest: each for each in self._statements(files)}

    def _statements(self, files: Mapping[str, bytes]) -> Iterator[Statement]:
        for path, content in files.items():
            if not path.endswith(_SIGNATURE):
                digest = f"sha256:{unquote(path.rpartition('/')[2])}"
                signature = files.get(path + _SIGNATURE, b"")
                with self._sound(path):
                    yield Statement(digest, content.decode(), signature.decode())

    def file(self, path: str) -> bytes | None:
        """Return the bytes of a file; None where there is none."""
        return next(self.files([path]))

    def files(self, paths: Sequence[str]) -> Iterator[bytes | None]:
        """Yield the bytes of each file, in order."""
        if not self._commit:
            yield from (None for _ in paths)
            return
        for found in self._objects.read([f"{self._commit}:{path}" for path in paths]):
            yield found.content if found and found.kind == "blob" else None

    def _needed(self, path: str) -> bytes:
        content = self.file(path)
        if content is None and self._commit:
            raise self.damaged(path)
        return content or b""

    def _folder(self, path: str, end: str = "") -> Iterator[tuple[str, bytes]]:
        """Yield the files below a folder whose names end so, in order of their paths."""
        listed = sorted(each for each in self._below(path) if each[0].endswith(end))
        contents = self._objects.read([id_ for _, id_ in listed])
        for (name, _), found in zip(listed, contents, strict=True):
            if found is None:
                raise self.damaged(name)
            yield name, found.content

    def _below(self, path: str) -> Iterator[tuple[str, str]]:
        """Yield path and id of each file two levels below a folder, as all of ours are."""
        folders = [(path, f"{self._commit}:{path}")] if self._commit else []
        while folders:
            trees = list(self._objects.read([name for _, name in folders]))
            parents, folders = folders, []
            for (parent, _), tree in zip(parents, trees, strict=True):
                for entry in entries(tree) if tree and tree.kind == "tree" else ():
                    below = (f"{parent}/{entry.name}", entry.id)
                    if entry.mode == FOLDER:
                        folders.append(below)
                    else:
                        yield below

    @contextmanager
    def _sound(self, path: str) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            raise self.damaged(path, str(error)) from error

    def damaged(self, path: str, reason: str = _ABSENT) -> RegistryUnavailableError:
        """Return the error about a file that is not as it was written."""
        return RegistryUnavailableError(
            f"`{self._ref}` holds content that mlspec never wrote: `{path}`: {reason}",
            hint="find the last good commit of the ref with `git log` on the remote, and set the"
            " ref back to it",
        )
