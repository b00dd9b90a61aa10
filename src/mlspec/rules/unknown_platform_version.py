"""A version in `targets.versions` is not one that mlspec knows.

What it does
Checks that each entry of `targets.versions` names a component of the capability table, and a
version that the table was read from. A newer version counts as the newest that is known, an older
one as the oldest.

Why is this bad?
What a backend does changes between versions: KServe 0.20 starts the pods of a canary and routes
nothing to them. A misspelt component counts as the newest version without a word.

Bad
    kind: Workspace
    spec:
      targets:
        versions: {kserve: "0.99"}

Good
    kind: Workspace
    spec:
      targets:
        versions: {kserve: "0.20"}

References
- https://github.com/kserve/kserve/releases
- https://github.com/argoproj/argo-rollouts/releases
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.capabilities import known_versions, release_of, version_in_use
from mlspec.diagnostics import Severity, did_you_mean
from mlspec.rules._port import Finding, Rule
from mlspec.rules._workspace import workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each version that tells nothing about what a backend can do."""
    known = known_versions()
    for component, version in workspace_of(resource).targets.versions.items():
        place = ("spec", "targets", "versions", component)
        release = release_of(version)
        if component not in known:
            close = did_you_mean(component, known)
            hint = f"did you mean `{close}`?" if close else f"known: {', '.join(known)}"
            yield Finding(resource, place, f"there is no component `{component}`", hint=hint)
        elif not release:
            message = f"`{version}` is not a version, so the newest that is known counts"
            yield Finding(resource, place, message, hint=f"write it like `{known[component][-1]}`")
        elif release not in known[component]:
            counts = _counts(version_in_use(component, workspace.platform), known[component])
            message = f"`{component}` {version} is not known: it counts as {counts}"
            hint = f"known: {', '.join(known[component])}; check what changed, or update mlspec"
            yield Finding(resource, place, message, hint=hint)


def _counts(version: str, known: tuple[str, ...]) -> str:
    """Say on which end of the known versions one stands that counts for others."""
    if len(known) == 1:
        return version
    return f"{version}, the {'oldest' if version == known[0] else 'newest'} that is"


RULE = Rule("MLS425", "unknown-platform-version", Severity.WARNING, ("Workspace",), check)
