"""A system has neither a model nor a prompt.

What it does
Looks for systems whose `models` and `prompts` are both absent or empty.

Why is this bad?
What a system states of its risk holds for its parts. Of one without parts, it holds for nothing.

Bad
    kind: System
    metadata:
      name: screening
    spec:
      models: null
      prompts: null

Good
    kind: System
    metadata:
      name: screening
    spec:
      models: null
      prompts: [screen-reason]

References
- https://eur-lex.europa.eu/eli/reg/2024/1689/oj
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.system import SystemSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield that there is no part."""
    spec = cast("SystemSpec", resource.spec)  # of systems only
    if not spec.models and not spec.prompts:
        yield Finding(
            resource,
            ("spec",),
            "the system has neither models nor prompts",
            hint="name them in `spec.models` and `spec.prompts`",
        )


RULE = Rule("MLS237", "empty-system", Severity.ERROR, ("System",), check)
