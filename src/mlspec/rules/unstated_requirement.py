"""CI is compiled, and nothing says what its jobs install.

What it does
Checks that `requirement` is set under `targets.github` or `targets.gitlab` where `targets.enabled`
names that target.

Why is this bad?
Without it the jobs install the release of mlspec that compiled them, from whatever index pip asks
there. Where that index does not have it, as behind a proxy or with a build of your own, every job
fails; and whoever owns the name on that index decides what runs with the token of the job. A
requirement says what you mean: a version that you have looked at, or a file with its digest.

Bad
    kind: Workspace
    spec:
      targets:
        enabled: [github-actions]

Good
    kind: Workspace
    spec:
      targets:
        enabled: [github-actions]
        github: {requirement: "mlspec-compiler[parquet]==0.1.0"}

References
- https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._ci_pins import ci_settings
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each CI target that is enabled by name and does not say what it installs."""
    spec = workspace_of(resource)
    enabled = list(spec.targets.enabled)
    for each in ci_settings(spec):
        if each.target in enabled and each.requirement is None:
            yield Finding(
                resource,
                ("spec", "targets", "enabled", enabled.index(each.target)),
                f"jobs of `{each.target}` install the release that compiled them, from any index",
                hint=f"set `targets.{each.key}.requirement`: `mlspec-compiler[parquet]==0.1.0`",
            )


RULE = Rule("MLS456", "unstated-requirement", Severity.WARNING, ("Workspace",), check)
