"""Windows of time: what happens per window, and whether points stand at equal steps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mlspec.stats._arrays import FloatVector

__all__ = ["equal_step", "window_sums"]


_MILLISECOND = 1e-3


def window_sums(
    moments: FloatVector, weights: FloatVector | None, *, seconds: float
) -> FloatVector:
    """Return the sum of weights (1 each without any) per window from the first moment on.

    Window i holds moments in [first + i s, first + (i + 1) s), in any order of rows. Windows in
    which nothing happened are 0; the last window is left out unless the last moment lies beyond it,
    as it may have been cut short. Empty without moments, or where they do not fill one window.
    """
    if not moments.size:
        return np.zeros(0)
    places = np.floor((moments - moments.min()) / seconds).astype(np.intp)
    windows = int(places.max())
    full = places < windows
    kept = None if weights is None else weights[full]
    return np.bincount(places[full], weights=kept, minlength=windows).astype(np.float64)


def equal_step(moments: FloatVector) -> float:
    """Return the step between moments that rise by equal steps, to a millisecond; else NaN.

    NaN with fewer than two moments.
    """
    steps = np.diff(moments)
    if not steps.size or not steps[0] > 0 or not np.ptp(steps) < _MILLISECOND:
        return math.nan
    return float(steps[0])
