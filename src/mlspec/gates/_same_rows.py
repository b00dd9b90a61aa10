"""Whether two sides hold the same rows, whatever their files: other line ends, another order."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from mlspec.evidence import Reason

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from mlspec.gates._distributions import Distribution
    from mlspec.stats import FloatVector

    Pair = tuple[Distribution, Distribution]

__all__ = ["same_outputs", "same_rows"]

_SHARED = 0.9
"""Share of the smaller side from which on its rows are those of the larger one.

More than half of the rows of either side differ from all others of it, so that rows tell who they
are. Independent rows then share less: of n values drawn from N, the different ones are more than
half up to n = 1.6 N, and another draw of so many hits 0.8 of them.
"""
_FEWEST_EDGES = 5


def same_rows(pairs: Sequence[Pair]) -> Reason | None:
    """Return the reason that the features of both sides are those of the same rows, if they are.

    From tables, rows are told by their numbers. From profiles, by counts and moments that agree in
    all features, one number with several bins among them.
    """
    known = [each for each in pairs if each[0].values is not None and each[1].values is not None]
    if known:
        first, second = (_tuples([pair[side].values for pair in known]) for side in (0, 1))
        return _reason(_overlap(first, second))
    told = any(len(ours.profile.edges) >= _FEWEST_EDGES for ours, _ in pairs)
    alike = told and all(ours.profile == theirs.profile for ours, theirs in pairs)
    return _reason(1.0 if alike else 0.0)


def same_outputs(first: FloatVector | Reason, second: FloatVector | Reason) -> Reason | None:
    """Return the reason that two models' outputs, or those of two days, are of the same rows."""
    if isinstance(first, Reason) or isinstance(second, Reason):
        return None
    return _reason(_overlap(_tuples([first]), _tuples([second])))


def _tuples(columns: Sequence[FloatVector | None]) -> list[Hashable]:
    """Return the rows; a missing value is None, which equals itself."""
    lists = [each.tolist() for each in columns if each is not None]
    return list(zip(*([None if math.isnan(x) else x for x in each] for each in lists), strict=True))


def _overlap(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Return the share of the smaller side that is in the other one, 0 where rows are not told."""
    ours, theirs = Counter(first), Counter(second)
    if 2 * len(ours) <= len(first) or 2 * len(theirs) <= len(second):
        return 0.0
    return (ours & theirs).total() / min(len(first), len(second))


def _reason(shared: float) -> Reason | None:
    if shared < _SHARED:
        return None
    sentence = f"{100 * shared:.4g} % of the values of one side are those of the other one"
    return Reason("same-data", f"the reference and the current data are the same rows: {sentence}")
