"""Reports written by hand after the source or specification of each tool."""

from __future__ import annotations

OSV = {
    "results": [
        {
            "source": {"path": "requirements.txt", "type": "lockfile"},
            "packages": [
                {
                    "package": {"name": "jinja2", "version": "3.0.0", "ecosystem": "PyPI"},
                    "vulnerabilities": [{"id": "GHSA-a"}, {"id": "PYSEC-b"}, {"id": "OSV-c"}],
                    "groups": [
                        {
                            "ids": ["GHSA-a", "PYSEC-b"],
                            "aliases": ["CVE-2024-1", "GHSA-a", "PYSEC-b"],
                            "max_severity": "7.0",
                        }
                    ],
                    "licenses": ["BSD-3-Clause"],
                    "license_violations": ["BSD-3-Clause"],
                },
                {"package": {"name": "six", "commit": "abc"}, "licenses": ["UNKNOWN"]},
            ],
        }
    ]
}
TRIVY = {
    "SchemaVersion": 2,
    "Trivy": {"Version": "0.74.0"},
    "CreatedAt": "2026-11-21T12:20:30.000000005Z",
    "Results": [
        {
            "Target": "requirements.txt",
            "Class": "lang-pkgs",
            "Packages": [{"Name": "jinja2", "Version": "3.0.0"}],
            "Vulnerabilities": [
                {
                    "VulnerabilityID": "CVE-2024-1",
                    "PkgName": "jinja2",
                    "InstalledVersion": "3.0.0",
                    "Severity": "HIGH",
                },
                {"VulnerabilityID": "CVE-2024-2", "PkgName": "jinja2", "Severity": "UNKNOWN"},
            ],
            "ExperimentalModifiedFindings": [
                {
                    "Type": "vulnerability",
                    "Status": "ignored",
                    "Finding": {
                        "VulnerabilityID": "CVE-2024-3",
                        "PkgName": "jinja2",
                        "Severity": "CRITICAL",
                    },
                }
            ],
        },
        {
            "Target": "deploy.sh",
            "Class": "secret",
            "Secrets": [{"RuleID": "aws-access-key-id", "Severity": "CRITICAL"}],
        },
        {
            "Target": "Python",
            "Class": "license",
            "Licenses": [
                {
                    "Severity": "LOW",
                    "Category": "notice",
                    "PkgName": "jinja2",
                    "Name": "BSD-3-Clause",
                }
            ],
        },
    ],
}
GRYPE = {
    "matches": [
        {
            "vulnerability": {"id": "CVE-2024-1", "severity": "Negligible"},
            "artifact": {"name": "jinja2", "version": "3.0.0"},
        }
    ],
    "ignoredMatches": [
        {
            "vulnerability": {"id": "CVE-2024-2", "severity": "Critical"},
            "artifact": {"name": "jinja2", "version": "3.0.0"},
            "appliedIgnoreRules": [],
        }
    ],
    "source": {"type": "directory", "target": "."},
    "descriptor": {
        "name": "grype",
        "version": "0.116.0",
        "timestamp": "2026-11-21T10:00:00.123456789+02:00",
        "db": {"status": {"schemaVersion": "v6", "built": "2026-11-20T01:02:03Z", "valid": True}},
    },
}
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "creationInfo": {
        "created": "2026-11-21T10:00:00Z",
        "creators": ["Tool: syft-1.0", "Person: x"],
    },
    "packages": [
        {
            "name": "six",
            "versionInfo": "1.17.0",
            "licenseConcluded": "NOASSERTION",
            "licenseDeclared": "MIT",
            "checksums": [{"algorithm": "SHA256", "checksumValue": "AB"}],
        },
        {"name": "odd", "licenseConcluded": "NONE"},
    ],
}
