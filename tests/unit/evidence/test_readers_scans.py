"""Scanners: a scan of nothing is not clean, and a part is not the whole."""

from __future__ import annotations

import json

import pytest
from tests.unit.evidence.reading import fixture, read, read_fixture
from tests.unit.evidence.reports import GRYPE, OSV, SPDX, TRIVY

from mlspec.evidence import Coverage, Reason, Scan, ScanFinding, ScannedFile

CODE = frozenset({Coverage.UNSAFE_CODE})


def test_picklescan_names_dangerous_imports():
    found = read_fixture("picklescan", "picklescan_infected.txt")

    assert (ScanFinding("posix system", "critical", "models/bad.pkl"),) == found.findings
    assert (ScannedFile("models/bad.pkl"),) == found.files
    assert (1, True, CODE) == (found.scanned, found.is_complete, found.covers)


def test_picklescan_clean_is_a_scan_without_findings():
    found = read_fixture("picklescan", "picklescan_clean.txt")

    assert ((), 1, True) == (found.findings, found.scanned, found.is_complete)


def test_picklescan_that_could_not_read_a_file_is_not_complete():
    found = read_fixture("picklescan", "picklescan_warning.txt")

    assert (4, False) == (found.scanned, found.is_complete)
    assert ["posix system", "1 suspicious imports"] == [each.identifier for each in found.findings]


def test_picklescan_lists_suspicious_imports_where_it_was_asked_to():
    text = fixture("picklescan_clean.txt").content.decode().replace("globals: 0", "globals: 1", 1)
    text += "All globals found:\n  * foo.bar - suspicious\n  * os.path - innocuous\n"

    found = read("picklescan", text)

    assert (ScanFinding("foo.bar", "unknown", ""),) == found.findings


@pytest.mark.parametrize(
    ("file_format", "name"),
    [
        ("picklescan", "picklescan_nothing_scanned.txt"),
        ("modelscan", "modelscan_nothing_scanned.json"),
    ],
)
def test_a_scan_of_no_file_is_a_reason(file_format, name):
    assert "nothing-scanned" == read_fixture(file_format, name).code


def test_picklescan_text_that_was_cut_or_edited_is_a_reason():
    infected = fixture("picklescan_infected.txt").content.decode()
    first, rest = infected.split("\n", 1)

    assert "incomplete-report" == read("picklescan", rest).code
    assert "malformed-report" == read("picklescan", first).code
    assert "malformed-report" == read("picklescan", rest.replace("Dangerous", "Other")).code
    assert "unreadable-file" == read("picklescan", b"\xff").code


def test_modelscan_gives_issues_and_says_that_it_failed_on_a_file():
    found = read_fixture("modelscan", "modelscan_infected.json")

    assert (ScanFinding("posix.system", "critical", "bad.pkl"),) == found.findings
    assert ["good.pkl", "weird.pkl", "bad.pkl"] == [each.name for each in found.files]
    assert (3, False, CODE) == (found.scanned, found.is_complete, found.covers)
    assert ("0.8.8", "") == (found.provenance.version, found.provenance.collected_at)


def test_modelscan_clean_is_complete_unless_it_skipped_files():
    report = json.loads(fixture("modelscan_clean.json").content)

    assert read("modelscan", report).is_complete
    report["summary"]["skipped"] = {"total_skipped": 1, "skipped_files": []}
    assert not read("modelscan", report).is_complete
    report["summary"]["total_issues"] = 1
    assert "incomplete-report" == read("modelscan", report).code


def test_cyclonedx_gives_components_and_licences_but_no_all_clear():
    bill = json.loads(fixture("cyclonedx_bom.json").content)
    found = read("cyclonedx", {**bill, "vulnerabilities": []})

    assert 4 == found.scanned == len(found.files)
    assert "Apache-2.0 OR BSD-2-Clause" in dict(found.licences).values()
    assert frozenset({Coverage.COMPONENTS, Coverage.LICENCES}) == found.covers
    assert ("cyclonedx-py", "7.5.0") == (found.provenance.tool, found.provenance.version)
    assert "2026-11-21T14:38:04Z" == found.provenance.collected_at


def test_cyclonedx_gives_vulnerabilities_and_what_was_analysed_away():
    rating = [{"severity": "low"}, {"severity": "critical"}]
    bill = {
        "bomFormat": "CycloneDX",
        "components": [
            {
                "name": "a",
                "group": "g",
                "version": "1",
                "bom-ref": "r",
                "hashes": [{"alg": "SHA-256", "content": "AB"}],
                "components": [{"name": "inner", "licenses": [{"license": {"name": "Odd"}}]}],
            }
        ],
        "vulnerabilities": [
            {"id": "CVE-1", "ratings": rating, "affects": [{"ref": "r"}]},
            {"id": "CVE-2", "analysis": {"state": "not_affected"}},
        ],
        "compositions": [{"aggregate": "incomplete_third_party_only"}],
    }

    found = read("cyclonedx", bill)

    assert (ScannedFile("g/a@1", "sha256:ab"), ScannedFile("inner")) == found.files
    assert (ScanFinding("CVE-1", "critical", "g/a@1"),) == found.findings
    assert (ScanFinding("CVE-2", "unknown", ""),) == found.suppressed
    assert (("g/a@1", ""), ("inner", "Odd")) == found.licences
    assert Coverage.VULNERABILITIES in found.covers
    assert not found.is_complete


