"""A model reads a feature that its view does not have.

What it does
Checks that every entry of `columns` is a feature of the view it is read from.

Why is this bad?
The feature store answers with an error or with nulls, at serving time, for every request.

Bad
    kind: Model
    spec:
      features:
        - {view: applicant-profile@v2, columns: [schoolin]}

Good
    kind: Model
    spec:
      features:
        - {view: applicant-profile@v2, columns: [schooling]}

References
- https://docs.feast.dev/getting-started/concepts/feature-retrieval
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity, did_you_mean
from mlspec.rules._fix import replacing
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import feature_view_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SHOWN = 8


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each column that the view does not have."""
    for index, use in enumerate(model_of(resource).features):
        view = workspace.find("FeatureView", use.view)
        if view is None:
            continue
        known = [each.name for each in feature_view_of(view).features]
        for place, column in enumerate(use.columns):
            if column not in known:
                yield _finding(resource, (index, place), column, (view, known))


def _finding(
    resource: Resource, place: tuple[int, int], column: str, wanted: tuple[Resource, list[str]]
) -> Finding:
    view, known = wanted
    path = ("spec", "features", place[0], "columns", place[1])
    close = did_you_mean(column, known)
    return Finding(
        resource,
        path,
        f"`{view.name}` has no feature `{column[:80]}`",
        hint=f"did you mean `{close}`?" if close else f"it has {_listed(known)}",
        related=(Related(span_of(view, ("spec", "features")), "the features of the view"),),
        fixes=replacing(resource, path, close) if close else (),
    )


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{each}`" for each in sorted(names)[:_SHOWN])
    left = len(names) - _SHOWN
    return f"{shown} and {left} more" if left > 0 else shown


RULE = Rule("MLS252", "unknown-feature-column", Severity.ERROR, ("Model",), check)
