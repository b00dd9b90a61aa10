"""A date is on no calendar.

What it does
Checks that `period.start`, `period.end` and `lastTested` are days that exist, and so are the days
that gates state: `waiver.until` and `prices.asOf`.

Why is this bad?
Periods decide whether evaluation data is newer than training data, and `lastTested` whether a
rehearsal is overdue. A day that does not exist compares as text and hides the mistake. A waiver
that ends on such a day never holds.

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
from mlspec.rules._specs import dataset_of, gates_in, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.gates import GateSpecBase
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_DAYS_OF_GATES = {("waiver", "until"): ("waiver", "until"), ("prices", "as_of"): ("prices", "asOf")}
"""Where gates state a day: by attribute, and by key of the document."""


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
    for gate, place in gates_in(resource):
        for names, keys in _DAYS_OF_GATES.items():
            yield _at(gate, names), (*place, *keys)
    if resource.kind == "Model":
        for index, trigger in enumerate(model_of(resource).retraining):
            yield trigger.last_tested, ("spec", "retraining", index, "lastTested")
    if resource.kind == "Dataset":
        yield from _of_period(resource)


def _of_period(resource: Resource) -> Iterator[tuple[str | None, Path]]:
    period = dataset_of(resource).period
    if period is not None:
        yield period.start, ("spec", "period", "start")
        yield period.end, ("spec", "period", "end")


def _at(gate: GateSpecBase, path: tuple[str, ...]) -> str | None:
    """Return the day at a path of a gate, None where its type or this gate has none."""
    found: object = gate
    for name in path:
        found = getattr(found, name, None)
    return found if isinstance(found, str) else None


RULE = Rule("MLS306", "impossible-date", Severity.ERROR, ("Dataset", "GateSet", "Model"), check)
