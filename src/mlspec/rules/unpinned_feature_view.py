"""A model reads a feature view without saying which version.

What it does
Checks that a reference to a feature view that has a version names it, as in
`applicant-profile@v2`.

Why is this bad?
When the view changes, the model silently gets other inputs than it was trained on. A pinned
reference makes that change visible in a plan.

Bad
    kind: Model
    spec:
      features:
        - {view: applicant-profile}

Good
    kind: Model
    spec:
      features:
        - {view: applicant-profile@v2}

References
- https://docs.feast.dev/getting-started/concepts/feature-retrieval (feature services)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Applicability, Severity
from mlspec.rules._fix import replacing
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each reference that could be pinned and is not."""
    for index, use in enumerate(model_of(resource).features):
        if "@" in use.view:
            continue
        view = workspace.find("FeatureView", use.view)
        if view is not None and view.metadata.version is not None:
            pinned = f"{use.view}@{view.metadata.version}"
            path = ("spec", "features", index, "view")
            yield Finding(
                resource,
                path,
                f"`{use.view}` is not pinned to a version",
                hint=f"write `{pinned}`, the version of today",
                fixes=replacing(resource, path, pinned, Applicability.SAFE),
            )


RULE = Rule("MLS251", "unpinned-feature-view", Severity.WARNING, ("Model",), check)
