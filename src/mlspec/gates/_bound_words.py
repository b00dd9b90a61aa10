"""How the bounds of a gate are written in its requirement."""

from __future__ import annotations

__all__ = ["bound_words"]


def bound_words(lowest: float | None, highest: float | None) -> list[str]:
    """Return the bounds that are stated, each as text: `>= 0.8`, `<= 1.25`."""
    bounds = ((">=", lowest), ("<=", highest))
    return [f"{sign} {bound:.15g}" for sign, bound in bounds if bound is not None]
