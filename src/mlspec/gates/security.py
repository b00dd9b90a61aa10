"""`security`: the model's file is what it should be, and scanners found nothing in it.

Five questions, each a part of the verdict; those that the spec states have to pass, all of them.

`artifact`: the bytes of the file, not its name, are of one of `formats`, and its digest is that of
the model. A pickle is never allowed: it runs code when it is loaded. `signature`: a detached
signature of these bytes, made by one of `signedBy` with `ssh-keygen -Y sign -n file`, holds by the
keys in `.mlspec/allowed_signers`. Of a Sigstore bundle only the digest is compared: who signed
takes a network, so it is not evaluated. `scans`: scanners for unsafe
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
    signature: models/churn.safetensors.sig
    signedBy: [release@example.org]
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

from mlspec.evidence import Reason, ReasonWords
from mlspec.gates._port import Gate, GateInputs, Need, SpecProblem
from mlspec.gates._security_spec import Security

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.evidence import GateResult

__all__ = ["GATE"]

REASONS = MappingProxyType(
    {
        "artifact-not-subject": ReasonWords(
            "The file that was looked at is not the artifact of the model: its digest differs.",
            "Name the file of this model in `artifact`, or correct `artifact.digest` of the model.",
        ),
        "database-too-old": ReasonWords(
            "The vulnerability data was older than the gate allows when the scan ran. It can't "
            "know what was found since.",
            "Update the database of the scanner (`trivy image --download-db-only`, `grype db "
            "update`) and scan again.",
        ),
        "format-not-allowed": ReasonWords(
            "The bytes of the model's file are of a format that the gate does not allow. A "
            "pickle, also one inside an archive, runs code when it is loaded.",
            "Save the weights as safetensors or ONNX. A format that is safe to load can be "
            "added to `formats`.",
        ),
        "licence-not-allowed": ReasonWords(
            "A package has a licence that is not in `allowedLicences`.",
            "Replace the package, or have its licence allowed by whoever answers for that, and "
            "add it to `allowedLicences`.",
        ),
        "licence-unknown": ReasonWords(
            "It is not known under which licence a package stands.",
            "Look the licence up, and let the bill of materials state it.",
        ),
        "licences-missing": ReasonWords(
            "`licences` and `allowedLicences` are stated together, or not at all.",
            "State both: the source in `licences` and the list in `allowedLicences`; or neither.",
        ),
        "nothing-asked": ReasonWords(
            "The gate names no file, no scan and no bill of materials, so it asks for nothing.",
            "State at least one of `artifact`, `scans`, `vulnerabilities` and `licences`.",
        ),
        "scan-incomplete": ReasonWords(
            "The scanner says that it skipped something, or failed on it.",
            "Scan again until nothing is skipped: the report names what it was.",
        ),
        "scan-not-bound": ReasonWords(
            "The scanner does not say which bytes it looked at, so its answer may be about "
            "another file.",
            "Take a scanner that writes digests, or state `unboundScan: accept`, which the plan"
            " shows as a loosening.",
        ),
        "scan-of-another-file": ReasonWords(
            "The files that were scanned have other digests than the model.",
            "Scan the file whose digest `artifact.digest` of the model states.",
        ),
        "scan-of-another-question": ReasonWords(
            "The scan does not answer the question: a list of packages does not say that nobody"
            " found a vulnerability in them.",
            "Let the scanner look for that: `trivy fs --scanners vuln,license`, or add a report"
            " of `grype` or `osv-scanner`.",
        ),
        "signature-incomplete": ReasonWords(
            "A signature is of the file that `artifact` names, and `signedBy` says whose it has "
            "to be; one of the three is missing.",
            "State `artifact`, `signature` and `signedBy`; or neither of the last two.",
        ),
        "signature-unknown": ReasonWords(
            "The file that `signature` names is of no form that can be read.",
            "Sign with `ssh-keygen -Y sign -n file -f KEY FILE`, and name the `.sig` file.",
        ),
        "signature-unverified": ReasonWords(
            "Who signed can't be told here: a Sigstore bundle takes Sigstore's own roots of "
            "trust, and an SSH signature takes `ssh-keygen`. What is not verified is no pass.",
            "Verify the bundle with `cosign verify-blob` in the pipeline, and sign with "
            "`ssh-keygen -Y sign -n file -f KEY FILE` for this gate; or install OpenSSH.",
        ),
        "signature-wrong": ReasonWords(
            "The signature is not of the file as it is: one of the two was changed, or it was "
            "made for another file or purpose.",
            "Find out which of the two is right. Sign the file again with `-n file` only if its "
            "digest is the one that was reviewed.",
        ),
        "signer-not-allowed": ReasonWords(
            "The signature holds, but nobody in `signedBy` made it with a key that is in force.",
            "Let one of them sign, or add the key to `.mlspec/allowed_signers` and the name to "
            "`signedBy`, and have that reviewed.",
        ),
        "unsafe-code": ReasonWords(
            "A scanner found code in the model's file that it calls unsafe.",
            "Do not load the file. Find out where it comes from; save the weights as safetensors.",
        ),
        "vulnerabilities": ReasonWords(
            "There are more open vulnerabilities than the gate allows.",
            "Update the packages that are named. What does not apply is suppressed in the "
            "scanner with a reason, and counts if `suppressed: count`.",
        ),
    }
)


def require(spec: Security) -> str:
    """Return the requirement as text: `format, scan, vulnerabilities, licences as stated`."""
    asked = {
        "format": spec.artifact,
        "signature": spec.signature,
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
    if spec.signature is not None and spec.artifact is None:
        sentence = "`signature` is of the file that `artifact` names"
        yield SpecProblem(("signature",), Reason("signature-incomplete", sentence))
    if (spec.signature is None) != (not spec.signed_by):
        sentence = "`signature` and `signedBy` belong together"
        yield SpecProblem((), Reason("signature-incomplete", sentence))
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
