"""Numbers as a record keeps them, and the level of its intervals. Plans compare records with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.gates._spec import GateSpecBase

__all__ = ["level_of", "rounded"]


def rounded(value: float, digits: int = 12) -> float:
    """Return the value to significant digits that no processor or numpy release changes.

    Verdicts are decided on these numbers, so that a record shows what was decided on.
    """
    return float(f"{value:.{digits}g}") + 0.0


def level_of(spec: GateSpecBase) -> float:
    """Return the two-sided level whose bounds have the spec's one-sided confidence."""
    return rounded(2 * spec.confidence - 1)
