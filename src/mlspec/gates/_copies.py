"""Whether numbers are those of another column, with other digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import stats

if TYPE_CHECKING:
    from mlspec.stats import FloatVector

__all__ = ["count_close", "is_copy", "is_rounded"]

_CLOSE = 1e-6
"""Share of a number, or of how far all of them reach, by which a copy may differ."""
_MOST_DIGITS = 12
_LARGEST = 1e15
"""Numbers above which a float has no decimals."""
_FEWEST_VALUES = 3
"""Different values of a column below which its digits are no rounding, but classes."""


def count_close(first: FloatVector, second: FloatVector) -> int:
    """Count the rows whose numbers differ by no more than 32-bit floats or six digits do."""
    ours, theirs = first / 2, second / 2  # the difference of halves is no infinity
    reach = float(theirs.max() - theirs.min()) if second.size else 0.0
    return int((abs(ours - theirs) <= _CLOSE * abs(theirs).clip(min=reach)).sum())


def is_copy(first: FloatVector, second: FloatVector) -> bool:
    """Tell whether one column is the other one on every row, rounded to whatever digits.

    Both have the same number of rows, which are the same ones; without rows, nothing is a copy.
    """
    if not first.size or count_close(first, second) == first.size:
        return bool(first.size)
    return is_rounded(first, second) or is_rounded(second, first)


def is_rounded(coarse: FloatVector, fine: FloatVector) -> bool:
    """Tell whether a column is another one on every row, rounded to the decimals that it has.

    Less than three different values are classes, to which scores round as well.
    """
    decimal = _decimal(coarse)
    if not decimal or float(abs(fine).max()) > _LARGEST:
        return False
    if len(stats.distinct((coarse - fine).round(9))) < _FEWEST_VALUES:
        return False  # rounding errs by this and that, another model by the same everywhere
    return bool((abs(coarse - fine) <= decimal * (0.5 + _CLOSE)).all())


def _decimal(values: FloatVector) -> float:
    """Return the last decimal that all values have, 0 where they have all digits of a float."""
    if len(stats.distinct(values)) < _FEWEST_VALUES or float(abs(values).max()) > _LARGEST:
        return 0.0
    for digits in range(_MOST_DIGITS):
        if bool((values.round(digits) == values).all()):
            return float(10.0**-digits)
    return 0.0
