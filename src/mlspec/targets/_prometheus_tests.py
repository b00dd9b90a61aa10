"""The unit test of a rule file: promtool proves that every alert fires, waits and stays silent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.targets._prometheus_proof import interval_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.targets._prometheus_alert import Alert, Samples, Situation

__all__ = ["test_document"]

_MOST_EVALUATIONS = 100
_MOST_SAMPLES = 2400
"""Per series. promtool stops a query at 10,000, and a histogram is three series."""

_NO_SAMPLES = 3600

Case = tuple["Alert", "Situation"]


@dataclass(frozen=True, slots=True)
class _Clock:
    """How often rules are evaluated in the test, in minutes."""

    step: int

    def firing_minute(self, alert: Alert, situation: Situation) -> int:
        """Return when the alert has fired, whatever the first evaluation."""
        due = situation.settled_minutes + alert.for_minutes
        return -(-due // self.step) * self.step + 2 * self.step

    def pending_minute(self, alert: Alert) -> int:
        """Return the last evaluation before the alert can fire."""
        return (alert.for_minutes - 1) // self.step * self.step

    def interval_seconds(self, alert: Alert, situation: Situation) -> int:
        """Return how far the samples of a situation lie apart."""
        if not situation.series:
            return _NO_SAMPLES
        return interval_seconds(alert.window_minutes, self.firing_minute(alert, situation))


def test_document(rule_file: str, alerts: Iterable[Alert]) -> dict[str, Json]:
    """Return the unit test of the alerts in a rule file beside it."""
    cases = [(alert, situation) for alert in alerts for situation in alert.situations]
    longest = max((each.settled_minutes + alert.for_minutes for alert, each in cases), default=0)
    clock = _Clock(max(1, longest // _MOST_EVALUATIONS))
    return {
        "rule_files": [rule_file],
        "evaluation_interval": f"{clock.step}m",
        "tests": [
            _test(series, seconds, group, clock)
            for (series, seconds), group in _by_series(cases, clock).items()
        ],
    }


def _by_series(
    cases: Iterable[Case], clock: _Clock
) -> dict[tuple[tuple[Samples, ...], int], list[Case]]:
    """One test per set of series: promtool builds a database for each.

    A short window that must hold for days takes more samples than promtool reads: left out.
    """
    groups: dict[tuple[tuple[Samples, ...], int], list[Case]] = {}
    for alert, situation in cases:
        seconds = clock.interval_seconds(alert, situation)
        if clock.firing_minute(alert, situation) * 60 // seconds <= _MOST_SAMPLES:
            groups.setdefault((situation.series, seconds), []).append((alert, situation))
    return groups


def _test(
    series: tuple[Samples, ...], seconds: int, cases: list[Case], clock: _Clock
) -> dict[str, Json]:
    horizon = max(clock.firing_minute(alert, situation) for alert, situation in cases)
    count = horizon * 60 // seconds + 1
    titles = dict.fromkeys(situation.title for _, situation in cases)
    return {
        "name": f"{cases[0][0].name}: {', '.join(titles)}",
        "interval": f"{seconds}s",
        "input_series": [_series(each, seconds, count) for each in series],
        "alert_rule_test": [
            check for alert, situation in cases for check in _checks(alert, situation, clock)
        ],
    }


def _series(samples: Samples, seconds: int, count: int) -> dict[str, Json]:
    step = _plain(samples.step * seconds)
    sign = "" if step.startswith("-") else "+"
    return {"series": str(samples.series), "values": f"{_plain(samples.start)}{sign}{step}x{count}"}


@lru_cache(maxsize=1024)
def _plain(value: float) -> str:
    # The notation of promtool has `+` and `-` between numbers: no exponents.
    return f"{Decimal(repr(float(value))):f}".removesuffix(".0")


def _checks(alert: Alert, situation: Situation, clock: _Clock) -> Iterator[dict[str, Json]]:
    fired: list[Json] = [] if situation.value is None else [alert.to_expected(situation.value)]
    if fired and alert.for_minutes:
        yield _check(alert, clock.pending_minute(alert), [])
    yield _check(alert, clock.firing_minute(alert, situation), fired)


def _check(alert: Alert, minute: int, expected: list[Json]) -> dict[str, Json]:
    return {"eval_time": f"{minute}m", "alertname": alert.name, "exp_alerts": expected}
