"""Bills of material in CycloneDX JSON: components, licences, and vulnerabilities where given.

Looked at: the JSON schemas 1.4 to 1.7, and cyclonedx-py 7.5.0. A bill that lists no component is a
reason. A composition that is declared incomplete makes the scan incomplete. A bill that lists no
vulnerability does not say that there is none: Trivy writes the same empty list where nobody looked.
A vulnerability that was analysed as resolved, a false positive or not affecting is kept among the
suppressed findings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence._file import shown
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

_WORST = ("critical", "high", "medium", "low")
_SUPPRESSED = frozenset({"resolved", "resolved_with_pedigree", "false_positive", "not_affected"})


def _read(content: FileContent, _wanted: Wanted) -> Scan | Reason:
    return read_document(content, lambda bill: _scan(content, bill))


def _scan(content: FileContent, bill: Node) -> Scan | Reason:
    kind = bill.at("bomFormat").text()
    if kind != "CycloneDX":
        return Reason("malformed-report", f"the format of the bill is {shown(kind)}")
    components = _components(bill)
    if not components:
        return Reason("nothing-scanned", "the bill lists no component")
    open_, suppressed = _vulnerabilities(bill, components)
    return Scan(
        content.material(),
        tuple(_file(each) for each in components),
        open_,
        is_complete=_is_complete(bill),
        licences=tuple(pair for each in components for pair in _licences(each)),
        covers=_covers(bill),
        suppressed=suppressed,
        scanned=len(components),
        provenance=_provenance(bill),
    )


def _components(bill: Node) -> list[Node]:
    """Return all components, those inside others included."""
    found: list[Node] = []
    waiting = bill.at("components").some()[::-1]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += each.at("components").some()[::-1]
    return found


def _name(component: Node) -> str:
    group, version = component.at("group").text_or(), component.at("version").text_or()
    name = component.at("name").text()
    return f"{group + '/' if group else ''}{name}{'@' + version if version else ''}"


def _file(component: Node) -> ScannedFile:
    hashes = {
        each.at("alg").text_or(): each.at("content").text_or()
        for each in component.at("hashes").some()
    }
    digest = hashes.get("SHA-256", "")
    return ScannedFile(_name(component), f"sha256:{digest.lower()}" if digest else "")


def _licences(component: Node) -> list[tuple[str, str]]:
    name = _name(component)
    found = [
        each.at("expression").text_or()
        or each.at("license", "id").text_or()
        or each.at("license", "name").text_or()
        for each in component.at("licenses").some()
    ]
    return [(name, licence) for licence in found] or [(name, "")]


def _vulnerabilities(
    bill: Node, components: list[Node]
) -> tuple[tuple[ScanFinding, ...], tuple[ScanFinding, ...]]:
    """Return the findings that stand, and those that an analysis did away with."""
    names = {
        each.at("bom-ref").text_or(): _name(each) for each in components if each.has("bom-ref")
    }
    open_: list[ScanFinding] = []
    suppressed: list[ScanFinding] = []
    for each in bill.at("vulnerabilities").some():
        state = each.at("analysis", "state").text_or()
        (suppressed if state in _SUPPRESSED else open_).extend(_findings(each, names))
    return tuple(open_), tuple(suppressed)


def _findings(vulnerability: Node, names: dict[str, str]) -> list[ScanFinding]:
    identifier = vulnerability.at("id").text()
    level = _severity(vulnerability)
    refs = [each.at("ref").text_or() for each in vulnerability.at("affects").some()] or [""]
    return [ScanFinding(identifier, level, names.get(each, each)) for each in refs]


def _severity(vulnerability: Node) -> str:
    """Return the worst of the ratings; sources often differ."""
    rated = {severity(each.at("severity").text_or()) for each in vulnerability.at("ratings").some()}
    return next((each for each in _WORST if each in rated), "unknown")


def _covers(bill: Node) -> frozenset[Coverage]:
    looked = frozenset({Coverage.COMPONENTS, Coverage.LICENCES})
    listed = bill.at("vulnerabilities").some()
    return looked | {Coverage.VULNERABILITIES} if listed else looked


def _is_complete(bill: Node) -> bool:
    aggregates = (each.at("aggregate").text_or() for each in bill.at("compositions").some())
    return not any(each.startswith("incomplete") for each in aggregates)


def _provenance(bill: Node) -> Provenance:
    metadata = bill.at("metadata")
    tools = metadata.at("tools")
    listed = tools.some() if not isinstance(tools.value, dict) else tools.at("components").some()
    tool = listed[0] if listed else Node(None)
    return Provenance(
        tool.at("name").text_or(),
        tool.at("version").text_or(),
        moment(metadata.at("timestamp").text_or()),
    )


READER = Reader(
    format="cyclonedx",
    summary="A bill of materials in CycloneDX JSON.",
    gives="Scan",
    read=_read,
    marks=("bomFormat",),
)
