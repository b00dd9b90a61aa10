"""Whether two sides hold the same rows, whatever their files: other line ends, another order."""

from __future__ import annotations

import math
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence import Reason
from mlspec.gates._copies import is_copy

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from mlspec.evidence import FeatureProfile
    from mlspec.gates._distributions import Distribution
    from mlspec.stats import FloatVector

    Pair = tuple[Distribution, Distribution]
    Keys = tuple[Sequence[str], Sequence[str]]

__all__ = ["same_outputs", "same_rows"]

_SHARED = 0.9
"""Share of the smaller side from which on its rows are those of the larger one.

More than half of the rows of either side differ from all others of it, so that rows tell who they
are. Independent rows then share less: of n values drawn from N, the different ones are more than
half up to n = 1.6 N, and another draw of so many hits 0.8 of them.
"""
_STEPS = (1e-5, 1e-3)
"""Steps to which values are rounded when they are no copy to the last digit, as a share of how far
the values of a column lie from their median. The rule above holds for values of any grid, and says
nothing where that is too coarse to tell rows."""
_FEWEST_EDGES = 5
_BY_CHANCE = 1e-6
"""How likely two samples may agree in all rows, so that their agreement tells nothing."""
_RARELY = 0.05
"""How likely two samples may come as close in each feature of profiles that are one."""


def same_rows(pairs: Sequence[Pair], keys: Keys | None = None) -> Reason | None:
    """Return the reason that the features of both sides are those of the same rows, if they are.

    From tables, rows are told by their numbers, those of a copy with fewer digits included. Where
    those are too few to tell rows apart, as they are among categories, by all values of all rows
    and by `keys`, where both tables have them: the same rows in any order, which two samples are
    by chance in less than one of a million cases. Rows that differ here and there are the same.
    From profiles, by counts and moments that agree in all features, those of rounded values
    included, which has to be as unlikely.
    """
    shared = _shared_numbers(pairs)
    if shared is not None or not pairs:
        return _reason(shared or 0.0)
    are_tables = all(each.cells is not None for pair in pairs for each in pair)
    is_one = _is_one_table(pairs, keys) if are_tables else _is_one_profile(pairs)
    return _reason(1.0 if is_one else 0.0)


def _shared_numbers(pairs: Sequence[Pair]) -> float | None:
    """Return the share of rows that both sides have; None where their numbers do not tell rows."""
    known = [each for each in pairs if each[0].values is not None and each[1].values is not None]
    if not known:
        return None
    return _shared([(ours.values, theirs.values) for ours, theirs in known])


def _shared(columns: Sequence[tuple[FloatVector | None, FloatVector | None]]) -> float | None:
    """Return the share of rows that both sides have to the last digit, or to fewer of them."""
    there = [(one, other) for one, other in columns if one is not None and other is not None]
    found = _overlap_of(there)
    for share in _STEPS:
        if found is None or found >= _SHARED:
            return found
        found = max(found, _overlap_of([_on_grid(*pair, share) for pair in there]) or 0.0)
    return found


def _overlap_of(columns: Sequence[tuple[FloatVector, FloatVector]]) -> float | None:
    return _overlap(*(_tuples([pair[side] for pair in columns]) for side in (0, 1)))


def _on_grid(one: FloatVector, other: FloatVector, share: float) -> tuple[FloatVector, FloatVector]:
    step = _step(one, share)
    return (one / step).round(), (other / step).round()


def _step(values: FloatVector, share: float) -> float:
    """Return the width of a grid: a share of how far half of the values lie from their middle."""
    known = stats.present(values)
    if not known.size:
        return share
    middle = median(known.tolist())
    return share * (median(abs(known - middle).tolist()) or abs(middle) or 1.0)


def _is_one_profile(pairs: Sequence[Pair]) -> bool:
    """Tell whether all features are alike, and one of them more than two samples are by chance."""
    alike = all(ours.profile == theirs.profile for ours, theirs in pairs)
    if alike and any(_is_told(ours) for ours, _ in pairs):
        return True
    near = [_by_chance(*pair) for pair in pairs if _has_kinds(pair)]
    return bool(near) and max(near) <= _RARELY and min(near) < _BY_CHANCE


def _has_kinds(pair: Pair) -> bool:
    """Tell whether a feature tells anything: it has more than one bin with rows."""
    return any(sum(each > 0 for each in side.profile.counts) > 1 for side in pair)


def _by_chance(ours: Distribution, theirs: Distribution) -> float:
    """Return how likely two samples come so close in one feature.

    Rounding moves a few rows over an edge, and means by less than the rounding of tables does.
    """
    first, second = ours.profile, theirs.profile
    if first.bins != second.bins or not _near_moments(first, second):
        return 1.0
    return _closeness(first.counted.vector, second.counted.vector)


