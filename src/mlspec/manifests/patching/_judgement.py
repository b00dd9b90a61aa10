"""What a changed rollout, its conditions, an alert or its route judge less than before.

What judges has a name and values. A value that has a direction judges less in that one alone; any
change of another value is told, since a text (a query, an owner) could say anything.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from mlspec.manifests.checks._durations import go_seconds
from mlspec.manifests.patching._alerting import receivers_of, routes_of
from mlspec.manifests.patching._stricter import (
    differs,
    falls,
    fires_less,
    is_longer,
    is_milder,
    is_shorter,
    is_wider,
    loses,
    passes_more,
    rises,
)
from mlspec.manifests.patching._values import entries, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.manifests.patching._stricter import Less

    _Parts = Mapping[str, Json]

__all__ = ["unjudged"]


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What judges, in words, and by which values; `less` tells which change of each is less."""

    name: str
    parts: _Parts = field(default_factory=dict)
    less: Mapping[str, Less] = field(default_factory=dict)


_LIMITS: Mapping[str, Json] = {
    "failureLimit": 0,
    "inconclusiveLimit": 0,
    "consecutiveErrorLimit": 4,
}
"""What a condition of Argo Rollouts allows where it does not say."""
_OF_CONDITIONS: Mapping[str, Less] = {
    "failureCondition": fires_less,
    "successCondition": passes_more,
    "count": falls,
    **dict.fromkeys(_LIMITS, rises),
}
_OF_ALERTS: Mapping[str, Less] = {
    "expr": fires_less,
    "for": is_longer,
    "keep_firing_for": is_shorter,
    "severity": is_milder,
}
_OF_LABELS = ("owner", "receiver", "severity")
_OF_ROUTES: Mapping[str, Less] = {
    "group_wait": is_longer,
    "repeat_interval": is_longer,
}
_WHOLE = 100


def unjudged(before: _Parts, after: _Parts) -> Iterator[str]:
    """Yield what judged before a change and does not after it, or judges less."""
    was, now = (_judgements(each) for each in (before, after))
    gone = {name for name in was if name not in now}
    for name, old in was.items():
        if name in gone:
            if not any(name.startswith(f"{each}, ") for each in gone):  # routes below a route
                yield f"{name} is gone"
            continue
        for key, value in old.parts.items():
            if old.less.get(key, differs)(value, now[name].parts.get(key)):
                yield f"{name} has another `{key}`"


def _judgements(value: _Parts) -> dict[str, _Judgement]:
    """Return what judges, by words; a number tells those of one name apart."""
    judge = _JUDGES.get(str(value.get("kind", "rules")))
    known: Counter[str] = Counter()
    found: dict[str, _Judgement] = {}
    for each in judge(value) if judge else ():
        known[each.name] += 1
        count = known[each.name]
        found[each.name if count == 1 else f"{each.name} ({count})"] = each
    return found


def _of_file(file: _Parts) -> Iterator[_Judgement]:
    """Yield what judges in a file without a kind: rules, or the routes of their alerts."""
    yield from _of_rules(file)
    for name, parts in routes_of(file):
        yield _Judgement(name, parts, _OF_ROUTES)
    for name, parts in receivers_of(file):
        yield _Judgement(name, parts, dict.fromkeys(parts, loses))


def _of_rules(holder: _Parts) -> Iterator[_Judgement]:
    spec = mapping(holder.get("spec")) or holder
    for rule in (rule for group in entries(spec, "groups") for rule in entries(group, "rules")):
        labels = mapping(rule.get("labels"))
        if "alert" in rule:
            parts = {key: rule.get(key) for key in _OF_ALERTS}
            parts |= {key: labels.get(key) for key in _OF_LABELS}
            yield _Judgement(f"the alert `{rule['alert']}`", parts, _OF_ALERTS)
        else:
            yield _Judgement(f"the record `{rule.get('record')}`", {"expr": rule.get("expr")})


def _of_template(template: _Parts) -> Iterator[_Judgement]:
    for metric in entries(mapping(template.get("spec")), "metrics"):
        parts = {
            key: metric[key] for key in ("provider", *_OF_CONDITIONS) if metric.get(key) is not None
        }
        yield _Judgement(
            f"the condition `{metric.get('name')}`", {**_LIMITS, **parts}, _OF_CONDITIONS
        )


