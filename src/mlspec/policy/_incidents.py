"""Clocks of incidents: until when the authority has to be told, by the days that packs give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.kinds.incident import IncidentSpec
    from mlspec.policy._force import BoundPack
    from mlspec.workspace import Resource, Workspace

__all__ = ["IncidentClock", "incident_clocks"]

_VALUES = "incident-days-"
_MARKETS = "incident-markets"
_DAY = len("2026-11-18")
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class IncidentClock:
    """One incident of a resource by one pack.

    `due` is the last day for the report and `in_days` counts to it, negative when it has passed;
    both are empty for a category without a clock. `reported` is the day of the report, "" before.
    """

    incident: str
    resource: str
    category: str
    known: str
    pack: str
    due: str = ""
    in_days: int | None = None
    reported: str = ""

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed and nobody was told."""
        return not self.reported and self.in_days is not None and self.in_days < 0

    @property
    def told(self) -> str:
        """How it stands, in words: `report due by 2026-12-04 (in 13 days)`."""
        if self.reported:
            late = f", due by {self.due}: late" if self.due and self.reported > self.due else ""
            return f"reported on {self.reported}{late}"
        if self.in_days is None:
            return "no clock runs for its category"
        return f"report due by {self.due} ({_when(self.in_days)})"


def _when(days: int) -> str:
    if days == 0:
        return "today"
    unit = "day" if abs(days) == 1 else "days"
    return f"in {days} {unit}" if days > 0 else f"{-days} {unit} overdue"


def incident_clocks(
    workspace: Workspace, packs: Iterable[BoundPack], address: str = ""
) -> tuple[IncidentClock, ...]:
    """Return the clocks of the incidents of a resource, or of all, on the day of the workspace.

    A pack counts days for a category by the list `incident-days-CATEGORY` of its `values`, in the
    places of its list `incident-markets`. An incident that no pack counts days for has one entry.
    """
    bound = [each for each in packs if each.applies_in(workspace.environment)]
    found = []
    for incident in workspace.of_kind("Incident"):
        spec = cast("IncidentSpec", incident.spec)  # of incidents only
        if address in ("", spec.resource):
            found += [*_of_packs(incident, spec, bound, workspace.today)] or [
                _clock(incident, spec, "")
            ]
    return tuple(sorted(found, key=lambda each: (each.due or "9", each.incident, each.pack)))


def _of_packs(
    incident: Resource, spec: IncidentSpec, packs: Iterable[BoundPack], today: str
) -> Iterator[IncidentClock]:
    for bound in packs:
        values = bound.pack.spec.values
        markets = values.get(_MARKETS, ())
        for stated in values.get(f"{_VALUES}{spec.category}", ()):
            if not set(markets).isdisjoint(each.partition("-")[0] for each in spec.markets):
                yield _clock(
                    incident, spec, f"{bound.pack.name}@{bound.pack.version}", stated, today
                )


def _clock(
    incident: Resource, spec: IncidentSpec, pack: str, stated: str = "", today: str = ""
) -> IncidentClock:
    due = _due(spec.known[:_DAY], stated)
    return IncidentClock(
        incident.address,
        spec.resource,
        spec.category,
        spec.known,
        pack,
        due,
        _between(today, due) if due else None,
        spec.reported or "",
    )


def _due(known: str, stated: str) -> str:
    """Return the last day; "" where the pack states no number, or the day is on no calendar."""
    if not stated.isdecimal() or int(stated) > _MOST_DAYS:
        return ""
    try:
        return (date.fromisoformat(known) + timedelta(days=int(stated))).isoformat()
    except (OverflowError, ValueError):
        return ""


def _between(today: str, due: str) -> int:
    return (date.fromisoformat(due) - date.fromisoformat(today)).days