def _near_moments(first: FeatureProfile, second: FeatureProfile) -> bool:
    scale = first.deviation or abs(first.mean or 0.0)
    pairs = ((first.mean, second.mean), (first.deviation, second.deviation))
    return all(
        (one is None) is (other is None)
        and (one is None or other is None or abs(one - other) <= _STEPS[-1] * scale)
        for one, other in pairs
    )


def _closeness(first: Sequence[int], second: Sequence[int]) -> float:
    """Return how likely two samples of one distribution have counts that are as close."""
    return min(1.0, _chance(first) + stats.closeness_p(first, second))


def _is_one_table(pairs: Sequence[Pair], keys: Keys | None) -> bool:
    """Tell whether rows that categories hardly tell apart are those of one table all the same."""
    columns = [_both(*pair) for pair in pairs]
    if keys is not None:
        columns.append((list(keys[0]), list(keys[1])))
    sides = [list(zip(*(each[side] for each in columns), strict=True)) for side in (0, 1)]
    shared = _overlap(*sides)
    if shared is not None:
        return shared >= _SHARED
    ours, theirs = map(Counter, sides)
    kinds = sorted({*ours, *theirs}, key=repr)
    counts = [[side[each] for each in kinds] for side in (ours, theirs)]
    return _closeness(*counts) < _BY_CHANCE


def _both(ours: Distribution, theirs: Distribution) -> tuple[list[Hashable], list[Hashable]]:
    """Return the cells of both sides; of numbers that one side rounds, which of them each is."""
    if ours.values is None or theirs.values is None:
        return list(ours.texts or ()), list(theirs.texts or ())
    first, second = (_kinds(each) for each in (ours.values, theirs.values))
    if first.size != second.size or not is_copy(first, second):
        return _cells(ours.values), _cells(theirs.values)
    return _places(ours.values, first), _places(theirs.values, second)


def _kinds(values: FloatVector) -> FloatVector:
    known = stats.present(values)
    return stats.vector(stats.distinct(known)) if known.size else known


def _places(values: FloatVector, kinds: FloatVector) -> list[Hashable]:
    places = {each: place for place, each in enumerate(kinds.tolist())}
    return [places.get(each) for each in values.tolist()]


def _cells(column: FloatVector) -> list[Hashable]:
    """Return the cells of a column; a missing number is None, which equals itself."""
    return [None if math.isnan(each) else each for each in column.tolist()]


def _is_told(side: Distribution) -> bool:
    """Tell whether counts are of so many kinds that two samples hardly ever agree in them."""
    if len(side.profile.edges) >= _FEWEST_EDGES:
        return True
    return _chance(side.profile.counts) < _BY_CHANCE


def _chance(counts: Iterable[int]) -> float:
    """Return how likely two samples of one distribution have the same counts of every kind.

    For n rows of K kinds with the shares p it is (4 pi n)^(-(K - 1)/2) prod(p)^(-1/2), the normal
    approximation of two multinomial samples (Richmond and Shallit 2009 for equal shares).
    """
    kept = [each for each in counts if each]
    rows = sum(kept)
    if not rows:
        return 1.0
    shares = sum(math.log(each / rows) for each in kept)
    logarithm = -(len(kept) - 1) / 2 * math.log(4 * math.pi * rows) - shares / 2
    return math.exp(min(logarithm, 0.0))


def same_outputs(first: FloatVector | Reason, second: FloatVector | Reason) -> Reason | None:
    """Return the reason that two models' outputs, or those of two days, are of the same rows."""
    if isinstance(first, Reason) or isinstance(second, Reason):
        return None
    return _reason(_shared([(first, second)]) or 0.0)


def _tuples(columns: Sequence[FloatVector | None]) -> list[Hashable]:
    """Return the rows; a missing value is None, which equals itself."""
    lists = [each.tolist() for each in columns if each is not None]
    return list(zip(*([None if math.isnan(x) else x for x in each] for each in lists), strict=True))


def _overlap(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """Return the share of the smaller side that is in the other one, None where rows are alike."""
    ours, theirs = Counter(first), Counter(second)
    if 2 * len(ours) <= len(first) or 2 * len(theirs) <= len(second):
        return None
    return (ours & theirs).total() / min(len(first), len(second))


def _reason(shared: float) -> Reason | None:
    if shared < _SHARED:
        return None
    sentence = f"{100 * shared:.4g} % of the values of one side are those of the other one"
    return Reason("same-data", f"the reference and the current data are the same rows: {sentence}")
