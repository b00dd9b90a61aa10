"""Time series and instant values, as a monitoring system answers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.evidence._file import shown
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reason import Reason

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
    """The answers of a file by query; a query may have no series at all.

    A file with one answer need not say the query, which is then "".
    """

    material: Material
    answers: tuple[tuple[str, tuple[Series, ...]], ...]
    provenance: Provenance = field(default_factory=Provenance)

    def answer(self, query: str = "") -> tuple[Series, ...] | Reason:
        """Return the series that answer a query; without one, those of the only answer."""
        if not query and len(self.answers) == 1:
            return self.answers[0][1]
        for asked, found in self.answers:
            if asked == query:
                return found
        file = shown(self.material.file)
        return Reason("query-missing", f"{file} holds no answer to the query {shown(query)}")
