"""Code Quality as GitLab reads it: a list of issues beside the lines of a change.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec.canonical import digest_value, pretty_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.canonical import Json

__all__ = ["Issue", "fingerprint", "render_codequality"]


class Issue(NamedTuple):
    """One finding. `severity` is `info`, `minor`, `major`, `critical` or `blocker`.

    `file` starts at the top of the repository, `line` at 1.
    """

    rule: str
    severity: str
    message: str
    file: str
    line: int
    fingerprint: str


def render_codequality(issues: Iterable[Issue]) -> str:
    """Return the report, in the order of the issues."""
    return pretty_json([_json(each) for each in issues])


def fingerprint(key: Sequence[str], count: int) -> str:
    """Return what tells an issue from others; it must not move with lines.

    `count` numbers those of one key, from 1 on: no two issues of a report may be the same.
    """
    return digest_value([*key, count]).removeprefix("sha256:")


def _json(issue: Issue) -> Json:
    return {
        "description": issue.message,
        "check_name": issue.rule,
        "fingerprint": issue.fingerprint,
        "severity": issue.severity,
        "location": {"path": issue.file, "lines": {"begin": issue.line}},
    }
