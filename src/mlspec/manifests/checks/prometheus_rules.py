"""Alerts that are accepted and can't do their duty."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._durations import prometheus_seconds
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._promql import averages_ratios
from mlspec.manifests.checks._rules import Rule, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _rules(*rules: str) -> str:
    lines = "".join(f"    - {rule}\n" for rule in rules)
    return (
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: fraud}\n"
        f"spec:\n  groups:\n  - name: fraud\n    interval: 1m\n    rules:\n{lines}"
    )


_LABELS = "labels: {owner: team-risk, severity: ticket}"
_NOTES = "annotations: {runbook_url: 'https://runbooks.example/drift'}"
_GOOD = _rules(f"{{alert: Drift, expr: psi > 0.2, for: 30m, {_LABELS}, {_NOTES}}}")

_TWICE = warns(
    "MLS1270",
    "duplicate-rule",
    "Two rules have the same name and the same labels.",
    """Alertmanager takes both alerts for one, and a recorded series gets two values at one time:
    Prometheus drops one of them.""",
    bad=_rules(
        f"{{alert: Drift, expr: psi > 0.2, for: 30m, {_LABELS}, {_NOTES}}}",
        f"{{alert: Drift, expr: psi > 0.5, for: 30m, {_LABELS}, {_NOTES}}}",
    ),
    good=_GOOD,
)
_SHORT = warns(
    "MLS1271",
    "alert-on-one-sample",
    "An alert waits for less than two evaluations of its group.",
    """One late scrape, or one wrong sample, is enough to wake somebody. Let `for` be at least twice
    the interval.""",
    bad=_rules(f"{{alert: Drift, expr: psi > 0.2, for: 1m, {_LABELS}, {_NOTES}}}"),
    good=_GOOD,
)
_OWNER = warns(
    "MLS1272",
    "alert-without-owner",
    "An alert does not say whom it is for, or how bad it is.",
    "Alertmanager routes by labels: without `owner` (or `team`) and `severity` it reaches everybody"
    " or nobody.",
    bad=_rules(f"{{alert: Drift, expr: psi > 0.2, for: 30m, {_NOTES}}}"),
    good=_GOOD,
)
_RUNBOOK = warns(
    "MLS1273",
    "alert-without-runbook",
    "An alert does not say what to do.",
    """Whoever is on call meets it for the first time, at night. It is told once for the alerts of a
    model (the label `model`), or of an object or file where they name none.""",
    bad=_rules(f"{{alert: Drift, expr: psi > 0.2, for: 30m, {_LABELS}}}"),
    good=_GOOD,
)
_VALUE = breaks(
    "MLS1274",
    "value-in-alert-label",
    "A label of an alert holds the measured value.",
    """Labels say which alert it is. With the value among them each evaluation makes another alert,
    so that one with `for` never fires. Values belong in annotations.""",
    bad=_rules(
        "{alert: Drift, expr: psi > 0.2, for: 30m, labels: {owner: a, severity: ticket,"
        f" psi: '{{{{ $value }}}}'}}, {_NOTES}}}"
    ),
    good=_GOOD,
)
_BRACES = breaks(
    "MLS1275",
    "unreadable-alert-template",
    "A text of an alert has braces that do not match.",
    "Prometheus refuses the whole file of rules, and goes on with the old ones.",
    bad=_rules(
        f"{{alert: Drift, expr: psi > 0.2, for: 30m, {_LABELS},"
        " annotations: {runbook_url: 'https://r.example', summary: '{{ $value'}}"
    ),
    good=_GOOD,
)
_AVERAGE = warns(
    "MLS1276",
    "average-of-ratios",
    "A rule averages ratios instead of dividing sums.",
    """An instance with three requests counts as much as one with three million. Divide the sums:
    `sum(rate(a[5m])) / sum(rate(b[5m]))`.""",
    bad=_rules("{record: 'fraud:errors:ratio', expr: 'avg(rate(a[5m]) / rate(b[5m]))'}"),
    good=_rules("{record: 'fraud:errors:ratio', expr: 'sum(rate(a[5m])) / sum(rate(b[5m]))'}"),
)

_OWNERS = ("owner", "team")
_RUNBOOKS = ("runbook_url", "runbook", "runbookUrl")
_MEASURED = re.compile(r"\{\{[^{}]*(?:\$value|\.Value)\b")
_DEFAULT_INTERVAL = 60.0


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield alerts that wake too early, reach nobody, or can't fire."""
    seen: set[str] = set()
    unhelped: dict[str, list[Node]] = {}
    for rule in rules_of(manifests):
        yield from _twice(rule, seen)
        if rule.node["alert"].text:
            yield from _wait(rule)
            yield from _duty(rule.node)
            yield from _texts(rule.node)
            if not rule.node["annotations"].set_keys(*_RUNBOOKS):
                unhelped.setdefault(_about(rule.node), []).append(rule.node)
        if averages_ratios(rule.node["expr"].text):
            message = "the rule averages ratios"
            yield rule.node["expr"].problem(_AVERAGE, message, "divide the sums")
    yield from (_without_runbook(alerts) for alerts in unhelped.values())