def _of_query(template: _Parts) -> Iterator[_Judgement]:
    yield _Judgement("the metric", {"query": mapping(template.get("spec")).get("query")})


def _of_rollout(rollout: _Parts) -> Iterator[_Judgement]:
    spec = mapping(rollout.get("spec"))
    strategy = mapping(spec.get("strategy"))
    canary, colours = mapping(strategy.get("canary")), mapping(strategy.get("blueGreen"))
    steps = entries(canary, "steps")
    judged = [mapping(each.get("analysis")) for each in (*steps, canary)]
    judged += [mapping(colours.get(f"{each}PromotionAnalysis")) for each in ("pre", "post")]
    for analysis in judged:
        for template in entries(analysis, "templates"):
            yield _Judgement(f"the analysis `{template.get('templateName')}`")
    if spec.get("progressDeadlineAbort") is True:
        yield _Judgement("going back when pods do not start")
    shares = [each["setWeight"] for each in steps if "setWeight" in each]
    pauses = [mapping(each["pause"]).get("duration") for each in steps if "pause" in each]
    yield _Judgement("the rollout", {"shares": shares, "pauses": _pauses(pauses)}, _OF_MOVES)


def _pauses(durations: list[Json]) -> Json:
    """Return how often a person is waited for, and for how many seconds besides."""
    stated = [each for each in durations if each is not None]
    return [len(durations) - len(stated), sum(_seconds(str(each)) for each in stated)]


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() and text.isascii() else go_seconds(text) or 0


def _hurries(was: Json, now: Json) -> bool:
    return _numbers(now) < _numbers(was)


def _numbers(value: Json) -> list[float]:
    listed = value if isinstance(value, list) else []
    return [each for each in listed if isinstance(each, int | float)]


def _of_canary(canary: _Parts) -> Iterator[_Judgement]:
    spec = mapping(canary.get("spec"))
    analysis = mapping(spec.get("analysis"))
    for metric in entries(analysis, "metrics"):
        parts = {key: metric.get(key) for key in ("templateRef", "thresholdRange")}
        name = f"the condition `{metric.get('name')}`"
        yield _Judgement(name, parts, {"thresholdRange": is_wider})
    for hook in entries(analysis, "webhooks"):
        parts = {key: hook.get(key) for key in ("type", "url")}
        yield _Judgement(f"the webhook `{hook.get('name')}`", parts)
    if spec.get("skipAnalysis") is not True:
        yield _Judgement("the analysis")
    moves = {key: analysis.get(key) for key in ("threshold", "interval", "iterations")}
    yield _Judgement("the rollout", {"shares": _weights(analysis), **moves}, _OF_MOVES)


def _weights(analysis: _Parts) -> list[Json]:
    stated, step = analysis.get("stepWeights"), analysis.get("stepWeight")
    if isinstance(stated, list) or not isinstance(step, int) or not 0 < step <= _WHOLE:
        return stated if isinstance(stated, list) else []
    most = analysis.get("maxWeight")
    last = most if isinstance(most, int) and most < _WHOLE else _WHOLE
    return [*range(step, last + 1, step)]


def _goes_further(was: Json, now: Json) -> bool:
    """Tell whether a share comes sooner, or is greater; after the last one comes everything."""
    pairs = zip_longest(_numbers(was), _numbers(now), fillvalue=_WHOLE)
    return any(after > before for before, after in pairs)


_OF_MOVES: Mapping[str, Less] = {
    "shares": _goes_further,
    "pauses": _hurries,
    "threshold": rises,
    "interval": is_shorter,
    "iterations": falls,
}


_JUDGES: Mapping[str, Callable[[_Parts], Iterator[_Judgement]]] = {
    "AnalysisTemplate": _of_template,
    "Canary": _of_canary,
    "MetricTemplate": _of_query,
    "PrometheusRule": _of_rules,
    "Rollout": _of_rollout,
    "rules": _of_file,
}
