"""A model reads a sensitive feature and declares that it reads none.

What it does
Checks that a model with `risk.sensitiveData: false` reads no feature marked `sensitive`.

Why is this bad?
The tier rests on this fact, and so does the question whether groups are compared in evaluation.
The view says one thing, the model another.

Bad
    kind: Model
    spec:
      risk:
        sensitiveData: false
      features:
        - {view: applicant-profile@v2, columns: [schooling, age]}

Good
    kind: Model
    spec:
      risk:
        sensitiveData: true
      features:
        - {view: applicant-profile@v2, columns: [schooling, age]}

References
- Regulation (EU) 2024/1689, Article 10(2)(f) and (g): examination for bias
- Regulation (EU) 2016/679, Article 9
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._fix import replacing
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import feature_view_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

FACT = ("spec", "risk", "sensitiveData")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the fact of a model that its features contradict, once."""
    if model_of(resource).risk.sensitive_data:
        return
    found = next(_sensitive(resource, workspace), None)
    if found is not None:
        view, index, name = found
        place = span_of(view, ("spec", "features", index, "name"))
        yield Finding(
            resource,
            FACT,
            f"`sensitiveData` is false, but the model reads `{name}` of `{view.name}`",
            hint="write `sensitiveData: true`, or leave the feature out",
            related=(Related(place, "marked as sensitive here"),),
            fixes=replacing(resource, FACT, value=True),
        )


def _is_read(name: str, columns: Sequence[str]) -> bool:
    """Tell whether a column is among those that a model reads; without any named, it reads all."""
    return not columns or name in columns


def _sensitive(resource: Resource, workspace: Workspace) -> Iterator[tuple[Resource, int, str]]:
    for use in model_of(resource).features:
        view = workspace.find("FeatureView", use.view)
        if view is None:
            continue
        for index, feature in enumerate(feature_view_of(view).features):
            if feature.sensitive and _is_read(feature.name, use.columns):
                yield view, index, feature.name


RULE = Rule("MLS605", "undeclared-sensitive-data", Severity.ERROR, ("Model",), check)
