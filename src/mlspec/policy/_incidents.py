"""Clocks of incidents: until when the authority has to be told, by the days that packs give."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from mlspec.policy._tiers import TIERS, TierReason, greatest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.kinds.incident import IncidentSpec
    from mlspec.policy._force import BoundPack
    from mlspec.policy._model import Pack
    from mlspec.workspace import Resource, Workspace

__all__ = ["IncidentClock", "incident_clocks", "tier_about"]

_VALUES = "incident-days-"
_MARKETS = "incident-markets"
_TIERS = "incident-tiers"
_NO_CATEGORY = "no clock runs for its category"
_UNKNOWN = "high"
"""The tier of what nobody has stated one of."""
_DAY = len("2026-11-18")
_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class IncidentClock:
    """One incident of a resource by one pack.

    `due` is the last day for the report and `in_days` counts to it, negative when it has passed;
    both are empty where no clock runs, and `idle` says why. `reported` is the day of the report, ""
    before.
    """

    incident: str
    resource: str
    category: str
    known: str
    pack: str
    due: str = ""
    in_days: int | None = None
    reported: str = ""
    idle: str = _NO_CATEGORY

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
            return self.idle
        return f"report due by {self.due} ({_when(self.in_days)})"


def _when(days: int) -> str:
    if days == 0:
        return "today"
    unit = "day" if abs(days) == 1 else "days"
    return f"in {days} {unit}" if days > 0 else f"{-days} {unit} overdue"


def tier_about(
    workspace: Workspace, address: str, tiers: Mapping[str, tuple[TierReason, ...]]
) -> str:
    """Return the greater of both tiers of what an incident is about, declared and computed.

    What is not in the workspace any more, or of a tier that nobody knows, counts as of high risk;
    what has none, such as a data set, as of minimal risk.
    """
    subject = workspace.resources.get(address)
    spec = None if subject is None else subject.spec
    stated = getattr(getattr(spec, "risk", spec), "tier", TIERS[0]) if spec else _UNKNOWN
    declared = TierReason(stated if stated in TIERS else _UNKNOWN, "", "")
    return greatest([declared, *tiers.get(address, ())])


def incident_clocks(
    workspace: Workspace,
    packs: Iterable[BoundPack],
    tiers: Mapping[str, tuple[TierReason, ...]],
    address: str = "",
) -> tuple[IncidentClock, ...]:
    """Return the clocks of the incidents of a resource, or of all, on the day of the workspace.

    A pack counts days for a category by the list `incident-days-CATEGORY` of its `values`, in the
    places of its list `incident-markets`, for the tiers of its list `incident-tiers`: all, where it
    has none. An incident that no pack counts days for has one entry. `tiers` are the reasons of
    computed tiers, by address.
    """
    bound = [each for each in packs if each.applies_in(workspace.environment)]
    found = []
    for incident in workspace.of_kind("Incident"):
        spec = cast("IncidentSpec", incident.spec)  # of incidents only
        if address in ("", spec.resource):
            tier = tier_about(workspace, spec.resource, tiers)
            packs_of = [each.pack for each in bound if _counts(each.pack, spec)]
            owing = [each for each in packs_of if tier in each.spec.values.get(_TIERS, TIERS)]
            idle = f"no clock runs at tier {tier}" if packs_of else _NO_CATEGORY
            found += [*_of_packs(incident, spec, owing, workspace.today)] or [
                replace(_clock(incident, spec, ""), idle=idle)
            ]
    return tuple(sorted(found, key=lambda each: (each.due or "9", each.incident, each.pack)))


def _counts(pack: Pack, spec: IncidentSpec) -> bool:
    """Tell whether a pack has days for the category of an incident, where it happened."""
    values = pack.spec.values
    places = {each.partition("-")[0] for each in spec.markets}
    return bool(values.get(f"{_VALUES}{spec.category}")) and not places.isdisjoint(
        values.get(_MARKETS, ())
    )


def _of_packs(
    incident: Resource, spec: IncidentSpec, packs: Iterable[Pack], today: str
) -> Iterator[IncidentClock]:
    for pack in packs:
        for stated in pack.spec.values[f"{_VALUES}{spec.category}"]:
            yield _clock(incident, spec, f"{pack.name}@{pack.version}", stated, today)


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
