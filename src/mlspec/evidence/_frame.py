"""A table of any columns: latencies, features, logs, eval rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from mlspec.evidence._file import shown
from mlspec.evidence._json import of_file
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reason import Reason

if TYPE_CHECKING:
    from mlspec.evidence._columns import Columns
    from mlspec.evidence._file import FileContent
    from mlspec.evidence._model import Material
    from mlspec.stats import FloatVector

__all__ = ["Frame", "frame_of"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Frame:
    """The wanted columns of a table, each as what the caller takes it for, or a reason."""

    material: Material
    columns: Columns
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.columns.rows

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns of the file, wanted or not."""
        return self.columns.names

    def keys(self, column: str) -> tuple[str, ...] | Reason:
        """Return a column as text that identifies rows; duplicates are the caller's question."""
        return self._told(self.columns.keys(column))

    def numbers(self, column: str) -> FloatVector | Reason:
        """Return a column as finite numbers; a missing value is a reason."""
        return self._told(self.columns.numbers(column))

    def measured(self, column: str) -> FloatVector | Reason:
        """Return a column as numbers, NaN where a value is missing; infinite is a reason."""
        return self._told(self.columns.measured(column))

    def texts(self, column: str) -> tuple[str | None, ...] | Reason:
        """Return a column as categories, None where a value is missing."""
        return self._told(self.columns.texts(column))

    def reason(self, reason: Reason) -> Reason:
        """Return a reason with the file in front, once: people look for the file first."""
        file = shown(self.material.file)
        if reason.sentence.startswith(file):
            return reason
        return Reason(reason.code, f"{file}: {reason.sentence}")

    def _told(self, found: T | Reason) -> T | Reason:
        return self.reason(found) if isinstance(found, Reason) else found


def frame_of(content: FileContent, columns: Columns | Reason) -> Frame | Reason:
    """Return an opened table as a frame; without rows nothing was measured."""
    if isinstance(columns, Reason):
        return of_file(content, columns)
    if not columns.rows:
        return of_file(content, Reason("empty-file", "the file has no rows"))
    return Frame(content.material(columns.rows), columns)
