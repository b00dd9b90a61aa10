"""An alert wakes somebody and does not say what to do.

What it does
Checks that every monitor with `severity: page` has a `runbook`, and that `serving` has one where
the objective `availability` wakes somebody as its error budget burns.

Why is this bad?
At night, and for a model somebody else has made, the steps are looked up or guessed. The runbook
is also where it stands who may stop the model.

Bad
    kind: Model
    spec:
      monitoring:
        - id: errors
          dimension: service
          metric: request_errors
          statistic: rate
          above: 1
          severity: page
          receiver: workforce

Good
    kind: Model
    spec:
      monitoring:
        - id: errors
          dimension: service
          metric: request_errors
          statistic: rate
          above: 1
          severity: page
          receiver: workforce
          runbook: runbooks/errors.md

References
- https://sre.google/workbook/on-call/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of, monitors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_HINT = "add `runbook` with a file, an address or the steps themselves"


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each page without a runbook."""
    for monitor, path in monitors_of(resource):
        if monitor.severity == "page" and monitor.runbook is None:
            yield Finding(
                resource,
                (*path, "runbook"),
                f"monitor `{monitor.id}` wakes somebody, but has no runbook",
                hint=_HINT,
            )
    serving = model_of(resource).serving
    is_told = serving is not None and serving.mode == "online" and serving.availability is not None
    if serving is not None and is_told and serving.runbook is None:
        yield Finding(
            resource,
            ("spec", "serving", "runbook"),
            "a burning error budget wakes somebody, but `serving` has no runbook",
            hint=_HINT,
        )


RULE = Rule("MLS508", "page-without-runbook", Severity.WARNING, ("Model",), check)
