"""A freeze never holds.

What it does
Checks that `start` and `end` of each freeze are moments that exist, and that it ends after it
starts.

Why is this bad?
A window that is never open stops nothing, and nobody notices until something was applied in the
days that should have been quiet.

Bad
    kind: Workspace
    spec:
      environments:
        prod:
          freezes:
            - id: turn-of-the-year
              start: 2026-12-18T00:00:00Z
              end: 2026-01-04T00:00:00Z
              reason: few people are on call

Good
    kind: Workspace
    spec:
      environments:
        prod:
          freezes:
            - id: turn-of-the-year
              start: 2026-12-18T00:00:00Z
              end: 2027-01-04T00:00:00Z
              reason: few people are on call

References
- https://docs.gitlab.com/user/project/releases/#prevent-unintentional-releases-by-setting-a-deploy-freeze
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._calendar import is_moment
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.workspace import Freeze
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each moment that does not exist, and each window that ends before it starts."""
    for name, environment in workspace_of(resource).environments.items():
        for index, freeze in enumerate(environment.freezes):
            yield from _of(resource, freeze, ("spec", "environments", name, "freezes", index))


def _of(resource: Resource, freeze: Freeze, path: Path) -> Iterator[Finding]:
    unreal = [
        (key, text)
        for key, text in (("start", freeze.start), ("end", freeze.end))
        if not is_moment(text)
    ]
    for key, text in unreal:
        hint = "write a moment of a day that exists, as in `2026-12-18T00:00:00Z`"
        yield Finding(resource, (*path, key), f"`{text}` is on no calendar", hint=hint)
    if not unreal and freeze.end <= freeze.start:
        yield Finding(
            resource,
            (*path, "end"),
            f"the freeze `{freeze.id}` ends before it starts",
            hint="write the first moment after the freeze, which is behind its start",
        )


RULE = Rule("MLS614", "impossible-freeze", Severity.ERROR, ("Workspace",), check)
