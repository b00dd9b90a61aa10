"""Reports of Grype, as `grype -o json` writes them.

Looked at: the source of 0.116.0 (anchore/grype, 4562c55). The report lists only packages with a
match, so how many were looked at stays unknown; one that does not name its source is a reason. Its
database says when it was built; one that is not valid makes the scan incomplete. Matches that a
rule or a VEX file left out are kept among the suppressed findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._json import Node, read_document
from mlspec.evidence._moment import moment
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason
from mlspec.evidence._scan import Coverage, Scan, ScanFinding, ScannedFile
from mlspec.evidence.readers._severity import severity

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_NO_SOURCE = frozenset({"", "unknown"})


def _read(content: FileContent, _wanted: Wanted) -> Scan | Reason:
    return read_document(content, lambda report: _scan(content, report))


def _scan(content: FileContent, report: Node) -> Scan | Reason:
    matches = [_finding(each) for each in report.at("matches").items()]
    if report.at("source", "type").text_or() in _NO_SOURCE:
        return Reason("nothing-scanned", "the report does not name what was scanned")
    descriptor = report.at("descriptor")
    database = descriptor.at("db")
    state = database.at("status") if database.has("status") else database
    return Scan(
        content.material(),
        (_source(report.at("source", "target")),),
        tuple(matches),
        is_complete=_is_valid(state),
        database_at=moment(state.at("built").text_or()),
        covers=frozenset({Coverage.VULNERABILITIES}),
        suppressed=tuple(_finding(each) for each in report.at("ignoredMatches").some()),
        scanned=1,
        provenance=Provenance(
            "grype",
            descriptor.at("version").text_or(),
            moment(descriptor.at("timestamp").text_or()),
        ),
    )


def _finding(match: Node) -> ScanFinding:
    artifact, vulnerability = match.at("artifact"), match.at("vulnerability")
    version = artifact.at("version").text_or()
    subject = f"{artifact.at('name').text()}{'@' + version if version else ''}"
    level = severity(vulnerability.at("severity").text_or())
    return ScanFinding(vulnerability.at("id").text(), level, subject)


def _source(target: Node) -> ScannedFile:
    """Return what was scanned: a path, or an image with its digest."""
    if not isinstance(target.value, dict):
        return ScannedFile(target.text_or())
    digest = target.at("manifestDigest").text_or()
    return ScannedFile(target.at("userInput").text_or(), digest)


def _is_valid(state: Node) -> bool:
    return state.at("valid").value is not False and not state.at("error").text_or()


READER = Reader(
    format="grype",
    summary="A report of Grype, as JSON.",
    gives="Scan",
    read=_read,
    marks=("matches", "descriptor"),
)
