"""Environments that bindings and waivers name: each has to be one of the Workspace.

A binding for an environment that nobody has is in force nowhere, and its writer believes that it
is; so a plan is refused until the name is mended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import did_you_mean
from mlspec.policy._report import report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.diagnostics import Diagnostic, Path
    from mlspec.kinds.policy_binding import PolicyBindingSpec
    from mlspec.kinds.waiver import WaiverSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["strange_environments"]


def strange_environments(workspace: Workspace, resource: Resource) -> Iterator[Diagnostic]:
    """Yield each environment that a binding or a waiver names and the Workspace has not."""
    known = sorted(workspace.spec.environments)
    path, named = _named(resource)
    for index, name in enumerate(named):
        if name not in known:
            close = did_you_mean(name, known)
            listed = ", ".join(f"`{each}`" for each in known)
            hint = f"did you mean `{close}`?" if close else f"there are {listed}"
            told = f"there is no environment `{name}`, so `{resource.address}` does nothing there"
            yield report("unknown-environment", told, resource.span((*path, index)), hint)


def _named(resource: Resource) -> tuple[Path, Sequence[str]]:
    if resource.kind == "Waiver":
        scope = cast("WaiverSpec", resource.spec).scope  # resources of this kind have it
        return ("spec", "scope", "environments"), scope.environments
    return ("spec", "environments"), cast("PolicyBindingSpec", resource.spec).environments
