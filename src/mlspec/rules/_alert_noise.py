"""How often a monitor fires without a fault: what its spec says about its noise, as numbers.

The noise of a value is known in three ways. `usual` and `deviation` state it. A share of a known
number of requests has that of a binomial share around its usual value; where no usual value is
stated, the worst is assumed: the truth lies at the limit, and the interval alone keeps quiet.
Drift of unchanged rows is chi-squared; its bound is exceeded by the fewest rows most often.
Of requests half as many fail, or are slow, as an objective allows, each by itself.
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

__all__ = ["Noise", "alert_budget", "noises_of", "objectives_of"]

_SHARE_Z = 1.959963984540054
_PSI_Z = 1.6448536269514722
"""How many standard errors the compiled alerts add to the limit of a share and of drift."""
_BINS = 11
"""Ten bins and that of missing values, of a numeric feature."""
_REMINDERS = 7.0
"""An alert that an ordinary day keeps firing is told again every day."""
_LONGER = (15, 30, 60, 120, 240, 480, 720, 1440, 2880)
_SLOWEST = 0.01
"""The share of requests that may be slower than `p99Ms`."""
_BURNS = ((14.4, (5, 60)), (6.0, (30, 360)), (1.0, (360, 4320)))
_LATENCY = ((1.0, (30,)),)
"""Times what an objective allows, and the minutes in which an alert looks for so many."""
_UNSTATED = (
    "add `usual` and `deviation`, its mean and its standard deviation over windows of ordinary days"
)
_NO_TRAFFIC = "add `requestsPerSecond`: how many requests make a share depends on it"
_DISTANCES = tuple(step / 4 for step in range(1, 33))


@dataclass(frozen=True, slots=True)
class Noise:
    """What alerts a team about a model: a monitor, or all the alerts of an objective.

    `per_week` is at most how many alerts a week it gives without a fault. Where nobody knows, it
    is 0, and `unknown` says what to add at `path`. `distance` is how far the limit of a monitor
    lies from its noise, in standard deviations.
    """

    resource: Resource
    path: Path
    id: str
    per_week: float = 0.0
    unknown: str = ""
    monitor: Monitor | None = None
    distance: float | None = None

    @property
    def name(self) -> str:
        """Return model and alert, as people name them."""
        return f"{self.resource.name}/{self.id}"

    def changes(self, most: float) -> tuple[str, ...]:
        """Return what would make it give at most so many alerts a week."""
        if self.monitor is None:
            return (f"an objective `{self.id}` that leaves more room",)
        found = (_patience(self.monitor, self.distance, most), _limit(self.monitor, most))
        return tuple(each for each in found if each)


def _rate(monitor: Monitor, distance: float | None, for_minutes: int) -> float:
    """Return at most how many alerts a week a monitor gives without a fault; 0 if unknown."""
    if distance is None:
        return 0.0
    from mlspec.stats import alerts_per_week  # few workspaces have a budget of alerts

    least = _REMINDERS if distance < 0 else 0.0
    window = monitor.window_minutes
    return max(least, alerts_per_week(distance, window_minutes=window, for_minutes=for_minutes))


def _patience(monitor: Monitor, distance: float | None, most: float) -> str:
    """The shortest patience that keeps it quiet; nothing where none does."""
    longer = (
        f"`forMinutes: {minutes}`"
        for minutes in _LONGER
        if minutes > monitor.for_minutes and _rate(monitor, distance, minutes) <= most
    )
    return next(longer, "")


def _limit(monitor: Monitor, most: float) -> str:
    """A limit further from the usual value, where the noise is stated."""
    if monitor.usual is None or monitor.deviation is None:
        return ""
    side, key = (1, "above") if monitor.above is not None else (-1, "below")
    for distance in _DISTANCES:
        if _rate(monitor, distance, monitor.for_minutes) <= most:
            return f"`{key}: {monitor.usual + side * distance * monitor.deviation:.3g}`"
    return ""


def alert_budget(team: TeamSpec, workspace: Workspace) -> float | None:
    """Return the budget of a team, or that of its workspace; None where neither has one."""
    if team.alert_budget_per_week is not None:
        return team.alert_budget_per_week
    return workspace.spec.alert_budget_per_week


def noises_of(team: Resource, workspace: Workspace) -> Iterator[Noise]:
    """Yield what tells a team of a limit or an objective, the models in order."""
    for resource in workspace.of_kind("Model"):
        for monitor, path in monitors_of(resource):
            told = monitor.receiver or resource.metadata.owner
            has_limit = monitor.above is not None or monitor.below is not None
            if told == team.name and has_limit:
                yield _of_monitor(resource, path, monitor)
        if resource.metadata.owner == team.name:
            yield from _of_objectives(resource)


def _of_monitor(resource: Resource, path: Path, monitor: Monitor) -> Noise:
    distance = _distance(resource, monitor)
    rate = _rate(monitor, distance, monitor.for_minutes)
    unknown = _UNSTATED if distance is None else ""
    place = (*path, "usual") if unknown else path
    return Noise(resource, place, monitor.id, rate, unknown, monitor, distance)


def objectives_of(resource: Resource) -> dict[str, float]:
    """Return the share of requests that may miss each objective of an online model, by its key."""
    serving = model_of(resource).serving
    if serving is None or serving.mode != "online":
        return {}
    found = {} if serving.availability is None else {"availability": 1 - serving.availability}
    return found if serving.p99_ms is None else found | {"p99Ms": _SLOWEST}


def _of_objectives(resource: Resource) -> Iterator[Noise]:
    """Yield the objectives of a served model; how noisy they are depends on its traffic."""
    serving = model_of(resource).serving
    rate = 60 * ((serving and serving.requests_per_second) or 0.0)
    for name, share in objectives_of(resource).items():
        if rate:
            windows = _LATENCY if name == "p99Ms" else _BURNS
            alerts = sum(_bursts(share, rate, *each) for each in windows)
            yield Noise(resource, ("spec", "serving", name), name, alerts)
        else:
            place = ("spec", "serving", "requestsPerSecond")
            yield Noise(resource, place, name, unknown=_NO_TRAFFIC)


def _bursts(allowed: float, rate: float, times: float, windows: tuple[int, ...]) -> float:
    """Return at most how often so many requests go wrong in all windows, per week."""
    from mlspec.stats import bursts_per_week  # few workspaces have a budget of alerts

    if times * allowed >= 1:
        return 0.0  # no such rule is compiled
    return min(
        bursts_per_week(
            rate * each * allowed / 2,
            math.floor(times * allowed * rate * each) + 1,
            window_minutes=each,
        )
        for each in windows
    )


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
