"""Checkpoints: after every run, a statement over the heads of all chains.

A chain alone does not show that its end was cut off. Each checkpoint names the heads that its run
moved, and the digest over all heads; replaying them gives the head that every chain must have.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json, digest_bytes, digest_value
from mlspec.ledger._run import in_toto, predicate_of
from mlspec.state import Checkpoint, Head

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.ledger._run import RunFacts

__all__ = [
    "CHECKPOINT_PREDICATE",
    "copied_head",
    "heads_named",
    "make_checkpoint",
    "replayed_heads",
    "root_of",
]

_COPY = re.compile(r"([0-9]{1,18})[: ](?:sha256:)?([0-9a-f]{64})")
CHECKPOINT_PREDICATE = "https://mlspec.dev/checkpoint/v1"


def make_checkpoint(
    previous: Head,
    facts: RunFacts,
    run_digest: str,
    heads: Mapping[str, Head],
    moved: Collection[str],
) -> Checkpoint:
    """Return the unsigned checkpoint that follows `previous`.

    `heads` are those of all chains after the run, of renamed objects also those before; `moved`
    are the addresses whose chains the run made longer.
    """
    root = root_of(heads)
    body = in_toto(
        {"heads": root},
        CHECKPOINT_PREDICATE,
        {
            "sequence": previous.sequence + 1,
            "previous": previous.digest,
            "serial": facts.serial,
            "run": facts.run_id,
            "runDigest": run_digest,
            "environment": facts.environment,
            "lineage": facts.lineage,
            "at": facts.at,
            "chains": len(heads),
            "root": root,
            "moved": {each: _head(heads[each]) for each in sorted(moved)},
        },
    )
    digest = digest_bytes(canonical_json(body))
    return Checkpoint(previous.sequence + 1, previous.digest, body, digest)


def root_of(heads: Mapping[str, Head]) -> str:
    """Return the digest over the heads of all chains."""
    return digest_value({address: _head(head) for address, head in heads.items()})


def heads_named(checkpoint: Checkpoint) -> dict[str, Head]:
    """Return the heads that a checkpoint says its run moved."""
    moved = predicate_of(checkpoint.body).get("moved")
    return {
        address: _read_head(told)
        for address, told in (moved.items() if isinstance(moved, dict) else ())
    }


def replayed_heads(checkpoints: Iterable[Checkpoint]) -> dict[str, Head]:
    """Return the head of every chain, as the checkpoints tell it one after the other."""
    heads: dict[str, Head] = {}
    for checkpoint in checkpoints:
        heads |= heads_named(checkpoint)
    return heads


def copied_head(text: str) -> Head:
    """Return the checkpoint that a copy names: `7:sha256:DIGEST`, or `7 DIGEST` as in exports.

    Raises:
        ValueError: the text names none.
    """
    found = _COPY.fullmatch(text.strip())
    if found is None:
        raise ValueError("it is no `SEQUENCE:sha256:DIGEST`")
    return Head(int(found[1]), f"sha256:{found[2]}")


def _head(head: Head) -> dict[str, Json]:
    return {"sequence": head.sequence, "digest": head.digest}


def _read_head(told: Json) -> Head:
    if not isinstance(told, dict):
        return Head()
    sequence, digest = told.get("sequence"), told.get("digest")
    return Head(sequence if isinstance(sequence, int) else 0, str(digest))
