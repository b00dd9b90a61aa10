"""Putting the rows of a table in the order of keys: joining is by key, never by row order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.evidence._columns import missing_column
from mlspec.evidence._file import shown
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.evidence._columns import Columns
    from mlspec.evidence._frame import Frame
    from mlspec.stats import FloatVector

__all__ = ["join_frame"]


def join_frame(
    keys: Sequence[str], frame: Frame, key: str, columns: Iterable[str] = ()
) -> Frame | Reason:
    """Return the frame with its rows in the order of `keys`; rows of other keys are left out.

    Args:
        keys: the keys to join to, each once; often those of predictions.
        frame: the table, in any order.
        key: the column of the table that holds its keys.
        columns: columns that the table has to have.

    A key that the table lacks, one that stands in it twice, and a missing column are reasons:
    `row-set-mismatch`, `duplicate-key`, `missing-column`. Without keys there is nothing to join
    to: `keys-missing`.
    """
    if not keys:
        return Reason("keys-missing", "the predictions are counts of rows, which have no keys")
    theirs = frame.keys(key)
    if isinstance(theirs, Reason):
        return frame.reason(theirs)
    places = {each: place for place, each in enumerate(theirs)}
    problem = (
        _lacking(frame, columns)
        or _repeated(theirs, len(places))
        or _repeated(keys, len(set(keys)))
        or _absent(keys, places)
    )
    if problem is not None:
        return frame.reason(problem)
    return replace(frame, columns=_Ordered(frame.columns, [places[each] for each in keys]))


def _lacking(frame: Frame, columns: Iterable[str]) -> Reason | None:
    absent = [name for name in columns if name not in frame.names]
    return missing_column(absent[0], frame.names) if absent else None


def _repeated(keys: Sequence[str], different: int) -> Reason | None:
    if different == len(keys):
        return None
    twice, count = Counter(keys).most_common(1)[0]
    return Reason("duplicate-key", f"the key {shown(twice)} occurs {count} times")


def _absent(keys: Sequence[str], places: dict[str, int]) -> Reason | None:
    absent = [each for each in keys if each not in places]
    if not absent:
        return None
    sentence = f"the file lacks {len(absent)} of {len(keys)} keys, such as {shown(min(absent))}"
    return Reason("row-set-mismatch", sentence)


@dataclass(frozen=True, slots=True)
class _Ordered:
    """Columns with their rows picked in another order."""

    columns: Columns
    order: list[int]

    @property
    def names(self) -> tuple[str, ...]:
        return self.columns.names

    @property
    def rows(self) -> int:
        return len(self.order)

    def keys(self, column: str) -> tuple[str, ...] | Reason:
        found = self.columns.keys(column)
        return found if isinstance(found, Reason) else tuple(found[each] for each in self.order)

    def numbers(self, column: str) -> FloatVector | Reason:
        return self._picked(self.columns.numbers(column))

    def measured(self, column: str) -> FloatVector | Reason:
        return self._picked(self.columns.measured(column))

    def texts(self, column: str) -> tuple[str | None, ...] | Reason:
        found = self.columns.texts(column)
        return found if isinstance(found, Reason) else tuple(found[each] for each in self.order)

    def _picked(self, found: FloatVector | Reason) -> FloatVector | Reason:
        return found if isinstance(found, Reason) else found[self.order]
