"""AnalysisTemplates: the conditions of a rollout, as Argo Rollouts measures them.

Each look sees a window of its own, the traffic of this step only. A look that fails aborts; a
look that can't tell is inconclusive. A step is passed by more good looks than inconclusive ones, or
the rollout pauses for a person: one good look of many happens by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.targets._arms import CHALLENGER
from mlspec.targets._judged import interval_query, is_interval, value_query
from mlspec.targets._kubernetes_meta import Object, metadata, model_labels
from mlspec.targets._moves import looks, timespan
from mlspec.targets._prometheus_query import Series, equal, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import AnalysisCheck, Bundle, Service
    from mlspec.targets._judged import Matchers

__all__ = ["analysis_templates", "judge", "scraped_name", "template_name"]

_ERRORS_IN_A_ROW = 4
"""Measurements that may break one after another: Prometheus restarts."""
_NEVER = "len(result) < 0 && !isNaN(result[0])"
"""Where a failure is not to abort, a condition that does not hold is inconclusive: a pause."""
_SCRAPED = "{0} && result[0] >= 1"
_UNSCRAPED = "{0} && result[0] < 1"
_KNOWN = "len(result) > 0 && !isNaN(result[0])"
_KNOWN_BOUNDS = "len(result) > 1 && !isNaN(result[0]) && !isNaN(result[1])"
_SETTLING_MINUTES = 2


def template_name(service: Service, count: int) -> str:
    """Return the name of the template that looks so many times."""
    return f"{service.name}-{count}-{'look' if count == 1 else 'looks'}"


def scraped_name(service: Service) -> str:
    """Return the name of the template that asks whether the challenger is scraped."""
    return f"{service.name}-scraped"


def judge(*names: str) -> Object:
    """Return a reference to templates, as a step or a promotion has it."""
    return {"templates": [{"templateName": name} for name in names]}


def analysis_templates(bundle: Bundle, service: Service, *, asks_scraped: bool) -> Iterator[Object]:
    """Yield one template per number of looks, fewest first, and the one about scraping."""
    rollout = service.rollout
    if not rollout.analysis:
        return
    if asks_scraped:
        yield _template(bundle, service, scraped_name(service), [_scraped(bundle, service)])
    for count in sorted(_counts(service)):
        metrics: list[Json] = [_metric(bundle, service, check, count) for check in rollout.analysis]
        yield _template(bundle, service, template_name(service, count), metrics)


def _counts(service: Service) -> set[int]:
    window = service.rollout.analysis[0].window_minutes
    found = {looks(step.hold_minutes, window) for step in service.rollout.steps if step.share}
    return found - {0}


def _template(bundle: Bundle, service: Service, name: str, metrics: list[Json]) -> Object:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        "metadata": metadata(bundle, service, name, model_labels(service)),
        "spec": {"metrics": metrics},
    }


def _metric(bundle: Bundle, service: Service, check: AnalysisCheck, count: int) -> Object:
    matchers = _challenger(service)
    query = interval_query if is_interval(check) else value_query
    success, failure = _conditions(check)
    window = timespan(check.window_minutes)
    return {
        "name": check.id,
        "initialDelay": window,
        **({"interval": window} if count > 1 else {}),
        "count": count,
        "failureLimit": 0,
        "inconclusiveLimit": _inconclusive(count),
        "consecutiveErrorLimit": _ERRORS_IN_A_ROW,
        "successCondition": success,
        "failureCondition": failure if service.rollout.abort_on_failure else _NEVER,
        "provider": _asked(bundle, query(check, matchers)),
    }


def _inconclusive(count: int) -> int:
    """Return how many of so many looks may be inconclusive: fewer than half of them.

    Argo Rollouts takes a metric as successful once `count` looks are through and neither limit is
    exceeded, however few of them were good (`assessMetricStatus`).
    """
    return (count - 1) // 2


def _scraped(bundle: Bundle, service: Service) -> Object:
    return {
        "name": "scraped",
        "initialDelay": timespan(_SETTLING_MINUTES),
        "count": 1,
        "failureLimit": 0,
        "inconclusiveLimit": 0,
        "consecutiveErrorLimit": _ERRORS_IN_A_ROW,
        "successCondition": _SCRAPED.format(_KNOWN),
        "failureCondition": _UNSCRAPED.format(_KNOWN),
        "provider": _asked(bundle, f"min({Series('up', _challenger(service))})"),
    }


def _challenger(service: Service) -> Matchers:
    return equal((*service.place, ("role", CHALLENGER)))


def _asked(bundle: Bundle, query: str) -> Object:
    return {"prometheus": {"address": bundle.platform.prometheus, "query": query}}


def _conditions(check: AnalysisCheck) -> tuple[str, str]:
    """Return when a look succeeds and when it fails; both are false where it can't be told."""
    known, low, high = (
        (_KNOWN_BOUNDS, "result[0]", "result[1]")
        if is_interval(check)
        else (_KNOWN, "result[0]", "result[0]")
    )
    if check.at_most is not None:
        limit = number(check.at_most)
        return f"{known} && {high} <= {limit}", f"{known} && {low} > {limit}"
    limit = number(check.at_least or 0.0)
    return f"{known} && {low} >= {limit}", f"{known} && {high} < {limit}"
