"""Rules of Prometheus: in files of their own, and in `PrometheusRule` objects.

What Prometheus refuses when it loads a file: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules
Templates in annotations are not judged; `promtool check rules` does that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.manifests._promql import MISSING, promql_place, promql_problem
from mlspec.manifests.definitions import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path

__all__ = ["rule_findings"]

_WRONG = "refused-prometheus-rule"
_DURATION = re.compile(
    r"0|(?=.)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?", re.ASCII
)
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*", re.ASCII)
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_TEXT = ("text", lambda value: isinstance(value, str))
_TEXTS = (
    "a mapping of text to text",
    lambda value: isinstance(value, dict) and all(isinstance(v, str) for v in value.values()),
)
_TIME = (
    "a duration such as `5m`",
    lambda value: isinstance(value, str) and _DURATION.fullmatch(value) is not None,
)
_WHOLE = ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool))
_LIST = ("a list", lambda value: isinstance(value, list))
_Fields = dict[str, tuple[str, "Callable[[Json], bool]"]]
_GROUP: _Fields = {
    "name": _TEXT,
    "interval": _TIME,
    "query_offset": _TIME,
    "limit": _WHOLE,
    "labels": _TEXTS,
    "partial_response_strategy": _TEXT,
    "rules": _LIST,
}
_RULE: _Fields = {
    "record": _TEXT,
    "alert": _TEXT,
    "expr": _TEXT,
    "for": _TIME,
    "keep_firing_for": _TIME,
    "labels": _TEXTS,
    "annotations": _TEXTS,
}


def rule_findings(data: Json, path: Path = (), *, shaped: bool = False) -> Iterator[Finding]:
    """Yield what is wrong with `groups` of rules below `path`.

    `shaped`: a definition judges the fields, so only what it can't say is looked at.
    """
    groups = data.get("groups") if isinstance(data, dict) else None
    if not isinstance(groups, list):
        yield Finding((*path, "groups"), _WRONG, "`groups` is a list of groups of rules")
        return
    names: set[str] = set()
    for index, group in enumerate(groups):
        where = (*path, "groups", index)
        if not isinstance(group, dict):
            yield Finding(where, _WRONG, "a group of rules is a mapping")
            continue
        if not shaped:
            yield from _field_findings(group, _GROUP, ("name",), where)
            yield from _name_findings(group, names, where)
        rules = group.get("rules")
        for number, rule in enumerate(rules if isinstance(rules, list) else ()):
            yield from _rule_findings(rule, (*where, "rules", number), shaped=shaped)


def _name_findings(group: dict[str, Json], names: set[str], path: Path) -> Iterator[Finding]:
    name = group.get("name")
    if isinstance(name, str):
        if name in names:
            message = f"a group of the name `{name}` stands in this file already"
            yield Finding((*path, "name"), _WRONG, message, "give each group its own name")
        names.add(name)


def _rule_findings(rule: Json, path: Path, *, shaped: bool) -> Iterator[Finding]:
    if not isinstance(rule, dict):
        yield Finding(path, _WRONG, "a rule is a mapping")
        return
    if not shaped:
        yield from _field_findings(rule, _RULE, ("expr",), path)
    if ("alert" in rule) is ("record" in rule):
        message = "a rule has either `alert` or `record`, and not both"
        yield Finding(path, _WRONG, message, "name the alert, or the metric that is recorded")
    elif "record" in rule:
        yield from _record_findings(rule, path)
    for key in _keys(rule.get("labels")):
        if not _LABEL.fullmatch(key) or key == "__name__":
            message = f"`{key}` can't be the name of a label"
            yield Finding((*path, "labels", key), _WRONG, message, "letters, digits and `_`")
    yield from _expression_findings(rule.get("expr"), (*path, "expr"))


def _keys(value: Json) -> list[str]:
    return list(value) if isinstance(value, dict) else []


def _record_findings(rule: dict[str, Json], path: Path) -> Iterator[Finding]:
    record = rule["record"]
    if isinstance(record, str) and not _METRIC.fullmatch(record):
        message = f"`{record}` can't be the name of a metric"
        hint = "letters, digits, `_` and `:`, such as `scorer:errors:rate5m`"
        yield Finding((*path, "record"), _WRONG, message, hint)
    for key in ("for", "keep_firing_for", "annotations"):
        if key in rule:
            message = f"`{key}` has no meaning in a rule that records"
            yield Finding((*path, key), _WRONG, message, "only alerts have it")


def _expression_findings(expression: Json, path: Path) -> Iterator[Finding]:
    if isinstance(expression, int | float) and not isinstance(expression, bool):
        return  # a constant
    if not isinstance(expression, str):
        return
    problem = promql_problem(expression)
    if problem == MISSING:
        yield Finding(path, "missing-checker", problem)
    elif problem:
        message = f"this is no PromQL: {problem}"
        yield Finding(path, "refused-promql", message, inside=promql_place(expression))


def _field_findings(
    data: dict[str, Json], fields: _Fields, required: tuple[str, ...], path: Path
) -> Iterator[Finding]:
    for key in required:
        if key not in data:
            yield Finding(path, _WRONG, f"`{key}` is missing", "it is required")
    for key, value in data.items():
        if key not in fields:
            close = did_you_mean(key, fields)
            hint = f"did you mean `{close}`?" if close else f"there are {', '.join(fields)}"
            yield Finding((*path, key), _WRONG, f"there is no field `{key}` here", hint)
            continue
        wanted, is_right = fields[key]
        is_number = key == "expr" and isinstance(value, int | float)
        if value is not None and not is_right(value) and not is_number:
            yield Finding((*path, key), _WRONG, f"`{key}` is {wanted}")
