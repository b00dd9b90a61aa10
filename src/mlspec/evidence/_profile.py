"""Profiles: how the values of each feature are distributed, as counts in bins.

A reference profile is made once per model version and kept beside it. Drift compares two
profiles with the same bins, so that no raw data has to be there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec import stats
from mlspec.evidence._provenance import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.evidence._model import Material
    from mlspec.evidence._reason import Reason

__all__ = ["FeatureProfile", "Profile"]


@dataclass(frozen=True, slots=True)
class FeatureProfile:
    """Bins of one feature, and how many rows fell into each.

    A numeric feature has `edges` (ascending, intervals closed on the right, open ends) and
    `spikes` (values with a bin of their own); a categorical one has `categories`. `counts` has one
    number per bin in that order, then that of other categories, where there are any. `others` are
    their names, None where they were too many to keep: `new`, the rows of a category that the
    reference does not have, is then None too. The moments are those of the numbers, None where
    there are none; `deviation` is the standard deviation by n.
    """

    name: str
    edges: tuple[float, ...] = ()
    spikes: tuple[float, ...] = ()
    categories: tuple[str, ...] | None = None
    others: tuple[str, ...] | None = ()
    counts: tuple[int, ...] = ()
    missing: int = 0
    new: int | None = 0
    mean: float | None = None
    deviation: float | None = None
    minimum: float | None = None
    maximum: float | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether the feature holds numbers."""
        return self.categories is None

    @property
    def bins(self) -> stats.NumericBins | stats.CategoryBins:
        """The bins that the rows were counted in."""
        if self.categories is None:
            return stats.NumericBins(self.edges, self.spikes)
        return stats.CategoryBins(self.categories, self.others)

    @property
    def counted(self) -> stats.BinCounts:
        """The rows per bin."""
        return stats.BinCounts(self.counts, self.missing, self.new)


@dataclass(frozen=True, slots=True)
class Profile:
    """The features of one table, in order of name, counted by an engine.

    `digests` are those of the data; a table that is no file has none. `signed` tells that a
    signature was put beside the file, so that one that is gone is noticed. `unusable` says of
    further columns why an engine could not count them.
    """

    material: Material
    rows: int
    features: tuple[FeatureProfile, ...]
    digests: tuple[str, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    engine: str = ""
    signed: bool = False
    unusable: Mapping[str, Reason] = field(default_factory=dict)

    def feature(self, name: str) -> FeatureProfile | None:
        """Return a feature, None where the profile does not have it."""
        return next((each for each in self.features if each.name == name), None)

    def bins(self) -> dict[str, stats.NumericBins | stats.CategoryBins]:
        """Return the bins by feature."""
        return {each.name: each.bins for each in self.features}
