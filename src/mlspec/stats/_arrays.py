"""Vectors: the one form in which numbers reach the statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "FloatVector",
    "PlaceVector",
    "WeightMatrix",
    "classes_at",
    "differing",
    "distinct",
    "filled",
    "first_infinite",
    "first_not_finite",
    "is_binary",
    "is_whole",
    "matrix",
    "present",
    "vector",
]

FloatVector = npt.NDArray[np.float64]
PlaceVector = npt.NDArray[np.intp]
WeightMatrix = npt.NDArray[np.float64]
"""One row per resample, one column per row of the data: how often the row was drawn."""


def vector(values: Sequence[float] | FloatVector) -> FloatVector:
    """Return the values as a vector of 64-bit floats that nobody can write to."""
    made = np.array(values, dtype=np.float64)
    made.flags.writeable = False
    return made


def matrix(lines: Sequence[Sequence[float] | FloatVector]) -> FloatVector:
    """Return vectors of one length as the lines of a matrix of 64-bit floats."""
    return np.array(lines, dtype=np.float64)


def distinct(*vectors: FloatVector) -> tuple[float, ...]:
    """Return every value that occurs in one of the vectors, ascending; NaN once."""
    return tuple(np.unique(np.concatenate(vectors)).tolist())


def classes_at(scores: FloatVector, threshold: float) -> FloatVector:
    """Return 1 for scores at or above the threshold, else 0."""
    return (scores >= threshold).astype(np.float64)


def first_not_finite(values: FloatVector) -> int | None:
    """Return the place of the first NaN or infinity, or None when there is none."""
    finite = np.isfinite(values)
    return None if finite.all() else int(np.argmin(finite))


def first_infinite(values: FloatVector) -> int | None:
    """Return the place of the first infinity, or None when there is none; NaN is passed over."""
    infinite = np.isinf(values)
    return int(np.argmax(infinite)) if infinite.any() else None


def is_binary(values: FloatVector) -> bool:
    """Tell whether every value is 0 or 1."""
    return bool(np.all((values == 0) | (values == 1)))


def is_whole(values: FloatVector) -> bool:
    """Tell whether every value is a whole number."""
    return bool(np.all(values == np.floor(values)))


def present(values: FloatVector) -> FloatVector:
    """Return the values that are not NaN."""
    return values[~np.isnan(values)]


def filled(values: FloatVector, missing: float) -> FloatVector:
    """Return the values with a number in the place of each NaN."""
    return np.where(np.isnan(values), missing, values)


def differing(
    first: FloatVector, second: FloatVector, *, absolute: float = 0.0, relative: float = 0.0
) -> int:
    """Return in how many places two vectors differ by more than absolute + relative |first|.

    NaN, a missing value, equals NaN and differs from every number. Both have one length.
    """
    missing = np.isnan(first) | np.isnan(second)
    with np.errstate(over="ignore", invalid="ignore"):
        apart = ~(np.abs(first - second) <= absolute + relative * np.abs(first))
    apart &= first != second  # equal infinities are equal
    one_missing = np.isnan(first) != np.isnan(second)
    return int(np.count_nonzero(np.where(missing, one_missing, apart)))
