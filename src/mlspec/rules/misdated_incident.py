"""The moments of an incident can't be right.

What it does
Checks that `happened`, `known` and `reported` are on the calendar and in this order, and that
nobody knew or reported later than today.

Why is this bad?
The clocks of the law run from the moment somebody knew. A moment that does not exist, or lies
ahead, gives a day on which nothing is due.

Bad
    kind: Incident
    metadata:
      name: wrong-refusals
    spec:
      resource: model/employment-screen
      category: serious
      markets: [EU]
      happened: 2026-11-18T07:00:00Z
      known: 2026-11-17T09:30:00Z
      description: Forty people were refused by mistake.

Good
    kind: Incident
    metadata:
      name: wrong-refusals
    spec:
      resource: model/employment-screen
      category: serious
      markets: [EU]
      happened: 2026-11-18T07:00:00Z
      known: 2026-11-19T09:30:00Z
      description: Forty people were refused by mistake.

References
- Regulation (EU) 2024/1689, Article 73
- ISO 8601-1:2019, calendar dates
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Severity
from mlspec.rules._calendar import is_date, is_moment
from mlspec.rules._port import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.kinds.incident import IncidentSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_DAY = len("2026-11-18")
_NO_DAY = "9999-12-31"
"""Where it is not known which day it is, nothing lies ahead."""


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each moment that does not exist; where all do, those out of order."""
    spec = cast("IncidentSpec", resource.spec)  # of incidents only
    stated = (("happened", spec.happened), ("known", spec.known), ("reported", spec.reported))
    wrong = [(key, text) for key, text in stated if text is not None and not _exists(text)]
    for key, text in wrong:
        yield Finding(
            resource, ("spec", key), f"`{text}` is on no calendar", hint="write a day that exists"
        )
    if not wrong:
        yield from _out_of_order(resource, spec, workspace.today or _NO_DAY)


def _exists(text: str) -> bool:
    return is_moment(text) if len(text) > _DAY else is_date(text)


def _out_of_order(resource: Resource, spec: IncidentSpec, today: str) -> Iterator[Finding]:
    if spec.known < spec.happened:
        told = f"it was known at {spec.known}, before it happened at {spec.happened}"
        yield Finding(resource, ("spec", "known"), told, hint="state when somebody became aware")
    if spec.known[:_DAY] > today:
        told = f"{spec.known[:_DAY]} has not come yet"
        yield Finding(resource, ("spec", "known"), told, hint="state when somebody became aware")
    if spec.reported is not None and not spec.known[:_DAY] <= spec.reported <= today:
        told = f"it was reported on {spec.reported}: before somebody knew, or after today"
        yield Finding(resource, ("spec", "reported"), told, hint="state the day of the report")


RULE = Rule("MLS761", "misdated-incident", Severity.ERROR, ("Incident",), check)
