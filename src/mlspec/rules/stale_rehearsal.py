"""A retraining was rehearsed too long ago.

What it does
Compares the last rehearsal of every trigger, the later of `lastTested` and the newest record of
`mlspec drill` that still fits the specs, with today, in UTC: it must be no older than a year.
`mlspec validate --as-of DAY` looks from another day.

Why is this bad?
The way from trigger to registry rots in a year: credentials expire, columns move, images vanish.
That it worked once says little about the day it is needed.

Bad
    kind: Model
    spec:
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift, lastTested: 2020-01-15}

Good
    kind: Model
    spec:
      retraining:
        - {id: on-drift, type: monitor, monitor: input-drift, lastTested: 2026-01-15}

References
- https://sre.google/sre-book/testing-reliability/
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._calendar import is_date
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_LONGEST = timedelta(days=366)


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each trigger whose last rehearsal is older than a year on the day of the workspace.

    One that was never rehearsed, and a day of no calendar, are told by other rules.
    """
    if not is_date(workspace.today):
        return
    oldest = (date.fromisoformat(workspace.today) - _LONGEST).isoformat()
    rehearsed = workspace.rehearsed.get(resource.address, {})
    for index, trigger in enumerate(model_of(resource).retraining):
        last = max(trigger.last_tested or "", rehearsed.get(trigger.id, ""))
        if is_date(last) and last < oldest:
            yield Finding(
                resource,
                ("spec", "retraining", index, "lastTested"),
                f"the retraining `{trigger.id}` was last rehearsed on {last}, over a year ago",
                hint=f"run `mlspec drill {resource.name}`, whose record counts, or rehearse it by "
                "hand and write down the day",
            )


RULE = Rule("MLS445", "stale-rehearsal", Severity.WARNING, ("Model",), check)
