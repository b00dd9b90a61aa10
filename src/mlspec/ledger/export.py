"""A ledger as plain files that an outsider can verify with `sha256sum` and `ssh-keygen` alone.

In: what a registry keeps. Out: content by path; nothing is written here. The same ledger gives
the same bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.errors import TamperedPlanError
from mlspec.resources import data_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.state import Checkpoint, Event, RunRecord, Snapshot, Statement

__all__ = ["exported", "sums_of"]

_NAME_CHARACTERS = 16
_ADDRESS = re.compile(r"[a-z][a-z0-9-]*/[A-Za-z0-9][A-Za-z0-9._@-]*")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_WORD = re.compile(r"[\w.-]+")


def exported(
    snapshot: Snapshot,
    events: Iterable[Event],
    checkpoints: Iterable[Checkpoint],
    runs: Iterable[RunRecord],
    statements: Mapping[str, Statement],
    signers: str,
) -> dict[str, bytes]:
    """Return the files of a ledger by path, with their sums and with how to verify them.

    `signers` is the text of the allowed signers that the registry has ever recorded.

    Raises:
        TamperedPlanError: something has a name that mlspec never gave.
    """
    told = sorted(events, key=lambda each: (each.address, each.sequence))
    files = dict([*_events(told), *_checkpoints(checkpoints), *_statements(statements)])
    files["allowed_signers"] = f"{signers}\n".encode() if signers else b""
    files["HEAD"] = f"{snapshot.sequence} {snapshot.head.removeprefix('sha256:')}\n".encode()
    files["HEADS"] = _heads(told)
    files["RUNS"] = _runs(runs)
    files["VERIFY.md"] = (data_path("templates") / "ledger" / "VERIFY.md").read_bytes()
    files["SHA256SUMS"] = sums_of(files)
    return files


def _events(events: Iterable[Event]) -> Iterator[tuple[str, bytes]]:
    for event in events:
        folder = _known(_ADDRESS, event.address)
        yield f"ledger/{folder}/{_name(event.sequence, event.digest)}", canonical_json(event.body)


def _checkpoints(checkpoints: Iterable[Checkpoint]) -> Iterator[tuple[str, bytes]]:
    for checkpoint in checkpoints:
        path = f"checkpoints/{_name(checkpoint.sequence, checkpoint.digest)}"
        yield path, canonical_json(checkpoint.body)
        if checkpoint.signature:
            yield f"{path}.sig", checkpoint.signature.encode()


def _statements(statements: Mapping[str, Statement]) -> Iterator[tuple[str, bytes]]:
    for digest, statement in sorted(statements.items()):
        path = _statement(digest)
        yield path, statement.content.encode()
        if statement.signature:
            yield f"{path}.sig", statement.signature.encode()


def _heads(events: Iterable[Event]) -> bytes:
    """Return the newest change of each object, one a line."""
    newest = {each.address: each for each in events}
    lines = [f"{address} {each.sequence} {each.digest}\n" for address, each in newest.items()]
    return "".join(lines).encode()


def _runs(runs: Iterable[RunRecord]) -> bytes:
    """Return the statement of each run, one a line."""
    lines = [
        f"{each.serial} {_known(_WORD, each.run_id)} {_statement(each.statement)}\n"
        for each in runs
    ]
    return "".join(lines).encode()


def _statement(digest: str) -> str:
    return f"statements/{_known(_DIGEST, digest).removeprefix('sha256:')}.json"


def _name(sequence: int, digest: str) -> str:
    hexadecimal = _known(_DIGEST, digest).removeprefix("sha256:")
    return f"{sequence:06d}-{hexadecimal[:_NAME_CHARACTERS]}.json"


def _known(pattern: re.Pattern[str], text: str) -> str:
    """A registry that was tampered with must not choose which files are written."""
    if pattern.fullmatch(text):
        return text
    raise TamperedPlanError(
        f"the ledger holds a name that mlspec never gave: {text!r}",
        hint="run `mlspec audit verify` to see what was done to it",
    )


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """Return what `sha256sum --check` reads, of files by path in order of path."""
    lines = [
        f"{digest_bytes(files[path]).removeprefix('sha256:')}  {path}\n" for path in sorted(files)
    ]
    return "".join(lines).encode()
