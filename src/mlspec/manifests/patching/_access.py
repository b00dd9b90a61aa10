"""What a changed role or binding lets do that it did not before: RBAC only ever adds."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json

__all__ = ["widened"]

_ALL = "*"
_MOST = 10_000
"""Of one rule; what a longer one grants is told as one thing."""

_Grant = tuple[str, str, str, str]
"""Verb, API group, resource (or path) and name of the object; `*` is each of them."""


def widened(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[str]:
    """Yield what roles and bindings allow after a change and did not allow before, as words.

    A grant is new unless one from before covers it: `*` covers every word of its place.
    """
    yield from _new_grants(before, after)
    was, now = set(_bound(before)), set(_bound(after))
    yield from (f"{role} is given to {subject}" for role, subject in now - was)
    if "aggregationRule" in after and after["aggregationRule"] != before.get("aggregationRule"):
        yield "the role takes up the rules of other roles"


def _new_grants(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[str]:
    was = set(_grants(before))
    broad = [each for each in was if _ALL in each]
    for grant in set(_grants(after)) - was:
        if not any(_covers(each, grant) for each in broad):
            yield _described(grant)


def _covers(wide: _Grant, narrow: _Grant) -> bool:
    return all(one in (_ALL, other) for one, other in zip(wide, narrow, strict=True))


def _grants(role: Mapping[str, Json]) -> Iterator[_Grant]:
    rules = role.get("rules")
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict):
            verbs, groups = _words(rule, "verbs"), _words(rule, "apiGroups")
            names = _words(rule, "resourceNames") or [_ALL]
            resources = product(verbs, groups, _words(rule, "resources"), names)
            paths = product(verbs, ("",), _words(rule, "nonResourceURLs"), (_ALL,))
            yield from islice(resources, _MOST)
            yield from islice(paths, _MOST)


def _words(rule: Mapping[str, Json], key: str) -> list[str]:
    held = rule.get(key)
    return [str(each) for each in held] if isinstance(held, list) else []


def _described(grant: _Grant) -> str:
    verb, group, resource, name = grant
    what = "everything" if resource == _ALL else f"`{resource}`"
    of = f" of `{group}`" if group not in ("", _ALL) else ""
    only = f" named `{name}`" if name != _ALL else ""
    can = "do anything with" if verb == _ALL else f"`{verb}`"
    return f"the role may {can} {what}{of}{only}"


def _bound(binding: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    role, subjects = binding.get("roleRef"), binding.get("subjects")
    if not isinstance(role, dict) or not isinstance(subjects, list):
        return
    named = f"the {role.get('kind')} `{role.get('name')}`"
    for each in subjects:
        if isinstance(each, dict):
            place = f" of `{each['namespace']}`" if each.get("namespace") else ""
            yield named, f"the {each.get('kind')} `{each.get('name')}`{place}"
