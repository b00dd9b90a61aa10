"""What a security scanner found, in which files."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from mlspec.evidence._provenance import Provenance

if TYPE_CHECKING:
    from mlspec.evidence._model import Material

__all__ = ["Coverage", "Scan", "ScanFinding", "ScannedFile"]


class Coverage(StrEnum):
    """A question that a scan answers."""

    UNSAFE_CODE = "unsafe-code"
    VULNERABILITIES = "vulnerabilities"
    LICENCES = "licences"
    COMPONENTS = "components"


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file or package that was looked at; `digest` is "" where the scanner states none."""

    name: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class ScanFinding:
    """Something found in a file or package, its `subject`.

    `severity` is `critical`, `high`, `medium`, `low` or `unknown`; what a scanner calls negligible,
    informational or none is `low`. `licence` is set where the finding is about a licence.
    """

    identifier: str
    severity: str
    subject: str
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """The whole answer of a scanner. `database_at` is the moment of its vulnerability data.

    `is_complete` is false where the scanner says that it skipped or failed on something.
    `licences` are those of the packages, (package, licence) in order, "" for one that is unknown.
    `covers` are the questions that the scan answers: a list of packages without vulnerabilities
    says nothing where nobody looked for them. `suppressed` are findings that the scanner was told
    to leave out. `scanned` is how many files or packages were looked at, at least one; `files` are
    those of them that are named.
    """

    material: Material
    files: tuple[ScannedFile, ...]
    findings: tuple[ScanFinding, ...]
    is_complete: bool = True
    database_at: str = ""
    licences: tuple[tuple[str, str], ...] = ()
    covers: frozenset[Coverage] = frozenset()
    suppressed: tuple[ScanFinding, ...] = ()
    scanned: int = 0
    provenance: Provenance = field(default_factory=Provenance)
