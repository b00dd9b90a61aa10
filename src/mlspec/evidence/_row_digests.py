"""Digests of the keys and the labels of rows: the same whatever the file, its format, its order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mlspec.canonical import digest_bytes
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.stats import FloatVector

__all__ = ["digest_keys", "digest_labels"]


def digest_keys(keys: Sequence[str]) -> str:
    """Return the digest of the keys of rows, as the JSON list of them in order."""
    return digest_bytes(_json(sorted(keys)))


def digest_labels(keys: Sequence[str], labels: FloatVector | Reason) -> str:
    """Return the digest of keys with their labels; "" where the labels could not be read.

    It is that of two JSON lists after each other: the keys in order, and the label of each.
    """
    if isinstance(labels, Reason):
        return ""
    values = labels.tolist()
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return digest_bytes(_json([keys[at] for at in order]) + _json([values[at] for at in order]))


def _json(values: Sequence[object]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
