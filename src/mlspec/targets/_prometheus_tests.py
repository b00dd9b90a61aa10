"""The unit test of a rule file: promtool proves that every alert fires, waits and stays silent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.targets._prometheus_proof import interval_seconds
from mlspec.targets._prometheus_rounds import MOST_SAMPLES, Case, arranged, touched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mlspec.canonical import Json
    from mlspec.targets._prometheus_alert import Alert, Input
    from mlspec.targets._prometheus_rounds import Round

__all__ = ["test_document"]

_EVALUATIONS = (100, 75, 50, 25)
"""A test takes the first at most, and fewer if they prove as much."""

_NO_SAMPLES = 3600


@dataclass(frozen=True, slots=True)
class _Clock:
    """How often rules are evaluated in the test, in minutes."""

    step: int

    def firing_minute(self, wait: int, settled: int) -> int:
        """Return when an alert that waits so long has fired, whatever the first evaluation."""
        return -(-(settled + wait) // self.step) * self.step + 2 * self.step

    def pending_minute(self, wait: int) -> int:
        """Return the last evaluation before an alert that waits so long can fire."""
        return (wait - 1) // self.step * self.step

    def is_short(self, wait: int, window: int, settled: int) -> bool:
        """Tell whether promtool reads all samples that it takes until an alert has fired."""
        minute = self.firing_minute(wait, settled)
        return minute * 60 // _seconds(window, minute) <= MOST_SAMPLES


def test_document(rule_file: str, alerts: Iterable[Alert]) -> dict[str, Json]:
    """Return the unit test of the alerts in a rule file beside it."""
    alerts = tuple(alerts)
    clock = _clock(alerts)
    return {
        "rule_files": [rule_file],
        "evaluation_interval": f"{clock.step}m",
        "tests": [_test(each, clock) for each in arranged(_cases(alerts, clock))],
    }


def _clock(alerts: Iterable[Alert]) -> _Clock:
    """Return the longest step that proves as much as the one of many evaluations.

    No alert that waits is seen waiting for less long, and no series gets too many samples.
    """
    needs = {
        (alert.for_minutes, alert.window_minutes, each.settled_minutes)
        for alert in alerts
        for each in alert.situations
    }
    longest = max((wait + settled for wait, _, settled in needs), default=0)
    fine, *_, coarse = lengths = [max(1, longest // count) for count in _EVALUATIONS]
    parts = {(wait - 1) // count for wait, *_ in needs for count in range(1, (wait - 1) // fine)}
    steps = sorted((each for each in {*lengths, *parts} if fine < each <= coarse), reverse=True)
    least = _Clock(fine)
    return next((each for each in map(_Clock, steps) if _is_as_good(each, least, needs)), least)


def _is_as_good(clock: _Clock, least: _Clock, needs: Iterable[tuple[int, int, int]]) -> bool:
    return all(
        clock.pending_minute(wait) >= least.pending_minute(wait)
        and clock.is_short(wait, window, settled) >= least.is_short(wait, window, settled)
        for wait, window, settled in needs
    )


def _cases(alerts: Sequence[Alert], clock: _Clock) -> Iterator[Case]:
    """Yield what is looked at.

    A short window that must hold for days takes more samples than promtool reads: left out.
    """
    for place, (alert, situation, read) in enumerate(touched(alerts)):
        wait, window, settled = alert.for_minutes, alert.window_minutes, situation.settled_minutes
        minute = clock.firing_minute(wait, settled)
        if not any(read.values()):
            yield Case(place, alert, situation, minute, 0, read)
        elif clock.is_short(wait, window, settled):
            yield Case(place, alert, situation, minute, _seconds(window, minute), read)


@lru_cache(maxsize=256)
def _seconds(window_minutes: int, minutes: int) -> int:
    """Return how far samples lie apart: one of a few lengths, for cases can share only one."""
    most = interval_seconds(window_minutes, minutes)
    even = 15 << (most // 15).bit_length() - 1
    return even if minutes * 60 // even <= MOST_SAMPLES else most


def _test(of: Round, clock: _Clock) -> dict[str, Json]:
    seconds = of.seconds or _NO_SAMPLES
    count = of.minutes * 60 // seconds + 1
    titles: dict[str, list[str]] = {}
    for case in of.cases:
        titles.setdefault(case.situation.title, []).append(case.alert.name)
    return {
        "name": "; ".join([f"{', '.join(names)}: {title}" for title, names in titles.items()]),
        "interval": f"{seconds}s",
        "input_series": [
            _series(each, seconds, count) for inputs in of.read.values() for each in inputs
        ],
        "alert_rule_test": [check for case in of.cases for check in _checks(case, clock)],
    }


def _series(given: Input, seconds: int, count: int) -> dict[str, Json]:
    _, series, start, step = given
    rise = _plain(step * seconds)
    sign = "" if rise.startswith("-") else "+"
    return {"series": series, "values": f"{_plain(start)}{sign}{rise}x{count}"}


@lru_cache(maxsize=1024)
def _plain(value: float) -> str:
    # The notation of promtool has `+` and `-` between numbers: no exponents.
    return f"{Decimal(repr(float(value))):f}".removesuffix(".0")


def _checks(case: Case, clock: _Clock) -> Iterator[dict[str, Json]]:
    alert, value = case.alert, case.situation.value
    fired: list[Json] = [] if value is None else [alert.to_expected(value)]
    if fired and alert.for_minutes:
        yield _check(alert, clock.pending_minute(alert.for_minutes), [])
    yield _check(alert, case.minute, fired)


def _check(alert: Alert, minute: int, expected: list[Json]) -> dict[str, Json]:
    return {"eval_time": f"{minute}m", "alertname": alert.name, "exp_alerts": expected}
