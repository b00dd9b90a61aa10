"""What a code means: the entries of the tables that `mlspec explain` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.diagnostics._model import Severity

__all__ = ["Code"]


@dataclass(frozen=True, slots=True)
class Code:
    """One diagnostic that a stage can give; `bad` and `good` are YAML before and after."""

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    bad: str
    good: str
