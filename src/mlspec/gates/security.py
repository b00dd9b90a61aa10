"""`security`: the model's file is what it should be, and scanners found nothing in it.

Four questions, each a part of the verdict; those that the spec states have to pass, all of them.

`artifact`: the bytes of the file, not its name, are of one of `formats`, and its digest is that of
the model. A pickle is never allowed: it runs code when it is loaded. `scans`: scanners for unsafe
code (picklescan, ModelScan) looked at this very file and found nothing, suspicions included. A
scanner that does not say which bytes it looked at is not evaluated, unless `unboundScan: accept`.
`vulnerabilities`: open findings per severity are within their limits; suppressed ones count, unless
`suppressed: ignore`. `maximumDatabaseAgeDays` limits how old the vulnerability data was when the
scan ran, `maximumAgeDays` of the source how old the scan is. `licences`: every package has a
licence from `allowedLicences` (SPDX names; expressions are understood).

A finding fails, also in a scan that did not look at everything. Not evaluated: a file that is
missing, is not the subject or too large to read, a scan of nothing, of another file, of another
question or of a part, data of unknown age, a package without a known licence. As nothing is a
sample here, no verdict is inconclusive, and `decide`, `confidence` and `minimumRows` have no part.

Example
    id: supply-chain
    type: security
    artifact: model-file
    formats: [safetensors]
    scans: [modelscan]
    unboundScan: accept
    vulnerabilities: grype
    maximumDatabaseAgeDays: 5
    licences: sbom
    allowedLicences: [Apache-2.0, BSD-3-Clause, MIT]
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from mlspec.evidence import Reason
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._security_spec import Security

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult

__all__ = ["GATE"]

REASONS = MappingProxyType(
    {
        "artifact-not-subject": (
            "The file that was looked at is not the artifact of the model: its digest differs."
        ),
        "database-too-old": (
            "The vulnerability data was older than the gate allows when the scan ran. It can't "
            "know what was found since."
        ),
        "format-not-allowed": (
            "The bytes of the model's file are of a format that the gate does not allow. A pickle, "
            "also one inside an archive, runs code when it is loaded."
        ),
        "licence-not-allowed": "A package has a licence that is not in `allowedLicences`.",
        "licence-unknown": "It is not known under which licence a package stands.",
        "licences-missing": "`licences` and `allowedLicences` are stated together, or not at all.",
        "nothing-asked": (
            "The gate names no file, no scan and no bill of materials, so it asks for nothing."
        ),
        "scan-incomplete": "The scanner says that it skipped something, or failed on it.",
        "scan-not-bound": (
            "The scanner does not say which bytes it looked at, so its answer may be about "
            "another file."
        ),
        "scan-of-another-file": "The files that were scanned have other digests than the model.",
        "scan-of-another-question": (
            "The scan does not answer the question: a list of packages does not say that nobody "
            "found a vulnerability in them."
        ),
        "unsafe-code": "A scanner found code in the model's file that it calls unsafe.",
        "vulnerabilities": "There are more open vulnerabilities than the gate allows.",
    }
)


def require(spec: Security) -> str:
    """Return the requirement as text: `format, scan, vulnerabilities, licences as stated`."""
    asked = {
        "format": spec.artifact,
        "scans": spec.scans,
        "vulnerabilities": spec.vulnerabilities,
        "licences": spec.licences,
    }
    return f"{', '.join(name for name, source in asked.items() if source)} as stated"


def check(spec: Security) -> Iterator[SpecProblem]:
    """Yield what keeps the gate from being evaluated."""
    if not (spec.artifact or spec.scans or spec.vulnerabilities or spec.licences):
        yield SpecProblem(
            (),
            Reason("nothing-asked", "the gate names no file, no scan and no bill of materials"),
            hint="name a source as `artifact`, `scans`, `vulnerabilities` or `licences`",
        )
    if (spec.licences is None) != (not spec.allowed_licences):
        sentence = "`licences` and `allowedLicences` belong together"
        yield SpecProblem((), Reason("licences-missing", sentence))


def evaluate(spec: Security, inputs: GateInputs) -> GateResult:
    """Judge the file and each scan."""
    from mlspec.gates import _parts, _scans

    return _parts.of_parts(spec, require(spec), _scans.security_parts(spec, inputs))


def reads(spec: Security) -> tuple[Need, ...]:
    """Return what is read: the model's file, scans, and a bill of materials."""
    named = sorted({*spec.scans, spec.vulnerabilities or "", spec.licences or ""} - {""})
    scans = [Need(name, "Scan") for name in named]
    return (Need(spec.artifact, "ModelFile"), *scans) if spec.artifact else tuple(scans)


GATE = Gate(
    "security",
    Security,
    "The model's file is what it should be, and scanners found nothing in it.",
    check=check,
    evaluate=evaluate,
    require=require,
    reads=reads,
    reasons=REASONS,
)
