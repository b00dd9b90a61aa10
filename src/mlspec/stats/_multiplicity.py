"""p-values of several tests, adjusted so that each can be read alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector, PlaceVector

__all__ = ["benjamini_hochberg", "holm"]


def benjamini_hochberg(p_values: FloatVector) -> FloatVector:
    """Return p adjusted for the false discovery rate: min over j >= i of p_(j) m / j, at most 1.

    In the order given. Source: Y. Benjamini, Y. Hochberg (1995). Valid for independent or
    positively dependent tests. An undefined p stays NaN and is counted as a test.
    """
    order = np.argsort(p_values, kind="stable")
    ranks = np.arange(1, p_values.size + 1)
    scaled = np.fmin(1.0, p_values[order] * p_values.size / ranks)
    return _placed(np.minimum.accumulate(scaled[::-1])[::-1], order, p_values)


def holm(p_values: FloatVector) -> FloatVector:
    """Return p adjusted for any false claim: max over j <= i of (m - j + 1) p_(j), at most 1.

    In the order given. Source: S. Holm (1979). Valid under any dependence. An undefined p stays
    NaN and is counted as a test.
    """
    order = np.argsort(p_values, kind="stable")
    factors = p_values.size - np.arange(p_values.size)
    scaled = np.fmin(1.0, p_values[order] * factors)
    return _placed(np.maximum.accumulate(scaled), order, p_values)


def _placed(adjusted: FloatVector, order: PlaceVector, p_values: FloatVector) -> FloatVector:
    out = np.empty_like(p_values)
    out[order] = adjusted
    return np.where(np.isnan(p_values), np.nan, out)
