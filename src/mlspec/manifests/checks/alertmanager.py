"""Routes of Alertmanager that reach nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.manifests._port import Check
from mlspec.manifests.checks._entries import breaks, warns
from mlspec.manifests.checks._matchers import Matcher, matchers_of
from mlspec.manifests.checks._repeated import repeated
from mlspec.manifests.checks._rules import routings, rules_of
from mlspec.manifests.checks._suggestion import meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.manifests._model import ManifestSet, Problem
    from mlspec.manifests.checks._node import Node

__all__ = ["CHECK"]


def _config(routes: str, receivers: str = "[{name: default}, {name: risk}]") -> str:
    return f"route:\n  receiver: default\n  routes: [{routes}]\nreceivers: {receivers}\n"


_RISK = "{receiver: risk, matchers: ['owner=\"team-risk\"']}"
_ALERT = """---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: fraud}
spec:
  groups:
  - name: fraud
    rules:
    - alert: Drift
      expr: psi > 0.2
      for: 30m
      labels: {owner: team-risk, severity: ticket}
      annotations: {runbook_url: https://runbooks.example/drift}
"""

_RECEIVER = breaks(
    "MLS1280",
    "unknown-receiver",
    "A route leads to a receiver that there is not, or the first route to none.",
    "Alertmanager refuses the whole configuration and goes on with the old one.",
    bad=_config("{receiver: rsk}"),
    good=_config(_RISK),
)
_TWICE = breaks(
    "MLS1281",
    "duplicate-receiver",
    "Two receivers have the same name.",
    "Alertmanager refuses the whole configuration.",
    bad=_config(_RISK, "[{name: default}, {name: risk}, {name: risk}]"),
    good=_config(_RISK),
)
_MATCHER = breaks(
    "MLS1282",
    "unreadable-matcher",
    "A matcher of a route can't be read, or the first route has one.",
    "Alertmanager refuses the configuration. The first route is for all that no other takes.",
    bad=_config("{receiver: risk, matchers: ['owner team-risk']}"),
    good=_config(_RISK),
)
_HIDDEN = breaks(
    "MLS1283",
    "unreached-route",
    "A route stands behind one that takes every alert.",
    "A route without a matcher takes all that comes, and those after it are never asked.",
    bad=_config("{receiver: default}, " + _RISK),
    good=_config(_RISK + ", {receiver: default}"),
)
_UNROUTED = warns(
    "MLS1284",
    "alert-without-route",
    "No route asks for the owner of an alert.",
    """The alert goes to the receiver of the first route, which is for what was forgotten: the team
    that owns the model is not told.""",
    bad=_config("{receiver: risk, matchers: ['owner=\"team-fraud\"']}") + _ALERT,
    good=_config(_RISK) + _ALERT,
)

_OWNERS = ("owner", "team")
_MOST_ROUTES = 1000
"""Of more than these, asking each for every alert would take too long."""


def find(manifests: ManifestSet) -> Iterator[Problem]:
    """Yield routes without a receiver, receivers told twice, and alerts that reach nobody."""
    taken: list[list[Matcher]] = []
    for routing in routings(manifests):
        names = {each["name"].text for each in routing["receivers"].each()}
        yield from repeated(_TWICE, routing["receivers"].each(), "name", "receivers")
        root = routing["route"]
        if not root["receiver"].text:
            message = "the first route has no receiver"
            yield root["receiver"].problem(_RECEIVER, message, "add one for all that is left")
        if _conditions(root) and not routing.path:
            message = "the first route takes every alert and can't have a matcher"
            yield root.problem(_MATCHER, message, "move it to a route below")
        for route in _routes(root):
            yield from _route(route, names)
            taken.append(list(matchers_of(route)))
    if 0 < len(taken) <= _MOST_ROUTES:
        yield from _unrouted(manifests, taken)


def _routes(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        route = waiting.pop()
        yield route
        waiting.extend(route["routes"].each())


def _conditions(route: Node) -> bool:
    return any(route[key].value for key in ("matchers", "match", "match_re"))


def _route(route: Node, names: set[str]) -> Iterator[Problem]:
    receiver = route["receiver"]
    if receiver.text and receiver.text not in names:
        hint = meant(receiver.text, names, "add the receiver")
        yield receiver.problem(_RECEIVER, f"there is no receiver `{receiver.text}`", hint)
    for each in route["matchers"].each():
        if isinstance(each.value, str) and Matcher.read(each.text) is None:
            message = f"the matcher `{each.text}` can't be read"
            yield each.problem(_MATCHER, message, 'write one such as `owner="team-risk"`')
    yield from _hidden(list(route["routes"].each()))


def _hidden(siblings: list[Node]) -> Iterator[Problem]:
    for place, route in enumerate(siblings[:-1]):
        if not _conditions(route) and route["continue"].value is not True:
            message = "the route before this one takes every alert"
            hint = "give that one a matcher, or move it to the end"
            yield siblings[place + 1].problem(_HIDDEN, message, hint)
            return


def _unrouted(manifests: ManifestSet, taken: list[list[Matcher]]) -> Iterator[Problem]:
    """Yield the first alert of each owner whom no route asks for: one route is for all of them."""
    asked = [each for each in taken if any(one.name in _OWNERS for one in each)]
    missed: dict[str, list[Node]] = {}
    for rule in rules_of(manifests):
        labels = rule.node["labels"].texts() | {"alertname": rule.node["alert"].text}
        owner = next((key for key in _OWNERS if key in labels), None)
        if owner is None or not rule.node["alert"].text or "{{" in labels[owner]:
            continue
        if not any(_may_take(each, labels) for each in asked):
            missed.setdefault(f"{owner}: {labels[owner]}", []).append(rule.node["labels"][owner])
    for owned, places in missed.items():
        others = f", for this alert and {len(places) - 1} more" if len(places) > 1 else ""
        hint = f"add a route with such a matcher{others}"
        yield places[0].problem(_UNROUTED, f"no route takes alerts of `{owned}`", hint)


def _may_take(route: list[Matcher], labels: dict[str, str]) -> bool:
    return all(each.may_take(labels) for each in route)


CHECK = Check("alertmanager", (_RECEIVER, _TWICE, _MATCHER, _HIDDEN, _UNROUTED), find)
