"""A list of settings whose order means nothing holds a value twice.

What it does
Looks for values that stand twice in `targets.enabled`, `targets.modelCard.formats` and
`targets.gitlab.tags` of `mlspec.yaml`, and in the `environments` of a policy binding or a waiver.

Why is this bad?
The second one does nothing. Most often it was copied to be changed, and was not: what was meant
to stand there is missing.

Bad
    kind: Workspace
    spec:
      targets:
        modelCard: {formats: [html, html]}

Good
    kind: Workspace
    spec:
      targets:
        modelCard: {formats: [html, json]}

References
- https://json-schema.org/understanding-json-schema/reference/array#uniqueItems
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_ENVIRONMENTS: tuple[Path, ...] = (("spec", "environments"),)
_SETS: dict[str, tuple[Path, ...]] = {
    "PolicyBinding": _ENVIRONMENTS,
    "Waiver": _ENVIRONMENTS,
    "Workspace": (
        ("spec", "targets", "enabled"),
        ("spec", "targets", "modelCard", "formats"),
        ("spec", "targets", "gitlab", "tags"),
    ),
}


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each value that stands in its list already."""
    for path in _SETS[resource.kind]:
        value: object = resource.data
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        seen: set[str] = set()
        for index, each in enumerate(value if isinstance(value, list) else ()):
            if each in seen:
                message = f"`{each}` stands in `{path[-1]}` already"
                hint = "remove it, or write what was meant"
                yield Finding(resource, (*path, index), message, hint=hint)
            seen.add(each)


RULE = Rule("MLS464", "repeated-setting", Severity.WARNING, tuple(_SETS), check)
