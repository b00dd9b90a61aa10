"""How often a monitor fires without a fault: what its spec says about its noise, as numbers.

The noise of a value is known in three ways. `usual` and `deviation` state it. A share of a known
number of requests has that of a binomial share around its usual value; where no usual value is
stated, the worst is assumed: the truth lies at the limit, and the interval alone keeps quiet.
Drift of unchanged rows is chi-squared; its bound is exceeded by the fewest rows most often.
Everything else is unknown, and no number is invented.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.rules._specs import model_of, monitors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.model import Monitor
    from mlspec.kinds.team import TeamSpec
    from mlspec.workspace import Resource, Workspace

__all__ = ["Noise", "alert_budget", "noises_of"]

_SHARE_Z = 1.959963984540054
_PSI_Z = 1.6448536269514722
"""How many standard errors the compiled alerts add to the limit of a share and of drift."""
_BINS = 11
"""Ten bins and that of missing values, of a numeric feature."""
_REMINDERS = 7.0
"""An alert that an ordinary day keeps firing is told again every day."""
_LONGER = (15, 30, 60, 120, 240, 480, 720, 1440, 2880)
_DISTANCES = tuple(step / 4 for step in range(1, 33))


@dataclass(frozen=True, slots=True)
class Noise:
    """A monitor of a model and how far its limit lies from noise, in standard deviations.

    `distance` is None where nothing is known.
    """

    resource: Resource
    path: Path
    monitor: Monitor
    distance: float | None

    @property
    def name(self) -> str:
        """Return model and monitor, as people name them."""
        return f"{self.resource.name}/{self.monitor.id}"

    @property
    def per_week(self) -> float:
        """Return at most how many alerts a week it gives without a fault; 0 if unknown."""
        return self._rate(self.distance, self.monitor.for_minutes)

    def changes(self, most: float) -> tuple[str, ...]:
        """Return what would make it give at most so many alerts a week."""
        longer = (
            f"`forMinutes: {minutes}`"
            for minutes in _LONGER
            if minutes > self.monitor.for_minutes and self._rate(self.distance, minutes) <= most
        )
        found = [next(longer, ""), self._limit(most)]
        return tuple(each for each in found if each)

    def _rate(self, distance: float | None, for_minutes: int) -> float:
        if distance is None:
            return 0.0
        from mlspec.stats import alerts_per_week  # few workspaces have a budget of alerts

        window = self.monitor.window_minutes
        least = _REMINDERS if distance < 0 else 0.0
        return max(least, alerts_per_week(distance, window_minutes=window, for_minutes=for_minutes))

    def _limit(self, most: float) -> str:
        """A limit further from the usual value, where the noise is stated."""
        monitor = self.monitor
        if monitor.usual is None or monitor.deviation is None:
            return ""
        side, key = (1, "above") if monitor.above is not None else (-1, "below")
        for distance in _DISTANCES:
            if self._rate(distance, monitor.for_minutes) <= most:
                return f"`{key}: {monitor.usual + side * distance * monitor.deviation:.3g}`"
        return ""


def alert_budget(team: TeamSpec, workspace: Workspace) -> float | None:
    """Return the budget of a team, or that of its workspace; None where neither has one."""
    if team.alert_budget_per_week is not None:
        return team.alert_budget_per_week
    return workspace.spec.alert_budget_per_week


def noises_of(team: Resource, workspace: Workspace) -> Iterator[Noise]:
    """Yield the monitors with a limit that tell a team, their models in order."""
    for resource in workspace.of_kind("Model"):
        for monitor, path in monitors_of(resource):
            told = monitor.receiver or resource.metadata.owner
            has_limit = monitor.above is not None or monitor.below is not None
            if told == team.name and has_limit:
                yield Noise(resource, path, monitor, _distance(resource, monitor))


def _distance(resource: Resource, monitor: Monitor) -> float | None:
    side, limit = _limit_of(monitor)
    if monitor.usual is not None and monitor.deviation is not None:
        return side * (limit - monitor.usual) / monitor.deviation
    rows = _rows(resource, monitor)
    if monitor.statistic in ("missing-share", "share"):
        return _share_distance(monitor, side, limit, rows)
    if monitor.statistic == "psi":
        return _PSI_Z + (limit / _drift_deviation(rows) if rows else 0.0)
    return None


def _limit_of(monitor: Monitor) -> tuple[int, float]:
    if monitor.above is not None:
        return 1, monitor.above
    return -1, monitor.below or 0.0


def _rows(resource: Resource, monitor: Monitor) -> float:
    """Return the requests of a window, 0 where nobody states the traffic."""
    serving = model_of(resource).serving
    per_second = serving.requests_per_second if serving is not None else None
    labelled = monitor.labels.minimum_coverage if monitor.labels else 1.0
    return (per_second or 0.0) * 60 * monitor.window_minutes * labelled


def _share_distance(monitor: Monitor, side: int, limit: float, rows: float) -> float:
    """A Wilson bound passes the limit when the share passes limit + z sqrt(limit (1 - limit) / n).

    That is the score test; the share itself varies by sqrt(usual (1 - usual) / n).
    """
    if monitor.usual is None or not rows:
        return _SHARE_Z
    error, spread = (
        math.sqrt(max(0.0, each * (1 - each)) / rows) for each in (limit, monitor.usual)
    )
    room = side * (limit - monitor.usual) + _SHARE_Z * error
    return room / spread if spread else math.copysign(math.inf, room)


def _drift_deviation(rows: float) -> float:
    """Without drift the index varies by sqrt(2 (K - 1)) (1/n + 1/m), n being no less than m."""
    return math.sqrt(2 * (_BINS - 1)) * 2 / rows
