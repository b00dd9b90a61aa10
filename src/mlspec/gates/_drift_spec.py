"""What the drift gates state alike: two sources, a method, and a limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.evidence import Reason
from mlspec.gates._port import SpecProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DRIFT_REASONS", "LARGEST", "limit_problem"]

LARGEST: dict[str, float] = {
    "cramers-v": 1.0,
    "jensen-shannon": 1.0,
    "ks": 1.0,
    "l-infinity": 1.0,
    "missing-rate": 1.0,
    "new-category-share": 1.0,
    "psi": math.inf,
    "wasserstein": math.inf,
}
"""Methods by name, with the largest value that each can take."""

DRIFT_REASONS = {
    "one-bin": (
        "The reference profile has a single bin for the feature. All values fall into it, whatever "
        "they are, so that no drift could be seen."
    ),
    "categories-unknown": (
        "The reference has so many rare categories that their names were not kept, so a new "
        "category can't be told from a rare one."
    ),
    "ends-unknown": (
        "The distance of Wasserstein from counts needs the smallest and the largest value of both "
        "sides, which these counts come without."
    ),
    "limit-out-of-range": "The limit is one that no data, or all data, would miss.",
    "method-not-for-feature": (
        "The method does not fit the feature: distribution functions need numbers, new categories "
        "need categories. Give the feature a `method` of its own."
    ),
    "missing-changed": (
        "The share of missing values changed, and the method looks at present values only."
    ),
    "same-data": (
        "The reference and the current data are the same file: that says nothing about drift."
    ),
}
"""Reasons that the drift gates share."""


def limit_problem(path: tuple[str, ...], method: str, limit: float) -> Iterator[SpecProblem]:
    """Yield that a limit says nothing: negative, or one that everything meets."""
    if 0 <= limit < LARGEST[method]:
        return
    sentence = f"`atMost` is {limit:g}, but `{method}` lies between 0 and {LARGEST[method]:g}"
    yield SpecProblem(path, Reason("limit-out-of-range", sentence))
