"""A waiver has ended.

What it does
Compares `waiver.until` of every gate with today, in UTC; `mlspec validate --as-of DAY` looks from
another day.

Why is this bad?
The verdict of the gate counts again, so that the next run may keep the model out of production,
and a waiver that nobody takes away looks as if it still held.

What to do
Take the waiver away where the gate passes by now. Otherwise have it approved anew, with a later
day.

Bad
    kind: Model
    metadata:
      name: employment-screen
    spec:
      gates:
        - id: auc-floor
          type: metric-threshold
          metric: roc-auc
          atLeast: 0.8
        - id: recall-floor
          type: metric-threshold
          metric: recall
          atLeast: 0.7
          waiver:
            reason: Labels of the last quarter are late.
            owner: li@example.org
            approver: ana@example.org
            until: 2020-01-31

Good
    kind: Model
    metadata:
      name: employment-screen
    spec:
      gates:
        - id: auc-floor
          type: metric-threshold
          metric: roc-auc
          atLeast: 0.8
        - id: recall-floor
          type: metric-threshold
          metric: recall
          atLeast: 0.7

References
- `mlspec explain gates`: what a waiver does
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._calendar import is_date
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import gates_in
from mlspec.rules._waivers import has_ended

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each waiver that has ended by the day that the workspace is looked at.

    A day of no calendar is told by `impossible-date`.
    """
    for gate, place in gates_in(resource):
        waiver = gate.waiver
        if waiver and is_date(waiver.until) and has_ended(waiver, workspace.today):
            yield Finding(
                resource,
                (*place, "waiver", "until"),
                f"the waiver of gate `{gate.id}` ended on {waiver.until}, so its verdict counts "
                "again",
                hint="take the waiver away, or have it approved anew with a later `until`",
            )


RULE = Rule("MLS406", "lapsed-waiver", Severity.WARNING, ("GateSet", "Model"), check)
