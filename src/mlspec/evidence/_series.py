"""Time series and instant values, as a monitoring system answers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.evidence._provenance import Provenance

if TYPE_CHECKING:
    from mlspec.evidence._model import Material

__all__ = ["Series", "SeriesSet"]


@dataclass(frozen=True, slots=True)
class Series:
    """One series: labels in order of name, and points as (seconds since 1970, value).

    A value may be NaN or infinite, as the system said it: whoever reads it decides.
    """

    labels: tuple[tuple[str, str], ...]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class SeriesSet:
    """The answers of a file by query; a query may have no series at all."""

    material: Material
    answers: tuple[tuple[str, tuple[Series, ...]], ...]
    provenance: Provenance = field(default_factory=Provenance)
