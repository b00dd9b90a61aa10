"""Reports of Trivy, as `trivy ... --format json` writes them.

Looked at: the source of 0.74.0, schema version 2 (aquasecurity/trivy, dc3c56e). A report without
results looked at nothing: that is a reason. Results of packages are taken for a search for
vulnerabilities; the report does not say whether `--scanners` left them out, nor how old the data
is. What `.trivyignore` or a VEX file left out is among the suppressed findings with
`--show-suppressed`. A result of packages that lists none, and no vulnerability of one, covers
nothing: `--list-all-pkgs` tells what was looked at. Secrets and misconfigurations are findings,
too.
"""

from __future__ import annotations

from itertools import chain
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

_COVERS = {
    "os-pkgs": frozenset({Coverage.VULNERABILITIES, Coverage.COMPONENTS}),
    "lang-pkgs": frozenset({Coverage.VULNERABILITIES, Coverage.COMPONENTS}),
    "license": frozenset({Coverage.LICENCES}),
    "license-file": frozenset({Coverage.LICENCES}),
}


def _read(content: FileContent, _wanted: Wanted) -> Scan | Reason:
    return read_document(content, lambda report: _scan(content, report))


def _scan(content: FileContent, report: Node) -> Scan | Reason:
    if report.at("SchemaVersion").count() is None:
        return Reason("malformed-report", "the report has no `SchemaVersion`")
    results = report.at("Results").some()
    if not results:
        return Reason("nothing-scanned", "the report has no results")
    files = tuple(chain.from_iterable(map(_files, results)))
    return Scan(
        content.material(),
        files,
        tuple(chain.from_iterable(map(_findings, results))),
        licences=tuple(chain.from_iterable(map(_licences, results))),
        covers=frozenset(chain.from_iterable(map(_covered, results))),
        suppressed=tuple(chain.from_iterable(map(_suppressed, results))),
        scanned=len(files),
        provenance=Provenance(
            "trivy",
            report.at("Trivy", "Version").text_or(),
            moment(report.at("CreatedAt").text_or()),
        ),
    )


def _covered(result: Node) -> frozenset[Coverage]:
    covers = _COVERS.get(result.at("Class").text_or(), frozenset())
    listed = result.at("Packages").some() or result.at("Vulnerabilities").some()
    if Coverage.COMPONENTS in covers and not listed:
        return frozenset()  # a list of packages in which nothing was found
    return covers


def _files(result: Node) -> list[ScannedFile]:
    """Return the target and its packages, where they are listed."""
    packages = result.at("Packages").some()
    target = ScannedFile(result.at("Target").text_or())
    return [target, *(ScannedFile(_package(each, "Name", "Version")) for each in packages)]


def _package(node: Node, name: str, version: str) -> str:
    stated = node.at(version).text_or()
    return f"{node.at(name).text()}{'@' + stated if stated else ''}"


def _findings(result: Node) -> list[ScanFinding]:
    target = result.at("Target").text_or()
    broken = [
        each
        for each in result.at("Misconfigurations").some()
        if each.at("Status").text_or("FAIL") == "FAIL"
    ]
    return [
        *map(_vulnerability, result.at("Vulnerabilities").some()),
        *(_finding(each, "ID", target) for each in broken),
        *(_finding(each, "RuleID", target) for each in result.at("Secrets").some()),
        *map(_licence, result.at("Licenses").some()),
    ]


def _finding(each: Node, identifier: str, target: str) -> ScanFinding:
    return ScanFinding(each.at(identifier).text(), _level(each), target)


def _vulnerability(each: Node) -> ScanFinding:
    name = _package(each, "PkgName", "InstalledVersion")
    return ScanFinding(each.at("VulnerabilityID").text(), _level(each), name)


def _licence(each: Node) -> ScanFinding:
    subject = each.at("PkgName").text_or() or each.at("FilePath").text_or()
    category = each.at("Category").text_or("unknown")
    return ScanFinding(f"licence-{category}", _level(each), subject, each.at("Name").text_or())


def _level(each: Node) -> str:
    return severity(each.at("Severity").text_or())


def _licences(result: Node) -> list[tuple[str, str]]:
    found = [_licence(each) for each in result.at("Licenses").some()]
    return [(each.subject, each.licence) for each in found]


def _suppressed(result: Node) -> list[ScanFinding]:
    modified = result.at("ExperimentalModifiedFindings").some()
    return [
        _vulnerability(each.at("Finding"))
        for each in modified
        if each.at("Type").text_or() == "vulnerability"
    ]


READER = Reader(
    format="trivy",
    summary="A report of Trivy, as JSON.",
    gives="Scan",
    read=_read,
    marks=("SchemaVersion", "ArtifactName"),
)
