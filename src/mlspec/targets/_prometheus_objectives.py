"""Alerts on the objectives of a served model: availability by burn rate, latency by p99.

An error budget that burns 14.4 times too fast in an hour is two per cent of a month's; both a
long and a short window must agree, so that an alert ends soon after its cause.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mlspec.ir import Backend, Strategy, alert_name
from mlspec.targets._arms import CHALLENGER
from mlspec.targets._flagger_metrics import challenger_pods
from mlspec.targets._prometheus_alert import UNKNOWN, VALUE, Alert, Samples, Situation, words
from mlspec.targets._prometheus_proof import histogram
from mlspec.targets._prometheus_query import (
    DURATION,
    ERRORS,
    REQUESTS,
    Matchers,
    Series,
    duration,
    equal,
    number,
    quantile,
    ratio,
    total_rate,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Service

__all__ = ["OBJECTIVES", "objective_alerts"]

OBJECTIVES = "objectives"
"""The monitor of the alert that a served model counts no requests: nothing is known of it."""

_BURNS = (
    ("fast", 14.4, 60, 5, "page"),
    ("steady", 6.0, 360, 30, "page"),
    ("slow", 1.0, 4320, 360, "ticket"),
)
"""(name, times the budget, long window, short window, severity), of Google's SRE workbook."""

_LATENCY_WINDOW = 30
_LATENCY_FOR = 10
_P99 = 0.99
_PER_SECOND = 1000.0
_CHAMPION = equal([("role", "champion")])


def _requests(failed: float) -> tuple[Samples, ...]:
    """Return requests, a share of which has failed."""
    return (
        Samples(Series(ERRORS, _CHAMPION), 0.0, failed * _PER_SECOND),
        Samples(Series(REQUESTS, _CHAMPION), 0.0, _PER_SECOND),
    )


_SOUND = _requests(0.0)
_BURNING = (
    Situation("everything fails", _requests(1.0), 2, 1.0),
    Situation("nothing fails", _SOUND, 2, None),
)


def objective_alerts(service: Service, environment: str) -> Iterator[Alert]:
    """Yield the alerts of the declared objectives; none are declared, none are yielded."""
    if service.availability is None and service.p99_ms is None:
        return
    if service.availability is not None:
        yield from _burn_alerts(service, environment, 1 - service.availability)
    if service.p99_ms is not None:
        yield _latency_alert(service, environment, service.p99_ms)
    yield from _unknown_alerts(service, environment)


def _matchers(service: Service) -> Matchers:
    matchers = equal(service.place)
    # Nobody reads the answers of a shadow: its errors spend no budget.
    if service.rollout.strategy is not Strategy.SHADOW:
        return matchers
    if service.backend is Backend.FLAGGER:
        *_, (label, _, pods) = challenger_pods(service)
        return (*matchers, (label, "!~", pods))
    is_beside = service.rollout.is_staged or service.backend is Backend.ROLLOUTS
    return (*matchers, ("role", "!=", CHALLENGER)) if is_beside else matchers


def _labels(
    service: Service, environment: str, monitor: str, severity: str
) -> tuple[tuple[str, str], ...]:
    return (
        ("dimension", "service"),
        ("environment", environment),
        ("model", service.name),
        ("monitor", monitor),
        ("owner", service.owner),
        ("receiver", service.receiver),
        ("severity", severity),
    )


def _burn_alerts(service: Service, environment: str, budget: float) -> Iterator[Alert]:
    matchers = _matchers(service)
    part, whole = Series(ERRORS, matchers), Series(REQUESTS, matchers)
    for name, times, long, short, severity in _BURNS:
        limit = round(times * budget, 12)
        if limit >= 1:
            continue  # no share is above one: such a rule never fires
        conditions = (f"({ratio(part, whole, each)} > {number(limit)})" for each in (short, long))
        monitor = f"availability-{name}-burn"
        yield Alert(
            name=alert_name(service.name, monitor),
            expression=" and ".join(conditions),
            for_minutes=2,
            labels=_labels(service, environment, monitor, severity),
            annotations=(
                ("summary", words(f"{service.name}: the error budget burns ({name})")),
                (
                    "description",
                    words("The share of failed requests is ", VALUE, _windows(short, long, limit)),
                ),
                ("runbook", words(service.runbook)),
            ),
            window_minutes=short,
            situations=_BURNING,
        )


