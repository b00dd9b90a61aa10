"""Who signed the file of a model, as far as that can be told here."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ArtifactSignature"]


@dataclass(frozen=True, slots=True)
class ArtifactSignature:
    """A detached signature that holds: of the file with this digest, by these allowed signers."""

    digest: str
    signers: tuple[str, ...]
