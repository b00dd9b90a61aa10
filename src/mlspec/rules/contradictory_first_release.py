"""A comparison is excused as a first release, and the spec says what serves today.

What it does
Looks for gates with `onMissingBaseline: first-release` in a model that states `spec.champion` and
names no `evaluation.champion`.

Why is this bad?
The gate would not block because there is no champion to compare with, while the same spec names the
one that serves. A model could replace a better one without ever being compared with it.

What to do
Name the champion's predictions of the same rows in `evaluation.champion`. Where nothing serves yet,
take `spec.champion` away.

Bad
    kind: Model
    metadata:
      name: employment-screen
    spec:
      evaluation: {champion: null}
      gates:
        - {id: recall-floor, type: metric-threshold, metric: recall, atLeast: 0.8}
        - id: better
          type: champion-challenger
          metric: roc-auc
          mode: superiority
          onMissingBaseline: first-release

Good
    kind: Model
    metadata:
      name: employment-screen
    spec:
      evaluation: {champion: evaluation/champion.csv}
      gates:
        - {id: recall-floor, type: metric-threshold, metric: recall, atLeast: 0.8}
        - id: better
          type: champion-challenger
          metric: roc-auc
          mode: superiority
          onMissingBaseline: first-release

References
- `mlspec explain gate:first-release`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of, placed_gates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_EXCUSE = "first-release"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each gate that a first release would excuse, of a model that has a champion."""
    spec = model_of(resource)
    if spec.champion is None or (spec.evaluation and spec.evaluation.champion):
        return
    serves = Related(span_of(resource, ("spec", "champion")), "this serves today")
    for gate, owner, path, origin in placed_gates(resource, workspace):
        if getattr(gate, "on_missing_baseline", None) == _EXCUSE:
            yield Finding(
                resource,
                (*path, "onMissingBaseline") if owner is resource else origin,
                f"gate `{gate.id}` lets a first release through, but `{spec.champion.version}` "
                "serves already",
                hint="name its predictions in `evaluation.champion`",
                related=(serves,),
            )


RULE = Rule("MLS410", "contradictory-first-release", Severity.ERROR, ("Model",), check)
