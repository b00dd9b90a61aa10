"""A model is retrained by the calendar alone.

What it does
Checks that among the triggers of `retraining` one is not a `schedule`.

Why is this bad?
When the world moves the day after a run, the model is wrong until the next. When nothing moves,
every run is a risk without a reason.

Bad
    kind: Model
    spec:
      retraining:
        - {id: monthly, type: schedule, everyDays: 30, lastTested: 2026-01-15}

Good
    kind: Model
    spec:
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift, lastTested: 2026-01-15}
        - {id: monthly, type: schedule, everyDays: 30, lastTested: 2026-01-15}

References
- Gama et al., A Survey on Concept Drift Adaptation, ACM Computing Surveys 46(4), 2014
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
    """Yield the triggers of a model when all are schedules."""
    triggers = model_of(resource).retraining
    if triggers and all(each.type == "schedule" for each in triggers):
        yield Finding(
            resource,
            ("spec", "retraining", 0, "type"),
            "the model is retrained by the calendar alone, whatever its monitors say",
            hint="add a trigger with `type: monitor`, `metric` or `data-arrival`",
        )


RULE = Rule("MLS511", "calendar-only-retraining", Severity.WARNING, ("Model",), check)
