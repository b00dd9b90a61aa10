"""What a second look at a record found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.evidence._model import EvidenceStatus

__all__ = ["Recheck"]


@dataclass(frozen=True, slots=True)
class Recheck:
    """One record: how it stands to the specs, and whether the same verdicts come out again.

    `file` is where the record lies. `is_reproduced` is None where nothing was computed. `reason`
    says what is wrong.
    """

    address: str
    environment: str
    file: str
    status: EvidenceStatus
    reason: str = ""
    is_reproduced: bool | None = None
