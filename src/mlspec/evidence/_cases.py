"""Cases of an evaluation suite: what was asked, what came out, what could not be run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.evidence._provenance import Provenance

if TYPE_CHECKING:
    from mlspec.evidence._model import Material

__all__ = ["Case", "Cases"]


@dataclass(frozen=True, slots=True)
class Case:
    """One case, run once. `passed` is None where nothing was asserted or the run failed.

    `scores` are named numbers, in order of name; `error` says why there is no result, "" where
    there is one; cases of one `cluster` (a document, a conversation) are not independent; `epoch`
    counts the repetitions of a case from 1. `family` is the kind of attack, or of question, where
    the tool names one.
    """

    key: str
    passed: bool | None = None
    scores: tuple[tuple[str, float], ...] = ()
    error: str = ""
    cluster: str = ""
    epoch: int = 1
    family: str = ""


@dataclass(frozen=True, slots=True)
class Cases:
    """All cases of a file, those that failed to run included: they stay in the denominator.

    `planned` is how many cases the suite has, where the file says so.
    """

    material: Material
    cases: tuple[Case, ...]
    planned: int | None = None
    provenance: Provenance = field(default_factory=Provenance)