def test_spdx_gives_packages_and_licences_where_they_are_known():
    found = read("spdx", SPDX)

    assert (ScannedFile("six@1.17.0", "sha256:ab"), ScannedFile("odd")) == found.files
    assert (("six@1.17.0", "MIT"), ("odd", "")) == found.licences
    assert "syft-1.0" == found.provenance.tool
    assert "malformed-report" == read("spdx", {**SPDX, "spdxVersion": "SPDX-3.0"}).code


def test_osv_scanner_counts_a_group_of_aliases_once():
    found = read("osv-scanner", OSV)

    assert (
        ScanFinding("CVE-2024-1", "high", "jinja2@3.0.0"),
        ScanFinding("OSV-c", "unknown", "jinja2@3.0.0"),
        ScanFinding("licence-violation", "unknown", "jinja2@3.0.0", "BSD-3-Clause"),
    ) == found.findings
    assert (("jinja2@3.0.0", "BSD-3-Clause"), ("six@abc", "")) == found.licences
    assert 2 == found.scanned


@pytest.mark.parametrize(
    ("score", "severity"),
    [
        ("10", "critical"),
        ("9.0", "critical"),
        ("8.9", "high"),
        ("6.9", "medium"),
        ("3.9", "low"),
        ("0", "low"),
        ("", "unknown"),
        ("nan", "unknown"),
        ("11", "unknown"),
        ("-1", "unknown"),
    ],
)
def test_a_cvss_score_is_rated_as_first_rates_it(score, severity):
    group = {"ids": ["GHSA-a"], "max_severity": score}
    package = {"package": {"name": "a"}, "groups": [group]}

    found = read("osv-scanner", {"results": [{"packages": [package]}]})

    assert severity == found.findings[0].severity


def test_trivy_gives_all_kinds_of_findings_and_the_suppressed_ones():
    found = read("trivy", TRIVY)

    assert (
        ScanFinding("CVE-2024-1", "high", "jinja2@3.0.0"),
        ScanFinding("CVE-2024-2", "unknown", "jinja2"),
        ScanFinding("aws-access-key-id", "critical", "deploy.sh"),
        ScanFinding("licence-notice", "low", "jinja2", "BSD-3-Clause"),
    ) == found.findings
    assert ["CVE-2024-3"] == [each.identifier for each in found.suppressed]
    assert {Coverage.COMPONENTS, Coverage.VULNERABILITIES, Coverage.LICENCES} == found.covers
    assert "2026-11-21T12:20:30Z" == found.provenance.collected_at


def test_trivy_that_looked_for_secrets_alone_does_not_cover_vulnerabilities():
    secrets = {**TRIVY, "Results": [TRIVY["Results"][1]]}

    assert frozenset() == read("trivy", secrets).covers


def test_grype_says_how_old_its_database_is():
    found = read("grype", GRYPE)

    assert (ScanFinding("CVE-2024-1", "low", "jinja2@3.0.0"),) == found.findings
    assert (ScanFinding("CVE-2024-2", "critical", "jinja2@3.0.0"),) == found.suppressed
    assert "2026-11-20T01:02:03Z" == found.database_at
    assert "2026-11-21T08:00:00Z" == found.provenance.collected_at
    assert found.is_complete


def test_grype_reads_the_older_database_and_an_image():
    descriptor = {"db": {"built": "2026-11-20T01:02:03Z", "error": "checksum"}}
    image = {"type": "image", "target": {"userInput": "a:1", "manifestDigest": "sha256:ab"}}

    found = read("grype", {"matches": [], "source": image, "descriptor": descriptor})

    assert (ScannedFile("a:1", "sha256:ab"),) == found.files
    assert ("2026-11-20T01:02:03Z", False) == (found.database_at, found.is_complete)


@pytest.mark.parametrize(
    ("file_format", "value"),
    [
        ("cyclonedx", {"bomFormat": "CycloneDX", "components": []}),
        ("spdx", {"spdxVersion": "SPDX-2.3"}),
        ("osv-scanner", {"results": []}),
        ("trivy", {"SchemaVersion": 2, "Results": []}),
        ("grype", {"matches": [], "source": None}),
        ("grype", {"matches": [], "source": {"type": "unknown", "target": "unknown"}}),
        ("modelscan", {"summary": {}}),
    ],
)
def test_a_scan_of_nothing_is_not_clean(file_format, value):
    found = read(file_format, value)

    assert isinstance(found, Reason)
    assert "nothing-scanned" == found.code


@pytest.mark.parametrize(
    ("file_format", "value"),
    [
        ("cyclonedx", SPDX),
        ("spdx", OSV),
        ("osv-scanner", GRYPE),
        ("trivy", GRYPE),
        ("grype", TRIVY),
    ],
)
def test_a_report_of_another_tool_is_a_reason(file_format, value):
    found = read(file_format, value)

    assert not isinstance(found, Scan)
    assert "malformed-report" == found.code


def test_trivy_that_lists_no_package_covers_none():
    empty = {"Target": "requirements.txt", "Class": "lang-pkgs"}

    found = read("trivy", {**TRIVY, "Results": [empty]})
    listed = read("trivy", {**TRIVY, "Results": [{**empty, "Packages": [{"Name": "jinja2"}]}]})

    assert frozenset() == found.covers
    assert 2 == len(listed.covers)