def _about(alert: Node) -> str:
    """Return what alerts have in common that one runbook is for: their model, else their object."""
    if model := _model(alert):
        return f"model {model}"
    return f"object {alert.manifest.file} {alert.manifest.kind} {alert.manifest.name}"


def _model(alert: Node) -> str:
    """Return the model that an alert is labelled with; empty where its series say which."""
    model = alert["labels"]["model"].text
    return "" if "{{" in model else model


def _without_runbook(alerts: list[Node]) -> Problem:
    """Return one problem at the first alert: who writes the runbook writes it for all of them."""
    first, *others = alerts
    place = first["annotations"] if first["annotations"].is_set else first["alert"]
    spec = first.manifest.spec
    of_spec = f"write `runbook` at the monitor, or in `serving`, of `{spec}`, and compile again"
    if not others:
        hint = of_spec if spec else "add `runbook_url`"
        return place.problem(_RUNBOOK, "the alert names no runbook", hint)
    model = _model(first)
    whose = f"of the model `{model}`" if model else "here"
    hint = of_spec if spec else f"add `runbook_url` to this one and {len(others)} more"
    return place.problem(_RUNBOOK, f"alerts {whose} name no runbook", hint)


def _twice(rule: Rule, seen: set[str]) -> Iterator[Problem]:
    keys = rule.node.set_keys("alert", "record")
    if not keys:
        return
    name = rule.node[keys[0]]
    labels = json.dumps(rule.node["labels"].value, sort_keys=True)
    # A Prometheus reads objects, by its operator, or files: both may lie in one folder.
    told = f"{rule.node.manifest.kind} {keys[0]} {name.text} {labels}"
    if name.text and told in seen:
        message = f"there is a rule `{name.text}` with the same labels already"
        yield name.problem(_TWICE, message, "rename it, or add a label")
    seen.add(told)


def _wait(rule: Rule) -> Iterator[Problem]:
    waits = prometheus_seconds(rule.node["for"].text)
    stated = prometheus_seconds(rule.group["interval"].text)
    interval = _DEFAULT_INTERVAL if stated is None else stated
    if waits is not None and 0 < waits < 2 * interval:
        message = f"the alert waits for {rule.node['for'].text}, less than two evaluations"
        hint = f"wait for at least {2 * interval:g} seconds"
        yield rule.node["for"].problem(_SHORT, message, hint)


def _duty(alert: Node) -> Iterator[Problem]:
    labels = alert["labels"]
    missing = [] if labels.set_keys(*_OWNERS) else ["owner"]
    missing += [] if labels["severity"].is_set else ["severity"]
    if missing:
        told = " and ".join(f"`{each}`" for each in missing)
        place = labels if labels.is_set else alert["alert"]
        spec = alert.manifest.spec
        hint = f"name an owner in `{spec}`, and compile again" if spec else "add it"
        yield place.problem(_OWNER, f"the alert has no label {told}", hint)


def _texts(alert: Node) -> Iterator[Problem]:
    for key, label in alert["labels"].entries():
        if _MEASURED.search(label.text):
            message = f"the label `{key}` holds the measured value"
            yield label.problem(_VALUE, message, "move it to `annotations`")
    for _, text in (*alert["labels"].entries(), *alert["annotations"].entries()):
        if text.text.count("{{") != text.text.count("}}"):
            message = "the braces of the text do not match"
            yield text.problem(_BRACES, message, "write `{{ ... }}`")


CHECK = Check(
    "prometheus-rules", (_TWICE, _SHORT, _OWNER, _RUNBOOK, _VALUE, _BRACES, _AVERAGE), find
)
