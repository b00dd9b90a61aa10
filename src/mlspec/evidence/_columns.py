"""The port of the table formats: columns by name, as keys or as numbers, or a reason."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from mlspec import stats
from mlspec.diagnostics import did_you_mean
from mlspec.evidence._file import shown
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlspec.stats import FloatVector

__all__ = ["Columns", "finite", "missing_column", "not_infinite", "repeated_column"]

_TOLD = 4
_CHOICES = 200
"""Most column names among which a misspelt one is searched."""


class Columns(Protocol):
    """An opened table whose structure is sound."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in the order of the file."""

    @property
    def rows(self) -> int:
        """Number of rows."""

    def keys(self, column: str) -> tuple[str, ...] | Reason:
        """Return a column as text that identifies rows; nothing is checked for duplicates."""

    def numbers(self, column: str) -> FloatVector | Reason:
        """Return a column as finite numbers; a missing value is a reason."""

    def measured(self, column: str) -> FloatVector | Reason:
        """Return a column as numbers, NaN where a value is missing; infinite is a reason."""

    def texts(self, column: str) -> tuple[str | None, ...] | Reason:
        """Return a column as text, None where a value is missing."""


def missing_column(column: str, names: Sequence[str]) -> Reason:
    """Return the reason that a column is not in the file, with the close one or the first ones."""
    close = did_you_mean(column, names[:_CHOICES])
    rest = f"did you mean {shown(close)}?" if close else _first_of(names)
    return Reason("missing-column", f"there is no column {shown(column)}; {rest}")


def _first_of(names: Sequence[str]) -> str:
    told = ", ".join(map(shown, names[:_TOLD]))
    if len(names) <= 1:
        return f"there is only {told}" if names else "there is none at all"
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    return f"there are {told}{more}"


def repeated_column(names: Sequence[str]) -> Reason | None:
    """Return the reason that a name of a column is not unique, if one is not."""
    if len(set(names)) == len(names):
        return None
    twice, _ = Counter(names).most_common(1)[0]
    return Reason("duplicate-column", f"column {shown(twice)} occurs more than once")


def not_infinite(column: str, values: FloatVector) -> FloatVector | Reason:
    """Return the values unless one of them is infinite; NaN stands for a missing value."""
    place = stats.first_infinite(values)
    if place is None:
        return values
    return Reason("not-finite", f"column {shown(column)}, row {place + 1}: the value is infinite")


def finite(column: str, values: FloatVector) -> FloatVector | Reason:
    """Return the values unless one of them is NaN or infinite."""
    place = stats.first_not_finite(values)
    if place is None:
        return values
    value = "NaN" if math.isnan(values[place]) else "infinite"
    return Reason("not-finite", f"column {shown(column)}, row {place + 1}: the value is {value}")
