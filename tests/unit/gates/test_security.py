"""The model's file, scans, vulnerabilities and licences: what nobody looked at is not clean."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError
from tests.unit.evidence.test_model_file import ONNX, archive, safetensors
from tests.unit.gates.conftest import ARTIFACT

from mlspec.canonical import digest_bytes
from mlspec.evidence import Coverage, Material, Reason, Scan, ScannedFile, Verdict
from mlspec.gates import GateInputs, GateSpec, find_gate
from mlspec.gates._licences import is_allowed

FIXTURES = Path(__file__).parents[2] / "fixtures" / "evidence"
GATE = {"id": "supply-chain", "type": "security"}
CLEAN = (Verdict.PASS, "")


def parts(found):
    return {each.name: (each.verdict, each.reason_code) for each in found.parts}


@pytest.fixture
def of_file(evaluation):
    def run(content, file="model.safetensors", subject=None, **gate):
        (evaluation.root / file).write_bytes(content)
        source = {"name": "model", "file": file, "format": "model-file"}
        digest = digest_bytes(content) if subject is None else subject
        (found,) = evaluation.record(
            GATE | {"artifact": "model"} | gate, subject_digest=digest, sources=[source]
        ).results
        return found

    return run


@pytest.mark.parametrize("content", [safetensors(), ONNX])
def test_a_file_that_holds_data_alone_passes(of_file, content):
    found = of_file(content)

    assert (Verdict.PASS, "format as stated") == (found.verdict, found.require)
    assert {"format": CLEAN} == parts(found)


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps({"w": 1.0}),
        archive(("data.pkl", pickle.dumps(1))),
        b'{"learner": {}}',
        b"something",
        safetensors()[:-1],
    ],
)
def test_a_file_of_another_format_fails_whatever_it_is_called(of_file, content):
    found = of_file(content)

    assert (Verdict.FAIL, "format-not-allowed") == parts(found)["format"]


def npy():
    stream = io.BytesIO()
    np.save(stream, np.arange(6.0), allow_pickle=False)
    return stream.getvalue()


def keras():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("metadata.json", "config.json", "model.weights.h5"):
            archive.writestr(name, "{}")
    return stream.getvalue()


def test_formats_are_allowed_by_name_and_pickle_never(of_file):
    assert Verdict.PASS == of_file(b'{"learner": {}}', formats=["json"]).verdict
    assert Verdict.FAIL == of_file(safetensors(), formats=["onnx"]).verdict
    assert Verdict.PASS == of_file(npy(), formats=["numpy"]).verdict
    assert Verdict.FAIL == of_file(npy(), formats=["keras"]).verdict
    assert Verdict.PASS == of_file(keras(), formats=["keras"]).verdict
    assert Verdict.FAIL == of_file(keras(), formats=["numpy", "safetensors"]).verdict
    with pytest.raises(ValidationError):
        of_file(pickle.dumps(1), formats=["pickle"])
    with pytest.raises(ValidationError):
        of_file(safetensors(), formats=[])


def test_another_file_than_the_model_is_not_evaluated(of_file):
    found = of_file(safetensors(), subject=ARTIFACT)

    assert (Verdict.NOT_EVALUATED, "artifact-not-subject") == parts(found)["format"]


def test_a_file_that_is_not_there_or_empty_is_not_evaluated(of_file, evaluation):
    absent = evaluation.result(
        GATE | {"artifact": "model"},
        sources=[{"name": "model", "file": "gone.onnx", "format": "model-file"}],
    )

    assert (Verdict.NOT_EVALUATED, "missing-file") == parts(absent)["format"]
    assert (Verdict.NOT_EVALUATED, "empty-file") == parts(of_file(b""))["format"]


@pytest.fixture
def scanned(evaluation):
    """Judge a source: a fixture by name, or a value as JSON."""

    def run(file_format, report, **gate):
        if isinstance(report, str):
            report = (FIXTURES / report).read_bytes()
        content = report if isinstance(report, bytes) else json.dumps(report).encode()
        (evaluation.root / "report").write_bytes(content)
        source = {"name": "report", "file": "report", "format": file_format}
        return evaluation.result(GATE | gate, sources=[source])

    return run


@pytest.mark.parametrize(
    ("file_format", "report", "verdict", "code"),
    [
        ("picklescan", "picklescan_clean.txt", Verdict.PASS, ""),
        ("picklescan", "picklescan_infected.txt", Verdict.FAIL, "unsafe-code"),
        (
            "picklescan",
            "picklescan_nothing_scanned.txt",
            Verdict.NOT_EVALUATED,
            "nothing-scanned",
        ),
        ("picklescan", "picklescan_warning.txt", Verdict.FAIL, "unsafe-code"),
        ("modelscan", "modelscan_clean.json", Verdict.PASS, ""),
        ("modelscan", "modelscan_infected.json", Verdict.FAIL, "unsafe-code"),
        ("modelscan", "modelscan_nothing_scanned.json", Verdict.NOT_EVALUATED, "nothing-scanned"),
        ("cyclonedx", "cyclonedx_bom.json", Verdict.NOT_EVALUATED, "scan-of-another-question"),
        ("promptfoo", "promptfoo_results.json", Verdict.NOT_EVALUATED, "source-of-another-kind"),
    ],
)
def test_a_scan_for_unsafe_code_says_what_it_found(scanned, file_format, report, verdict, code):
    found = scanned(file_format, report, scans=["report"], unboundScan="accept")

    assert (verdict, code) == parts(found)["scan report"]
    assert verdict == found.verdict


def test_a_scan_that_skipped_something_and_found_nothing_is_not_evaluated(scanned):
    clean = (FIXTURES / "picklescan_clean.txt").read_bytes()

    found = scanned(
        "picklescan",
        b"WARNING: could not read model.pkl\n" + clean,
        scans=["report"],
        unboundScan="accept",
    )

    assert (Verdict.NOT_EVALUATED, "scan-incomplete") == parts(found)["scan report"]


def test_a_clean_scan_of_unknown_bytes_is_not_evaluated_by_default(scanned):
    clean = scanned("picklescan", "picklescan_clean.txt", scans=["report"])
    infected = scanned("picklescan", "picklescan_infected.txt", scans=["report"])

    assert (Verdict.NOT_EVALUATED, "scan-not-bound") == parts(clean)["scan report"]
    assert Verdict.FAIL == infected.verdict


@pytest.mark.parametrize(
    ("digest", "expected"),
    [(ARTIFACT, CLEAN), ("sha256:0", (Verdict.NOT_EVALUATED, "scan-of-another-file"))],
)
def test_a_scan_has_to_be_of_the_model(digest, expected):
    spec = TypeAdapter(GateSpec).validate_python(GATE | {"scans": ["own"]})
    missing = Reason("inputs-missing", "")
    scan = Scan(
        Material("own", "own.json", "sha256:1"),
        (ScannedFile("model.onnx", digest),),
        (),
        covers=frozenset({Coverage.UNSAFE_CODE}),
        scanned=1,
    )
    inputs = GateInputs(missing, missing, missing, sources={"own": scan}, subject_digest=ARTIFACT)

    assert {"scan own": expected} == parts(find_gate(spec).evaluate(spec, inputs))


def grype(*severities, built="2026-11-20T00:00:00Z", ran="2026-11-21T12:00:00Z", ignored=()):
    def match(place, severity):
        return {
            "vulnerability": {"id": f"CVE-{place}", "severity": severity},
            "artifact": {"name": "numpy", "version": "1.0"},
        }

    return {
        "matches": [match(place, each) for place, each in enumerate(severities)],
        "ignoredMatches": [match(f"i{place}", each) for place, each in enumerate(ignored)],
        "source": {"type": "directory", "target": "/model"},
        "descriptor": {
            "name": "grype",
            "version": "0.104.0",
            "timestamp": ran,
            "db": {"status": {"built": built, "valid": True}},
        },
    }


VULNERABLE = (Verdict.FAIL, "vulnerabilities")


@pytest.mark.parametrize(
    ("report", "gate", "expected"),
    [
        (grype(), {}, CLEAN),
        (grype("Critical"), {}, VULNERABLE),
        (grype("High"), {}, VULNERABLE),
        (grype("High"), {"maximumHigh": 1}, CLEAN),
        (grype("High", "High"), {"maximumHigh": 1}, VULNERABLE),
        (grype("Whatever"), {}, VULNERABLE),
        (grype("Medium", "Low", "Negligible"), {}, CLEAN),
        (grype("Medium"), {"maximumMedium": 0}, VULNERABLE),
        (grype("Negligible"), {"maximumLow": 0}, VULNERABLE),
        (grype(ignored=["Critical"]), {}, VULNERABLE),
        (grype(ignored=["Critical"]), {"suppressed": "ignore"}, CLEAN),
        (grype(), {"maximumDatabaseAgeDays": 2}, CLEAN),
        (
            grype(built="2026-11-10T00:00:00Z"),
            {"maximumDatabaseAgeDays": 5},
            (Verdict.NOT_EVALUATED, "database-too-old"),
        ),
        (
            grype(built=""),
            {"maximumDatabaseAgeDays": 5},
            (Verdict.NOT_EVALUATED, "age-unknown"),
        ),
        (
            grype(built="2026-12-10T00:00:00Z"),
            {"maximumDatabaseAgeDays": 5},
            (Verdict.NOT_EVALUATED, "age-unknown"),
        ),
        (grype("Critical", built=""), {"maximumDatabaseAgeDays": 5}, VULNERABLE),
    ],
)
def test_open_vulnerabilities_are_counted_by_severity(scanned, report, gate, expected):
    found = scanned("grype", report, vulnerabilities="report", **gate)

    assert {"vulnerabilities": expected} == parts(found)


def test_a_list_of_packages_is_no_search_for_vulnerabilities(scanned):
    bill = {"bomFormat": "CycloneDX", "components": [{"name": "numpy", "version": "2"}]}

    found = scanned("cyclonedx", bill, vulnerabilities="report")

    assert (Verdict.NOT_EVALUATED, "scan-of-another-question") == parts(found)["vulnerabilities"]


def bill(*licences):
    return {
        "bomFormat": "CycloneDX",
        "components": [
            {
                "name": f"package-{place}",
                "licenses": [{"expression": each}] if each else [],
            }
            for place, each in enumerate(licences)
        ],
    }


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (bill("MIT", "Apache-2.0 OR GPL-3.0-only"), CLEAN),
        (bill("MIT", "GPL-3.0-only"), (Verdict.FAIL, "licence-not-allowed")),
        (bill("MIT AND GPL-3.0-only"), (Verdict.FAIL, "licence-not-allowed")),
        (bill("MIT", ""), (Verdict.NOT_EVALUATED, "licence-unknown")),
        (bill("", "GPL-3.0-only"), (Verdict.FAIL, "licence-not-allowed")),
        (bill(), (Verdict.NOT_EVALUATED, "nothing-scanned")),
    ],
)
def test_every_package_needs_a_licence_that_is_allowed(scanned, report, expected):
    found = scanned("cyclonedx", report, licences="report", allowedLicences=["MIT", "Apache-2.0"])

    assert {"licences": expected} == parts(found)


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", True),
        ("mit", True),
        ("MIT License", False),
        ("BSD style", True),
        ("(MIT OR GPL-3.0-only) AND Apache-2.0", True),
        ("MIT OR GPL-3.0-only AND Apache-2.0", True),
        ("(MIT OR Apache-2.0) AND GPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True),
        ("GPL-2.0-only WITH other", False),
        ("MIT OR", False),
        ("OR MIT", False),
        ("(MIT", False),
        ("MIT)", False),
        ("MIT MIT", False),
        ("", False),
        ("(" * 100 + "MIT" + ")" * 100, False),
        ("MIT OR " * 1000 + "MIT", False),
    ],
)
def test_licence_expressions_are_understood(licence, expected):
    allowed = ["MIT", "Apache-2.0", "BSD style", "GPL-2.0-only WITH Classpath-exception-2.0"]

    assert expected is is_allowed(licence, allowed)


def test_all_that_is_asked_has_to_pass(scanned):
    found = scanned(
        "cyclonedx",
        bill("MIT"),
        licences="report",
        allowedLicences=["MIT"],
        vulnerabilities="report",
        scans=["absent"],
    )

    assert (Verdict.NOT_EVALUATED, "parts-not-evaluated") == (found.verdict, found.reason_code)
    assert "scans, vulnerabilities, licences as stated" == found.require
    assert (Verdict.NOT_EVALUATED, "source-missing") == parts(found)["scan absent"]
    assert CLEAN == parts(found)["licences"]


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        ({}, "nothing-asked"),
        ({"licences": "report"}, "licences-missing"),
        ({"scans": ["report"], "allowedLicences": ["MIT"]}, "licences-missing"),
    ],
)
def test_a_gate_that_asks_for_nothing_is_not_evaluated(scanned, gate, code):
    found = scanned("picklescan", "picklescan_clean.txt", **gate)

    assert (Verdict.NOT_EVALUATED, code) == (found.verdict, found.reason_code)


@pytest.mark.parametrize(
    "stated",
    [
        {"signature": "a.sig", "signedBy": ["ana"]},
        {"artifact": "model", "signature": "a.sig"},
        {"artifact": "model", "signedBy": ["ana"]},
    ],
)
def test_a_signature_needs_a_file_and_names(stated):
    spec = TypeAdapter(GateSpec).validate_python(GATE | stated)

    codes = {each.reason.code for each in find_gate(spec).check(spec)}

    assert "signature-incomplete" in codes