def _windows(short: int, long: int, limit: float) -> str:
    spans = f"{duration(short)} and {duration(long)}"
    return f"; the limit over {spans} is {number(limit)}."


def _latency_alert(service: Service, environment: str, limit: float) -> Alert:
    series = Series(DURATION, _matchers(service))
    value = f"1000 * {quantile(_P99, series, _LATENCY_WINDOW)}"
    return Alert(
        name=alert_name(service.name, "latency-p99"),
        expression=f"{value} > {number(limit)}",
        for_minutes=_LATENCY_FOR,
        labels=_labels(service, environment, "latency-p99", "ticket"),
        annotations=(
            ("summary", words(f"{service.name}: p99 latency is above {number(limit)} ms")),
            ("description", words("99 % of the answers take up to ", VALUE, " ms.")),
            ("runbook", words(service.runbook)),
        ),
        window_minutes=_LATENCY_WINDOW,
        situations=_slow_and_fast(limit),
    )


@lru_cache(maxsize=256)
def _slow_and_fast(limit: float) -> tuple[Situation, ...]:
    slow, fast = (float(f"{each:.3g}") for each in (limit * 2, limit / 2))
    return (
        Situation("answers are slow", _answers(slow), 2, slow),
        Situation("answers are fast", _answers(fast), 2, None),
    )


def _answers(milliseconds: float) -> tuple[Samples, ...]:
    """Return answers whose p99 latency has that value of three digits."""
    value = float(f"{milliseconds:.3g}")
    return histogram(Series(DURATION, _CHAMPION), _P99, value / 1000)


def _unknown_alerts(service: Service, environment: str) -> Iterator[Alert]:
    """Yield an alert for each metric that objectives rest on: without it they are never missed."""
    watched = [(OBJECTIVES, REQUESTS)]
    if service.availability is not None:
        watched.append(("availability", ERRORS))
    if service.p99_ms is not None:
        watched.append(("latency-p99", DURATION))
    for monitor, metric in watched:
        yield _unknown_alert(service, environment, monitor, metric)


def _unknown_alert(service: Service, environment: str, monitor: str, metric: str) -> Alert:
    series = Series(metric, _matchers(service))
    read = series.named("_bucket") if metric == DURATION else series
    told = "the objectives are" if monitor == OBJECTIVES else f"{monitor} is"
    return Alert(
        name=alert_name(service.name, monitor, "unknown"),
        expression=unknown(total_rate(read, _LATENCY_WINDOW)),
        for_minutes=_LATENCY_WINDOW,
        labels=(*_labels(service, environment, monitor, "ticket"), UNKNOWN),
        annotations=(
            ("summary", words(f"{service.name}: {told} unknown")),
            ("description", words(f"{metric} is not measured: unknown is not good.")),
            ("runbook", words(service.runbook)),
        ),
        window_minutes=_LATENCY_WINDOW,
        situations=_measured(metric, service.p99_ms or 1.0),
    )


@lru_cache(maxsize=256)
def _measured(metric: str, milliseconds: float) -> tuple[Situation, ...]:
    """Return the metric missing, alone and beside the others, and all that objectives rest on."""
    nothing = Situation("nothing is measured", (), 0, 1.0)
    everything = (*_SOUND, *_answers(milliseconds))
    measured = Situation("everything is measured", everything, 2, None)
    if metric == REQUESTS:
        return nothing, measured
    others = tuple([each for each in everything if not each.series.metric.startswith(metric)])
    return nothing, Situation(f"{metric} is missing", others, 2, 1.0), measured
