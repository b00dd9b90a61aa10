"""A ledger as plain files that an outsider can verify with `sha256sum` and `ssh-keygen` alone.

In: what a registry keeps. Out: content by path; nothing is written here. The same ledger gives
the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, digest_bytes
from mlspec.resources import data_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.state import Checkpoint, Event, Snapshot, Statement

__all__ = ["exported"]

_NAME_CHARACTERS = 16


def exported(
    snapshot: Snapshot,
    events: Iterable[Event],
    checkpoints: Iterable[Checkpoint],
    statements: Mapping[str, Statement],
    signers: str,
) -> dict[str, bytes]:
    """Return the files of a ledger, with their sums and with how to verify them.

    `signers` is the text of the allowed signers that the registry has recorded.
    """
    files = dict(
        [*_events(events), *_checkpoints(checkpoints), *_statements(statements)],
    )
    files["allowed_signers"] = f"{signers}\n".encode() if signers else b""
    files["HEAD"] = f"{snapshot.sequence} {snapshot.head.removeprefix('sha256:')}\n".encode()
    files["VERIFY.md"] = (data_path("templates") / "ledger" / "VERIFY.md").read_bytes()
    files["SHA256SUMS"] = _sums(files)
    return files


def _events(events: Iterable[Event]) -> Iterator[tuple[str, bytes]]:
    for event in events:
        path = f"ledger/{event.address}/{_name(event.sequence, event.digest)}"
        yield path, canonical_json(event.body)


def _checkpoints(checkpoints: Iterable[Checkpoint]) -> Iterator[tuple[str, bytes]]:
    for checkpoint in checkpoints:
        path = f"checkpoints/{_name(checkpoint.sequence, checkpoint.digest)}"
        yield path, canonical_json(checkpoint.body)
        if checkpoint.signature:
            yield f"{path}.sig", checkpoint.signature.encode()


def _statements(statements: Mapping[str, Statement]) -> Iterator[tuple[str, bytes]]:
    for digest, statement in sorted(statements.items()):
        path = f"statements/{digest.removeprefix('sha256:')}.json"
        yield path, statement.content.encode()
        if statement.signature:
            yield f"{path}.sig", statement.signature.encode()


def _name(sequence: int, digest: str) -> str:
    return f"{sequence:06d}-{digest.removeprefix('sha256:')[:_NAME_CHARACTERS]}.json"


def _sums(files: Mapping[str, bytes]) -> bytes:
    """Return what `sha256sum --check` reads."""
    lines = [
        f"{digest_bytes(files[path]).removeprefix('sha256:')}  {path}\n" for path in sorted(files)
    ]
    return "".join(lines).encode()
