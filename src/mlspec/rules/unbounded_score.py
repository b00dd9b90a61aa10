"""A score of a binary classifier has no stated range.

What it does
Checks that every `float` field in the output of a binary classifier has `minimum` and `maximum`.

Why is this bad?
A consumer compares the score with a cut-off. Whether 0.7 is a probability, a log-odds or a rank
decides over the outcome, and a monitor can't tell a broken score from a rare one.

Bad
    kind: Model
    spec:
      output:
        fields:
          - {name: score, type: float}

Good
    kind: Model
    spec:
      output:
        fields:
          - {name: score, type: float, minimum: 0, maximum: 1}

References
- https://scikit-learn.org/stable/modules/calibration.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each score that lacks a bound."""
    spec = model_of(resource)
    if spec.task != "binary-classification":
        return
    for index, each in enumerate(spec.output.fields):
        if each.type == "float" and (each.minimum is None or each.maximum is None):
            yield Finding(
                resource,
                ("spec", "output", "fields", index, "name"),
                f"the range of `{each.name}` is not stated",
                hint="add `minimum` and `maximum`; 0 and 1 for a probability",
            )


RULE = Rule("MLS304", "unbounded-score", Severity.WARNING, ("Model",), check)
