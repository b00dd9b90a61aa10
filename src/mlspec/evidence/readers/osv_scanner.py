"""Results of OSV-Scanner, as `osv-scanner scan --format json --all-packages` writes them.

Looked at: the source of 2.5.0 (google/osv-scanner, add393a). Without `--all-packages` a clean scan
and a scan of nothing look the same, an empty list: that is a reason. Vulnerabilities are counted in
groups of aliases, whose greatest CVSS score gives the severity. The results say neither when the
data was fetched nor by which version.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from mlspec.evidence._json import Node, read_document
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason
from mlspec.evidence._scan import Coverage, Scan, ScanFinding, ScannedFile
from mlspec.evidence.readers._severity import severity_of_score

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_LOOKED = frozenset({Coverage.COMPONENTS, Coverage.VULNERABILITIES})


def _read(content: FileContent, _wanted: Wanted) -> Scan | Reason:
    return read_document(content, lambda results: _scan(content, results))


def _scan(content: FileContent, results: Node) -> Scan | Reason:
    sources = results.at("results").items()
    packages = [each for source in sources for each in source.at("packages").some()]
    if not packages:
        sentence = "no package is listed; run OSV-Scanner with --all-packages"
        return Reason("nothing-scanned", sentence)
    licences = tuple(chain.from_iterable(map(_licences, packages)))
    return Scan(
        content.material(),
        tuple(ScannedFile(_name(each)) for each in packages),
        tuple(chain.from_iterable(map(_findings, packages))),
        licences=licences,
        covers=_LOOKED | ({Coverage.LICENCES} if licences else frozenset()),
        scanned=len(packages),
        provenance=Provenance("osv-scanner"),
    )


def _name(each: Node) -> str:
    package = each.at("package")
    name = package.at("name").text_or() or package.at("os_package_name").text_or()
    version = package.at("version").text_or() or package.at("commit").text_or()
    return f"{name}{'@' + version if version else ''}"


def _licences(each: Node) -> list[tuple[str, str]]:
    found = [licence.text() for licence in each.at("licenses").some()]
    return [(_name(each), "" if licence == "UNKNOWN" else licence) for licence in found]


def _findings(each: Node) -> list[ScanFinding]:
    """Return one finding per group of aliases, per vulnerability in none, and per bad licence."""
    name = _name(each)
    groups = each.at("groups").some()
    grouped = {alias.text() for group in groups for alias in group.at("ids").items()}
    listed = [one.at("id").text() for one in each.at("vulnerabilities").some()]
    return [
        *(_finding(group, name) for group in groups),
        *(ScanFinding(one, "unknown", name) for one in listed if one not in grouped),
        *(
            ScanFinding("licence-violation", "unknown", name, licence.text())
            for licence in each.at("license_violations").some()
        ),
    ]


def _finding(group: Node, name: str) -> ScanFinding:
    """Return the finding of a group under its CVE, where it has one."""
    names = [each.text() for each in (*group.at("aliases").some(), *group.at("ids").items())]
    identifier = min(names, key=lambda each: (not each.startswith("CVE-"), each), default="")
    return ScanFinding(identifier, severity_of_score(group.at("max_severity").text_or()), name)


READER = Reader(
    format="osv-scanner",
    summary="Results of OSV-Scanner, as JSON.",
    gives="Scan",
    read=_read,
)
