"""What a run tells of evidence: which record, whose verdict, and the signature around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

__all__ = ["EvidenceFact", "Judged"]


class Judged(Protocol):
    """What a run needs to know of evidence."""

    @property
    def digest(self) -> str:
        """The digest of the record, "" where there is none."""

    @property
    def status(self) -> str:
        """Whether it is about what was applied: `present`, `stale` or `missing`."""

    @property
    def verdict(self) -> str:
        """What its gates say together."""

    @property
    def envelope(self) -> str:
        """The digest of the signed envelope around the record, "" where no signature counted."""


@dataclass(frozen=True, slots=True)
class EvidenceFact:
    """The evidence of one model, as a run statement names it.

    `envelope` is the digest of the signed envelope around the record, "" where none counted.
    """

    digest: str
    status: str
    verdict: str
    envelope: str = ""
