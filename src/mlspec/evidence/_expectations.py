"""Results of checks on data that another tool ran."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.evidence._provenance import Provenance

if TYPE_CHECKING:
    from mlspec.evidence._model import Material

__all__ = ["Expectation", "Expectations"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One check. `succeeded` is None where it raised an error, did not run, or saw no row.

    `rows` is how many rows it looked at (missing values left out where it leaves them out), None
    where the tool does not say. `is_warning` is true where the tool would only warn of a failure.
    """

    name: str
    succeeded: bool | None
    rows: int | None = None
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class Expectations:
    """All checks of a file, in its order."""

    material: Material
    checks: tuple[Expectation, ...]
    provenance: Provenance = field(default_factory=Provenance)
