"""A plan for the widgets of a GitLab merge request.

`artifacts:reports:terraform` shows three counts, `artifacts:reports:codequality` shows findings
beside the lines of the change (https://docs.gitlab.com/ci/testing/code_quality/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.planning import Level
from mlspec.reporting._codequality import Issue, render_codequality
from mlspec.reporting._plan_findings import findings_of

if TYPE_CHECKING:
    from mlspec.planning import Plan
    from mlspec.reporting._plan_findings import Finding
    from mlspec.reporting._plan_options import Options

__all__ = ["render_plan_codequality", "render_plan_terraform"]

_SEVERITIES = {
    Level.NONE: "info",
    Level.LOW: "info",
    Level.MEDIUM: "minor",
    Level.HIGH: "major",
    Level.CRITICAL: "critical",
}
_BLOCKER = "blocker"


def render_plan_terraform(plan: Plan, options: Options) -> str:
    """Return the counts of a plan as a terraform report.

    The widget knows three counts: what is adopted counts as created, what is renamed as updated,
    and what mlspec no longer looks after (retired, deleted, forgotten) as deleted.
    """
    summary = plan.summary
    return pretty_json(
        {
            "create": summary.create + summary.adopt,
            "update": summary.update + summary.rename,
            "delete": summary.retire + summary.delete + summary.forget,
        }
    )


def render_plan_codequality(plan: Plan, options: Options) -> str:
    """Return the risks of a plan as a code quality report."""
    return render_codequality(map(_issue, findings_of(plan, options.folder)))


def _issue(finding: Finding) -> Issue:
    severity = _BLOCKER if finding.is_blocking else _SEVERITIES[finding.level]
    place = (finding.file, finding.line)
    return Issue(finding.rule, severity, finding.message, *place, finding.fingerprint)
