"""Signing what a run seals, with a key that the caller names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mlspec.state import Checkpoint

__all__ = ["signing_with"]


def signing_with(key: Path) -> Callable[[Checkpoint], str]:
    """Return what signs checkpoints with a key; errors are those of `signing.sign`."""
    from mlspec.ledger import signing

    def sign(checkpoint: Checkpoint) -> str:
        return signing.sign(canonical_json(checkpoint.body), key, signing.CHECKPOINT_NAMESPACE)

    return sign
