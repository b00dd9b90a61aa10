"""A date is on no calendar.

What it does
Checks that `period.start`, `period.end` and `lastTested` are days that exist.

Why is this bad?
Periods decide whether evaluation data is newer than training data, and `lastTested` whether a
rehearsal is overdue. A day that does not exist compares as text and hides the mistake.

Bad
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      period: {start: 2015-01-01, end: 2015-02-30}

Good
    kind: Dataset
    metadata:
      name: acs-2015
    spec:
      period: {start: 2015-01-01, end: 2015-02-28}

References
- ISO 8601-1:2019, calendar dates
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._calendar import is_date
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import dataset_of, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each date that does not exist."""
    for text, path in _dates(resource):
        if text is not None and not is_date(text):
            yield Finding(
                resource,
                path,
                f"`{text}` is on no calendar",
                hint="write year, month and day of a day that exists, as in `2015-02-28`",
            )


def _dates(resource: Resource) -> Iterator[tuple[str | None, Path]]:
    if resource.kind == "Model":
        for index, trigger in enumerate(model_of(resource).retraining):
            yield trigger.last_tested, ("spec", "retraining", index, "lastTested")
        return
    period = dataset_of(resource).period
    if period is not None:
        yield period.start, ("spec", "period", "start")
        yield period.end, ("spec", "period", "end")


RULE = Rule("MLS306", "impossible-date", Severity.ERROR, ("Dataset", "Model"), check)
