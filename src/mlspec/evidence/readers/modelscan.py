"""Reports of ModelScan, as `modelscan -p PATH -r json -o FILE` writes them.

Looked at: ModelScan 0.8.8. A scan of no file has no issues: that is a reason. Errors, and skipped
files where the report lists them (`--show-skipped`), mean that the scan is not complete. The moment
in the report has no time zone, so its age is unknown; digests are not stated.
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


def _read(content: FileContent, _wanted: Wanted) -> Scan | Reason:
    return read_document(content, lambda report: _scan(content, report))


def _scan(content: FileContent, report: Node) -> Scan | Reason:
    summary = report.at("summary")
    count = summary.at("scanned", "total_scanned").count()
    if not count:
        return Reason("nothing-scanned", "ModelScan scanned no file")
    findings = tuple(_finding(each) for each in report.at("issues").items())
    total = summary.at("total_issues").count()
    if total != len(findings):
        sentence = f"{total} issues are counted, {len(findings)} listed"
        return Reason("incomplete-report", sentence)
    files = [each.text() for each in summary.at("scanned", "scanned_files").some()]
    return Scan(
        content.material(),
        tuple(ScannedFile(each) for each in files),
        findings,
        is_complete=_is_complete(report),
        covers=frozenset({Coverage.UNSAFE_CODE}),
        scanned=count,
        provenance=Provenance(
            "modelscan",
            summary.at("modelscan_version").text_or(),
            moment(summary.at("timestamp").text_or()),
        ),
    )


def _finding(issue: Node) -> ScanFinding:
    what = [issue.at("module").text_or(), issue.at("operator").text_or()]
    identifier = ".".join(filter(None, what)) or issue.at("description").text()
    level = severity(issue.at("severity").text_or())
    return ScanFinding(identifier, level, issue.at("source").text_or())


def _is_complete(report: Node) -> bool:
    skipped = report.at("summary", "skipped", "total_skipped").count()
    return not report.at("errors").items() and not skipped


READER = Reader(
    format="modelscan",
    summary="A report of ModelScan, as JSON.",
    gives="Scan",
    read=_read,
    marks=("summary", "issues"),
)
