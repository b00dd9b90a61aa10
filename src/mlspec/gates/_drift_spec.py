"""What the drift gates state alike: two sources, a method, and a limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.evidence import Reason, ReasonWords
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
    "one-bin": ReasonWords(
        "The reference profile has a single bin for the feature. All values fall into it, "
        "whatever they are, so that no drift could be seen.",
        "Leave the feature out with `ignore`, or make the profile of rows in which it varies.",
    ),
    "categories-unknown": ReasonWords(
        "The reference has so many rare categories that their names were not kept, so a new "
        "category can't be told from a rare one: it would lie in their bin and move nothing.",
        "Compare the tables themselves, in which every name is known, or make the profile again "
        "with the column grouped into fewer categories.",
    ),
    "ends-unknown": ReasonWords(
        "The distance of Wasserstein from counts needs the smallest and the largest value of "
        "both sides, which these counts come without.",
        "Take `psi` or `ks`, or compare tables or profiles instead of counts from a warehouse.",
    ),
    "limit-out-of-range": ReasonWords(
        "The limit is one that no data, or all data, would miss.",
        "State a limit above 0 and below the largest value of the method (1 for shares, `ks`, "
        "`jensen-shannon`); 0.1 and 0.25 are usual for `psi`.",
    ),
    "method-not-for-feature": ReasonWords(
        "The method does not fit the feature: distribution functions need numbers, new "
        "categories need categories.",
        "Give the feature a `method` of its own: `psi` and `cramers-v` fit categories, `ks` and"
        " `wasserstein` numbers, `new-category-share` categories.",
    ),
    "missing-changed": ReasonWords(
        "The share of missing values changed, and the method looks at present values only.",
        "Look at why values are missing now. Add the feature with `method: missing-rate` and a "
        "limit if some change is right.",
    ),
    "same-data": ReasonWords(
        "The reference and the current data are the same file, or the same rows in two files, in "
        "other bytes or another order: that says nothing about drift.",
        "Name the profile of the training rows as `reference`, and the rows of today as `current`.",
    ),
}
"""Reasons that the drift gates share."""


def limit_problem(path: tuple[str, ...], method: str, limit: float) -> Iterator[SpecProblem]:
    """Yield that a limit says nothing: negative, or one that everything meets."""
    if 0 <= limit < LARGEST[method]:
        return
    sentence = f"`atMost` is {limit:g}, but `{method}` lies between 0 and {LARGEST[method]:g}"
    yield SpecProblem(path, Reason("limit-out-of-range", sentence))
