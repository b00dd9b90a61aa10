"""The risks of a plan as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from mlspec.planning import Level
from mlspec.reporting._cells import clean
from mlspec.reporting._plan_findings import findings_of
from mlspec.reporting._sarif import render_sarif, sarif_message, suppression

if TYPE_CHECKING:
    from mlspec.canonical import Json
    from mlspec.planning import Plan
    from mlspec.reporting._plan_findings import Finding
    from mlspec.reporting._plan_options import Options

__all__ = ["render_plan_sarif"]

_LEVELS = {
    Level.NONE: "none",
    Level.LOW: "note",
    Level.MEDIUM: "warning",
    Level.HIGH: "error",
    Level.CRITICAL: "error",
}
_FINGERPRINT = "mlspecRisk/v1"


def render_plan_sarif(plan: Plan, options: Options) -> str:
    """Return what sets the level of each operation, and what blocks it, as one SARIF run."""
    findings = [*findings_of(plan, options.folder)]
    rules = sorted({each.rule for each in findings})
    indices = {rule: index for index, rule in enumerate(rules)}
    results = [_result(each, indices[each.rule]) for each in findings]
    return render_sarif(f"mlspec/plan/{clean(plan.environment)}/", rules, results)


def _result(finding: Finding, index: int) -> Json:
    region: Json = {"startLine": finding.line, "startColumn": finding.column}
    uri = quote(finding.file)
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "kind": "fail" if finding.level is not Level.NONE else "informational",
        "level": _LEVELS[finding.level],
        "message": {"text": sarif_message(finding.message)},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": uri}, "region": region},
                "logicalLocations": [{"fullyQualifiedName": finding.address}],
            }
        ],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
        "properties": {"risk": finding.level.value, "blocking": finding.is_blocking},
        **_suppressions(finding),
    }


def _suppressions(finding: Finding) -> dict[str, Json]:
    """Return that a waiver lets it pass, and why."""
    return {"suppressions": [suppression(finding.suppressed)]} if finding.suppressed else {}
