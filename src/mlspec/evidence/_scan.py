"""What a security scanner found, in which files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.evidence._provenance import Provenance

if TYPE_CHECKING:
    from mlspec.evidence._model import Material

__all__ = ["Scan", "ScanFinding", "ScannedFile"]


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file or package that was looked at; `digest` is "" where the scanner states none."""

    name: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ScanFinding:
    """Something found. `severity` is `critical`, `high`, `medium`, `low` or `unknown`."""

    identifier: str
    severity: str
    subject: str
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """The whole answer of a scanner. `database_at` is the moment of its vulnerability data.

    `is_complete` is false where the scanner says that it skipped or failed on something.
    `licences` are those of the packages, (package, licence) in order.
    """

    material: Material
    files: tuple[ScannedFile, ...]
    findings: tuple[ScanFinding, ...]
    is_complete: bool = True
    database_at: str = ""
    licences: tuple[tuple[str, str], ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
