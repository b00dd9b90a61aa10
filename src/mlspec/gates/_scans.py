"""What a file's bytes, scanners and bills of materials say, as parts of one verdict."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mlspec.evidence import Coverage, ModelFile, PartResult, Reason, Scan, Verdict, moment, shown
from mlspec.gates._exact import exact_part
from mlspec.gates._licences import is_allowed
from mlspec.gates._parts import unmeasured_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.evidence import ScanFinding
    from mlspec.gates._port import GateInputs
    from mlspec.gates._security_spec import Security

__all__ = ["security_parts"]

_QUESTIONS = {
    Coverage.UNSAFE_CODE: "unsafe code",
    Coverage.VULNERABILITIES: "vulnerabilities",
    Coverage.LICENCES: "licences",
    Coverage.COMPONENTS: "components",
}


def security_parts(spec: Security, inputs: GateInputs) -> list[PartResult]:
    """Return one part per question that the spec asks."""
    parts = [] if spec.artifact is None else [_format(spec, spec.artifact, inputs)]
    if spec.signature is not None:
        parts.append(_signature(spec, inputs))
    parts += [_part(f"scan {name}", name, inputs, _unsafe(spec, inputs)) for name in spec.scans]
    if spec.vulnerabilities is not None:
        parts.append(_part("vulnerabilities", spec.vulnerabilities, inputs, _vulnerable(spec)))
    if spec.licences is not None:
        parts.append(_part("licences", spec.licences, inputs, _licensed(spec)))
    return parts


def _format(spec: Security, name: str, inputs: GateInputs) -> PartResult:
    file = inputs.source(name, ModelFile)
    if isinstance(file, Reason):
        return unmeasured_part("format", file)
    if file.material.digest != inputs.subject_digest:
        sentence = (
            f"{shown(file.material.file)} has the digest {file.material.digest}, not the model's"
        )
        return unmeasured_part("format", Reason("artifact-not-subject", sentence))
    if file.kind in spec.formats:
        return exact_part("format", None)
    allowed = ", ".join(sorted(spec.formats))
    sentence = f"the bytes of {shown(file.material.file)} are {file.kind}, allowed are {allowed}"
    return exact_part("format", Reason("format-not-allowed", sentence))


def _signature(spec: Security, inputs: GateInputs) -> PartResult:
    found = inputs.signatures.get(spec.id) or Reason("missing-file", "no signature was read")
    if isinstance(found, Reason):
        is_wrong = found.code == "signature-wrong"
        return exact_part("signature", found) if is_wrong else unmeasured_part("signature", found)
    if found.digest != inputs.subject_digest:
        sentence = f"the file that was signed has the digest {found.digest}, not the model's"
        return unmeasured_part("signature", Reason("artifact-not-subject", sentence))
    if set(found.signers) & set(spec.signed_by):
        return exact_part("signature", None)
    told = ", ".join(map(shown, found.signers)) or "nobody among the allowed signers"
    wanted = ", ".join(map(shown, spec.signed_by))
    sentence = f"signed by {told}; the gate asks for {wanted}"
    return exact_part("signature", Reason("signer-not-allowed", sentence))


def _part(
    name: str,
    source: str,
    inputs: GateInputs,
    judged: Callable[[Scan], Iterator[tuple[Verdict, Reason]]],
) -> PartResult:
    """Return the worst that a scan says; one that says nothing against the model passes."""
    scan = inputs.source(source, Scan)
    if isinstance(scan, Reason):
        return unmeasured_part(name, scan)
    counts = tuple(sorted(_counts(scan).items()))
    against = sorted(judged(scan), key=lambda each: each[0] is not Verdict.FAIL)
    if not against:
        return PartResult(name, Verdict.PASS, counts=counts)
    verdict, reason = against[0]
    return PartResult(name, verdict, reason.sentence, reason.code, counts=counts)


def _counts(scan: Scan) -> dict[str, int]:
    found = Counter(each.severity for each in scan.findings)
    return {**found, "scanned": scan.scanned, "suppressed": len(scan.suppressed)}


def _usable(scan: Scan, question: Coverage) -> Iterator[tuple[Verdict, Reason]]:
    """Yield why a scan without findings does not answer the question."""
    file = shown(scan.material.file)
    if question not in scan.covers:
        sentence = f"{file} does not say anything of {_QUESTIONS[question]}"
        yield Verdict.NOT_EVALUATED, Reason("scan-of-another-question", sentence)
    if not scan.scanned:
        yield Verdict.NOT_EVALUATED, Reason("nothing-scanned", f"{file} is a scan of nothing")
    if not scan.is_complete:
        sentence = f"{file} says that something was skipped or failed"
        yield Verdict.NOT_EVALUATED, Reason("scan-incomplete", sentence)


def _open(spec: Security, scan: Scan) -> tuple[ScanFinding, ...]:
    return scan.findings + (scan.suppressed if spec.suppressed == "count" else ())


def _unsafe(
    spec: Security, inputs: GateInputs
) -> Callable[[Scan], Iterator[tuple[Verdict, Reason]]]:
    def judged(scan: Scan) -> Iterator[tuple[Verdict, Reason]]:
        found = _open(spec, scan)
        if found:
            first = f"{shown(found[0].identifier)} in {shown(found[0].subject)}"
            sentence = f"{len(found)} findings, such as {first}"
            yield Verdict.FAIL, Reason("unsafe-code", sentence)
        yield from _usable(scan, Coverage.UNSAFE_CODE)
        yield from _bound(spec, scan, inputs.subject_digest)

    return judged


def _bound(spec: Security, scan: Scan, subject: str) -> Iterator[tuple[Verdict, Reason]]:
    digests = {each.digest for each in scan.files if each.digest}
    if subject in digests:
        return
    if digests:
        sentence = f"none of {len(digests)} scanned files has the digest {subject}"
        yield Verdict.NOT_EVALUATED, Reason("scan-of-another-file", sentence)
    elif spec.unbound_scan == "refuse":
        sentence = f"{shown(scan.material.file)} does not say which bytes were scanned"
        yield Verdict.NOT_EVALUATED, Reason("scan-not-bound", sentence)


def _vulnerable(spec: Security) -> Callable[[Scan], Iterator[tuple[Verdict, Reason]]]:
    limits = {
        "critical": spec.maximum_critical,
        "high": spec.maximum_high,
        "unknown": spec.maximum_unknown,
        "medium": spec.maximum_medium,
        "low": spec.maximum_low,
    }

    def judged(scan: Scan) -> Iterator[tuple[Verdict, Reason]]:
        found = {
            (each.identifier, each.subject, each.severity)
            for each in _open(spec, scan)
            if not each.licence
        }
        counted = Counter(severity for _, _, severity in found)
        for severity, limit in limits.items():
            if limit is not None and counted[severity] > limit:
                sentence = f"{counted[severity]} findings are {severity}, allowed are {limit}"
                yield Verdict.FAIL, Reason("vulnerabilities", sentence)
        yield from _usable(scan, Coverage.VULNERABILITIES)
        yield from _dated(spec, scan)

    return judged


def _dated(spec: Security, scan: Scan) -> Iterator[tuple[Verdict, Reason]]:
    """Yield why the vulnerability data was too old when the scan ran."""
    days = spec.maximum_database_age_days
    if days is None:
        return
    made, ran = _moment(scan.database_at), _moment(scan.provenance.collected_at)
    if made is None or ran is None or made > ran:
        sentence = f"{shown(scan.material.file)} does not say how old the vulnerability data was"
        yield Verdict.NOT_EVALUATED, Reason("age-unknown", sentence)
    elif ran - made > timedelta(days=days):
        sentence = f"the vulnerability data was {(ran - made).days} days old, allowed are {days}"
        yield Verdict.NOT_EVALUATED, Reason("database-too-old", sentence)


def _moment(text: str) -> datetime | None:
    found = moment(text)
    return datetime.fromisoformat(found) if found else None


def _licensed(spec: Security) -> Callable[[Scan], Iterator[tuple[Verdict, Reason]]]:
    def judged(scan: Scan) -> Iterator[tuple[Verdict, Reason]]:
        known = [each for each in scan.licences if each[1]]
        bad = [each for each in known if not is_allowed(each[1], spec.allowed_licences)]
        if bad:
            first = f"{shown(bad[0][1])} of {shown(bad[0][0])}"
            sentence = f"{len(bad)} licences are not allowed, such as {first}"
            yield Verdict.FAIL, Reason("licence-not-allowed", sentence)
        yield from _usable(scan, Coverage.LICENCES)
        unknown = [package for package, licence in scan.licences if not licence]
        if unknown or not scan.licences:
            which = f", such as {shown(unknown[0])}" if unknown else ""
            sentence = f"{len(unknown) or 'all'} packages have no known licence{which}"
            yield Verdict.NOT_EVALUATED, Reason("licence-unknown", sentence)

    return judged
