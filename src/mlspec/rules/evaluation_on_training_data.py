"""A model is evaluated on the data it was trained on.

What it does
Checks that no data set stands in both `data.training` and `data.evaluation` of a model.

Why is this bad?
The model has seen the answers. Every gate that rests on such an evaluation says how well it
remembers, not how well it will do.

Bad
    kind: Model
    spec:
      data:
        training: [acs-2015]
        evaluation: [acs-2015]

Good
    kind: Model
    spec:
      data:
        training: [acs-2015]
        evaluation: [acs-2016]

References
- https://scikit-learn.org/stable/common_pitfalls.html#data-leakage
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each evaluation set that is also a training set."""
    data = model_of(resource).data
    trained = {each.partition("@")[0]: index for index, each in enumerate(data.training)}
    for index, reference in enumerate(data.evaluation):
        name = reference.partition("@")[0]
        if name in trained:
            place = span_of(resource, ("spec", "data", "training", trained[name]))
            yield Finding(
                resource,
                ("spec", "data", "evaluation", index),
                f"the model is evaluated on `{name}`, which it was trained on",
                hint="name a data set that the model has not seen",
                related=(Related(place, "trained on it here"),),
            )


RULE = Rule("MLS314", "evaluation-on-training-data", Severity.ERROR, ("Model",), check)
