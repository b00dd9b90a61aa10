"""Whom alerts reach: routes and receivers of an Alertmanager, and what keeps alerts from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import canonical_json
from mlspec.manifests.patching._values import entries, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json

    _Parts = Mapping[str, Json]

__all__ = ["muted", "receivers_of", "routes_of"]

_ROOT = "the first route"
_OF_ROUTES = (
    *("receiver", "continue", "group_wait", "repeat_interval"),
    *("mute_time_intervals", "active_time_intervals"),
)
_MATCHERS = ("matchers", "match", "match_re")


def routes_of(configuration: _Parts) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield each route: its words, by what it and those above it ask for, and where it leads."""
    root = configuration.get("route")
    if isinstance(root, dict):
        for name, _, route in _walk(root):
            yield name, {key: route.get(key) for key in _OF_ROUTES}


def receivers_of(configuration: _Parts) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield each receiver: its words, and what it calls."""
    for each in entries(configuration, "receivers"):
        parts = {key: value for key, value in each.items() if key.endswith("_configs")}
        yield f"the receiver `{each.get('name')}`", parts


def muted(before: _Parts, after: _Parts) -> Iterator[str]:
    """Yield what keeps alerts from their routes and did not before: inhibitions, routes ahead."""
    old = {canonical_json(each) for each in entries(before, "inhibit_rules")}
    for rule in entries(after, "inhibit_rules"):
        if canonical_json(rule) not in old:
            targets = ", ".join(_conditions(rule, ("target_matchers", "target_match")))
            yield f"alerts of {targets or 'any kind'} are silent beside others"
    roots = [each.get("route") for each in (before, after)]
    was, now = (list(_walk(each)) if isinstance(each, dict) else [] for each in roots)
    known = {name for name, _, _ in was}
    for name, parent, route in now:
        later = _later(now, name, parent)
        if name not in known and known & later and route.get("continue") is not True:
            yield f"{name} takes alerts before the routes that were there"


def _later(routes: list[tuple[str, str, dict[str, Json]]], name: str, parent: str) -> set[str]:
    """Return the routes behind one below the same route."""
    siblings = [each for each, above, _ in routes if above == parent]
    return {*siblings[siblings.index(name) + 1 :]}


def _walk(root: dict[str, Json]) -> Iterator[tuple[str, str, dict[str, Json]]]:
    """Yield the words of each route, those of the route above it, and the route; in order."""
    waiting: list[tuple[list[str], str, dict[str, Json]]] = [([], "", root)]
    while waiting:
        above, parent, route = waiting.pop()
        asked = [*above, *_conditions(route, _MATCHERS)]
        name = f"the route of {', '.join(asked)}" if parent else _ROOT
        yield name, parent, route
        waiting.extend((asked, name, each) for each in reversed(entries(route, "routes")))


def _conditions(holder: _Parts, keys: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for key in keys:
        value = holder.get(key)
        if isinstance(value, dict):
            found += [f"`{name}={wanted}`" for name, wanted in mapping(value).items()]
        elif isinstance(value, list):
            found += [f"`{each}`" for each in value]
    return sorted(found)
