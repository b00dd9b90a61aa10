"""What a changed rollout, its conditions or an alert judge less than before.

A text that judges (an expression, a query, a condition) has no direction that could be read here:
another one is told. Of a number, more failures that are allowed are less judgement.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.manifests.patching._values import entries, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mlspec.canonical import Json

    _Parts = Mapping[str, Json]

__all__ = ["unjudged"]

_ALLOWED = frozenset(
    {"failureLimit", "inconclusiveLimit", "consecutiveErrorLimit", "first share", "threshold"}
)
"""Numbers that judge less where they are greater."""
_OF_CONDITIONS = ("failureCondition", "successCondition", "provider", *sorted(_ALLOWED))
_OF_ALERTS = ("expr", "for", "keep_firing_for")
_OF_LABELS = ("owner", "receiver", "severity")


def unjudged(before: _Parts, after: _Parts) -> Iterator[str]:
    """Yield what judged before a change and does not after it, or judges by something else."""
    was, now = (_judgements(each) for each in (before, after))
    for name, parts in was.items():
        if name not in now:
            yield f"{name} is gone"
            continue
        for key, value in parts.items():
            if _is_less(key, value, now[name].get(key)):
                yield f"{name} has another `{key}`"


def _is_less(key: str, was: Json, now: Json) -> bool:
    if key in _ALLOWED and isinstance(was, int | float) and isinstance(now, int | float):
        return now > was
    return canonical_json(was) != canonical_json(now)


def _judgements(value: _Parts) -> dict[str, _Parts]:
    """Return what judges, by words; a number tells those of one name apart."""
    judge = _JUDGES.get(str(value.get("kind", "rules")))
    known: Counter[str] = Counter()
    found: dict[str, _Parts] = {}
    for name, parts in judge(value) if judge else ():
        known[name] += 1
        found[name if known[name] == 1 else f"{name} ({known[name]})"] = parts
    return found


def _of_rules(holder: _Parts) -> Iterator[tuple[str, _Parts]]:
    spec = mapping(holder.get("spec")) or holder
    for rule in (rule for group in entries(spec, "groups") for rule in entries(group, "rules")):
        what = "alert" if "alert" in rule else "record"
        labels = mapping(rule.get("labels"))
        parts = {key: rule.get(key) for key in _OF_ALERTS}
        parts |= {key: labels.get(key) for key in _OF_LABELS}
        yield f"the {what} `{rule.get(what)}`", parts


def _of_template(template: _Parts) -> Iterator[tuple[str, _Parts]]:
    for metric in entries(mapping(template.get("spec")), "metrics"):
        parts = {key: metric.get(key) for key in _OF_CONDITIONS if key in metric}
        yield f"the condition `{metric.get('name')}`", parts


def _of_query(template: _Parts) -> Iterator[tuple[str, _Parts]]:
    yield "the metric", {"query": mapping(template.get("spec")).get("query")}


def _of_rollout(rollout: _Parts) -> Iterator[tuple[str, _Parts]]:
    spec = mapping(rollout.get("spec"))
    strategy = mapping(spec.get("strategy"))
    canary, colours = mapping(strategy.get("canary")), mapping(strategy.get("blueGreen"))
    steps = entries(canary, "steps")
    judged = [mapping(each.get("analysis")) for each in (*steps, canary)]
    judged += [mapping(colours.get(f"{each}PromotionAnalysis")) for each in ("pre", "post")]
    for analysis in judged:
        for template in entries(analysis, "templates"):
            yield f"the analysis `{template.get('templateName')}`", {}
    if spec.get("progressDeadlineAbort") is True:
        yield "going back when pods do not start", {}
    yield "the rollout", _first([each["setWeight"] for each in steps if "setWeight" in each])


def _of_canary(canary: _Parts) -> Iterator[tuple[str, _Parts]]:
    spec = mapping(canary.get("spec"))
    analysis = mapping(spec.get("analysis"))
    for metric in entries(analysis, "metrics"):
        parts = {key: metric.get(key) for key in ("templateRef", "thresholdRange")}
        yield f"the condition `{metric.get('name')}`", parts
    for hook in entries(analysis, "webhooks"):
        yield f"the webhook `{hook.get('name')}`", {key: hook.get(key) for key in ("type", "url")}
    if spec.get("skipAnalysis") is not True:
        yield "the analysis", {}
    weights = analysis.get("stepWeights")
    first = _first(weights if isinstance(weights, list) else [analysis.get("stepWeight")])
    yield "the rollout", first | {"threshold": analysis.get("threshold")}


def _first(weights: list[Json]) -> dict[str, Json]:
    """Return what the challenger starts with: everything, where nothing is said."""
    return {"first share": (weights[0] if weights else None) or 100}


_JUDGES: Mapping[str, Callable[[_Parts], Iterator[tuple[str, _Parts]]]] = {
    "AnalysisTemplate": _of_template,
    "Canary": _of_canary,
    "MetricTemplate": _of_query,
    "PrometheusRule": _of_rules,
    "Rollout": _of_rollout,
    "rules": _of_rules,
}
