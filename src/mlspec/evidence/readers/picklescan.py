"""The text that picklescan prints.

Looked at: picklescan 1.0.5. It names dangerous imports and counts suspicious ones; with `-g` it
lists these, too. A scan of no file ends well and says so only in its count: that is a reason. Any
other line above the summary is a warning that a file was not looked at as a whole. picklescan
names neither the clean files, nor digests, its own version or the time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.evidence._json import of_file
from mlspec.evidence._provenance import Provenance
from mlspec.evidence._reader import Reader, Wanted
from mlspec.evidence._reason import Reason
from mlspec.evidence._scan import Coverage, Scan, ScanFinding, ScannedFile

if TYPE_CHECKING:
    from mlspec.evidence._file import FileContent

__all__ = ["READER"]

_SUMMARY = "----------- SCAN SUMMARY -----------"
_FOUND = re.compile(r"(?P<file>.+): dangerous import '(?P<what>.+)' FOUND(?: \(.*\))?")
_COUNT = re.compile(r"(?P<name>[A-Z][a-z]+ [a-z]+): (?P<count>\d{1,9})")
_SUSPICIOUS = re.compile(r"  \* (?P<what>.+) - suspicious")


def _read(content: FileContent, _wanted: Wanted) -> Scan | Reason:
    try:
        lines = content.content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        return of_file(content, Reason("unreadable-file", f"byte {error.start} is not UTF-8"))
    found = _scan(content, [each for each in lines if each.strip()])
    return of_file(content, found) if isinstance(found, Reason) else found


def _scan(content: FileContent, lines: list[str]) -> Scan | Reason:
    if lines.count(_SUMMARY) != 1:
        return Reason("malformed-report", "the text has not one summary of picklescan")
    place = lines.index(_SUMMARY)
    matches = [_FOUND.fullmatch(each) for each in lines[:place]]
    dangerous = [each for each in matches if each is not None]
    counts = _counts(lines[place + 1 :])
    problem = _problem(counts, len(dangerous))
    if problem is not None:
        return problem
    findings = [ScanFinding(each["what"], "critical", each["file"]) for each in dangerous]
    findings += _suspicious(lines[place + 1 :], counts["Suspicious globals"])
    names = dict.fromkeys(each["file"] for each in dangerous)
    return Scan(
        content.material(),
        tuple(ScannedFile(each) for each in names),
        tuple(findings),
        is_complete=len(dangerous) == place,
        covers=frozenset({Coverage.UNSAFE_CODE}),
        scanned=counts["Scanned files"],
        provenance=Provenance("picklescan"),
    )


def _counts(lines: list[str]) -> dict[str, int]:
    found = (_COUNT.fullmatch(each) for each in lines)
    counts = {each["name"]: int(each["count"]) for each in found if each is not None}
    return {"Suspicious globals": 0, **counts}  # older versions do not count these


def _problem(counts: dict[str, int], dangerous: int) -> Reason | None:
    if "Scanned files" not in counts or "Dangerous globals" not in counts:
        return Reason("malformed-report", "the summary lacks a count")
    if not counts["Scanned files"]:
        return Reason("nothing-scanned", "picklescan scanned no file")
    if counts["Dangerous globals"] != dangerous:
        sentence = f"{counts['Dangerous globals']} dangerous imports are counted, {dangerous} named"
        return Reason("incomplete-report", sentence)
    return None


def _suspicious(lines: list[str], count: int) -> list[ScanFinding]:
    """Return the suspicious imports, or one finding for all where they are only counted."""
    named = [each["what"] for each in map(_SUSPICIOUS.fullmatch, lines) if each is not None]
    if not named and count:
        named = [f"{count} suspicious imports"]
    return [ScanFinding(each, "unknown", "") for each in named]


READER = Reader(
    format="picklescan",
    summary="The text that picklescan prints.",
    gives="Scan",
    read=_read,
)
