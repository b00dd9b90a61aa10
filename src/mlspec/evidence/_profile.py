"""Profiles: how the values of each feature are distributed, as counts in bins.

A reference profile is made once per model version and kept beside it. Drift compares two
profiles with the same bins, so that no raw data has to be there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.evidence._provenance import Provenance

if TYPE_CHECKING:
    from mlspec.evidence._model import Material

__all__ = ["FeatureProfile", "Profile"]


@dataclass(frozen=True, slots=True)
class FeatureProfile:
    """Bins of one feature, and how many rows fell into each.

    A numeric feature has `edges` (ascending, intervals closed on the right, open ends) and
    `spikes` (values with a bin of their own); a categorical one has `categories`. `counts` has one
    number per bin in that order, then that of other categories, where there are any. `mean` and
    `deviation` are those of the numbers, None where there are none.
    """

    name: str
    edges: tuple[float, ...] = ()
    spikes: tuple[float, ...] = ()
    categories: tuple[str, ...] | None = None
    counts: tuple[int, ...] = ()
    missing: int = 0
    mean: float | None = None
    deviation: float | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether the feature holds numbers."""
        return self.categories is None


@dataclass(frozen=True, slots=True)
class Profile:
    """The features of one table, in order of name. `digests` are those of the data."""

    material: Material
    rows: int
    features: tuple[FeatureProfile, ...]
    digests: tuple[str, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
