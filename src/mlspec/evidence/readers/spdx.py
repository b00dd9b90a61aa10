"""Bills of material in SPDX 2 JSON: packages and their licences.

Looked at: SPDX 2.2 and 2.3. The licence is the concluded one, or else the declared one; one that
says `NOASSERTION` or `NONE` is unknown. A bill without packages is a reason. SPDX 3 is another
format (JSON-LD) and not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._file import shown
from mlspec.evidence._json import Node, read_document
from mlspec.evidence._moment import moment
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason
from mlspec.evidence._scan import Coverage, Scan, ScannedFile

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_UNKNOWN = frozenset({"NOASSERTION", "NONE"})
_TOOL = "Tool: "


def _read(content: FileContent, _wanted: Wanted) -> Scan | Reason:
    return read_document(content, lambda bill: _scan(content, bill))


def _scan(content: FileContent, bill: Node) -> Scan | Reason:
    version = bill.at("spdxVersion").text()
    if not version.startswith("SPDX-2."):
        return Reason("malformed-report", f"the version of the bill is {shown(version)}")
    packages = bill.at("packages").some()
    if not packages:
        return Reason("nothing-scanned", "the bill lists no package")
    return Scan(
        content.material(),
        tuple(ScannedFile(_name(each), _digest(each)) for each in packages),
        (),
        licences=tuple((_name(each), _licence(each)) for each in packages),
        covers=frozenset({Coverage.COMPONENTS, Coverage.LICENCES}),
        scanned=len(packages),
        provenance=_provenance(bill),
    )


def _name(package: Node) -> str:
    version = package.at("versionInfo").text_or()
    return f"{package.at('name').text()}{'@' + version if version else ''}"


def _digest(package: Node) -> str:
    for each in package.at("checksums").some():
        if each.at("algorithm").text_or() == "SHA256":
            return f"sha256:{each.at('checksumValue').text_or().lower()}"
    return ""


def _licence(package: Node) -> str:
    stated = (package.at("licenseConcluded").text_or(), package.at("licenseDeclared").text_or())
    return next((each for each in stated if each and each not in _UNKNOWN), "")


def _provenance(bill: Node) -> Provenance:
    creators = [each.text_or() for each in bill.at("creationInfo", "creators").some()]
    tool = next((each.removeprefix(_TOOL) for each in creators if each.startswith(_TOOL)), "")
    created = moment(bill.at("creationInfo", "created").text_or())
    return Provenance(tool, collected_at=created)


READER = Reader(
    format="spdx",
    summary="A bill of materials in SPDX 2 JSON.",
    gives="Scan",
    read=_read,
    marks=("spdxVersion",),
)
