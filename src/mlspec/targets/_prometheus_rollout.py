"""Alerts that judge the challenger while it has traffic.

An error share is judged by the bounds of its Wilson interval: the alert fires when even the
friendly bound is beyond the limit, so that little traffic gives no false alarm. Silence is not
a pass: a second alert fires while the condition cannot be judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import alert_name
from mlspec.targets._arms import CHALLENGER
from mlspec.targets._prometheus_alert import VALUE, Alert, Record, words
from mlspec.targets._prometheus_query import (
    DURATION,
    ERRORS,
    REQUESTS,
    Series,
    duration,
    equal,
    increase,
    mean,
    number,
    quantile,
    unknown,
    wilson,
)
from mlspec.targets._prometheus_rollout_proof import failed_situations, unproven_situations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import AnalysisCheck, Service

__all__ = ["check_alerts", "check_records"]

_COUNT = "mlspec:rollout_requests"
_FAILED = "mlspec:rollout_errors"
_LOWER = "mlspec:rollout_error_share:lower"
_UPPER = "mlspec:rollout_error_share:upper"
_QUANTILES = {"latency-p95-ms": 0.95, "latency-p99-ms": 0.99}


def check_records(service: Service, check: AnalysisCheck) -> Iterator[Record]:
    """Yield what the alerts of a check build on: counts, and the interval of the error share."""
    labels = _recorded_labels(service, check)
    minutes = check.window_minutes
    yield Record(_COUNT, increase(_challenger(service, REQUESTS), minutes), labels)
    if check.metric == "error-share":
        yield Record(_FAILED, increase(_challenger(service, ERRORS), minutes), labels)
        yield Record(_LOWER, _wilson(service, check, "-"), labels)
        yield Record(_UPPER, _wilson(service, check, "+"), labels)


def check_alerts(service: Service, check: AnalysisCheck, environment: str) -> Iterator[Alert]:
    """Yield the alerts of one condition: it fails, or it cannot be judged."""
    if check.at_most is None and check.at_least is None:
        return
    yield Alert(
        name=alert_name(service.name, "rollout", check.id, "failed"),
        expression=f"({_beyond(service, check)}) and on () ({_enough(service, check)})",
        for_minutes=0,
        labels=_labels(service, check, environment, "page"),
        annotations=(
            ("summary", words(f"{service.name}: the challenger fails {check.id}")),
            ("description", words(f"{_subject(check)} is ", VALUE, f", not {_limit(check)}.")),
            ("action", words(_action(service))),
            ("runbook", words(service.runbook)),
        ),
        window_minutes=check.window_minutes,
        situations=tuple(failed_situations(check)),
    )
    yield Alert(
        name=alert_name(service.name, "rollout", check.id, "unproven"),
        expression=_unproven(service, check),
        for_minutes=check.window_minutes,
        labels=_labels(service, check, environment, "ticket"),
        annotations=(
            ("summary", words(f"{service.name}: {check.id} of the challenger is not proven")),
            (
                "description",
                words(f"Fewer than {check.minimum_requests} requests, no value, or no clear one."),
            ),
            ("action", words("Hold the step: do not give the challenger more traffic.")),
            ("runbook", words(service.runbook)),
        ),
        window_minutes=check.window_minutes,
        situations=tuple(unproven_situations(check)),
    )


def _challenger(service: Service, metric: str) -> Series:
    return Series(metric, equal((*service.place, ("role", CHALLENGER))))


def _recorded_labels(service: Service, check: AnalysisCheck) -> tuple[tuple[str, str], ...]:
    return (*service.scope.recorded, ("model", service.name), ("monitor", check.id))


def _recorded(service: Service, check: AnalysisCheck, name: str) -> str:
    return str(Series(name, equal(_recorded_labels(service, check))))


def _wilson(service: Service, check: AnalysisCheck, sign: str) -> str:
    failed, count = (_recorded(service, check, name) for name in (_FAILED, _COUNT))
    return wilson(failed, count, sign)


def _value(service: Service, check: AnalysisCheck, *, friendly: bool) -> str:
    if check.metric == "error-share":
        lower = friendly == (check.at_most is not None)
        return _recorded(service, check, _LOWER if lower else _UPPER)
    if check.metric in _QUANTILES:
        series = _challenger(service, DURATION)
        return f"1000 * {quantile(_QUANTILES[check.metric], series, check.window_minutes)}"
    return mean(_challenger(service, check.metric), check.window_minutes)


def _bounds(check: AnalysisCheck) -> tuple[str, str, float]:
    """Return the comparisons that fail and that hold, and the limit."""
    if check.at_most is not None:
        return ">", "<=", check.at_most
    return "<", ">=", check.at_least or 0.0


def _beyond(service: Service, check: AnalysisCheck) -> str:
    fails, _, limit = _bounds(check)
    return f"{_value(service, check, friendly=True)} {fails} {number(limit)}"


def _enough(service: Service, check: AnalysisCheck) -> str:
    return f"{_recorded(service, check, _COUNT)} >= {check.minimum_requests}"


def _unproven(service: Service, check: AnalysisCheck) -> str:
    """True unless the unfriendly bound holds on enough requests, or the condition has failed."""
    _, holds, limit = _bounds(check)
    good = f"({_value(service, check, friendly=False)} {holds} {number(limit)})"
    bad = f"({_beyond(service, check)})"
    judged = f"({good} or {bad}) and on () ({_enough(service, check)})"
    return unknown(judged)


def _labels(
    service: Service, check: AnalysisCheck, environment: str, severity: str
) -> tuple[tuple[str, str], ...]:
    return (
        ("dimension", "rollout"),
        ("environment", environment),
        ("model", service.name),
        ("monitor", check.id),
        ("owner", service.owner),
        ("receiver", service.receiver),
        ("severity", severity),
    )


def _subject(check: AnalysisCheck) -> str:
    window = duration(check.window_minutes)
    if check.metric == "error-share":
        side = "lower" if check.at_most is not None else "upper"
        return f"The {side} 95 % bound of the challenger's error share over {window}"
    return f"{check.metric} of the challenger over {window}"


def _limit(check: AnalysisCheck) -> str:
    _, _, limit = _bounds(check)
    return f"{'at most' if check.at_most is not None else 'at least'} {number(limit)}"


def _action(service: Service) -> str:
    if service.rollout.abort_on_failure:
        return f"Go back: apply step 00 of rollout/{service.name}."
    return "Decide whether to go back: the spec asks for no abort."
