"""Label selectors, and the workloads that they pick."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlspec.manifests.checks._node import Node

__all__ = ["LABEL_VALUE", "fewest", "is_empty", "label_key_fault", "label_value_fault", "matches"]

_T = TypeVar("_T")

LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_LONGEST = 63
_LONGEST_PREFIX = 253


def label_value_fault(value: str) -> str | None:
    """Return what is wrong with the value of a label, or None."""
    if len(value) > _LONGEST:
        return f"has {len(value)} characters, the limit is {_LONGEST}"
    if not LABEL_VALUE.fullmatch(value):
        return "may hold letters, digits, `-`, `_` and `.`"
    return None


def label_key_fault(key: str) -> str | None:
    """Return what is wrong with the key of a label or an annotation, or None."""
    prefix, slash, name = key.rpartition("/")
    if not name or label_value_fault(name):
        return "is none: 63 letters, digits, `-`, `_` and `.` at most"
    if slash and (len(prefix) > _LONGEST_PREFIX or not _SUBDOMAIN.fullmatch(prefix)):
        return "must have a domain name before the `/`"
    return None


def fewest(index: Mapping[tuple[str, str], list[_T]], labels: Mapping[str, str]) -> list[_T]:
    """Return the shortest list that an index of labels has for one of some labels.

    Whatever has all of the labels is in it; nothing is where there are no labels.
    """
    return min((index.get(label, []) for label in labels.items()), key=len, default=[])


def is_empty(selector: Node) -> bool:
    """Tell whether a selector has no requirement: it picks everything, or is refused."""
    return not selector["matchLabels"].value and not selector["matchExpressions"].value


def matches(selector: Node, labels: Mapping[str, str]) -> bool:
    """Tell whether labels meet every requirement of a selector; malformed ones are met."""
    wanted = selector["matchLabels"].texts()
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_is_met(each, labels) for each in selector["matchExpressions"].each())


def _is_met(expression: Node, labels: Mapping[str, str]) -> bool:
    meets = _OPERATORS.get(expression["operator"].text)
    value = labels.get(expression["key"].text)
    return meets is None or meets(value, [each.text for each in expression["values"].each()])


_OPERATORS: Mapping[str, Callable[[str | None, list[str]], bool]] = {
    "In": lambda value, values: value in values,
    "NotIn": lambda value, values: value not in values,
    "Exists": lambda value, _: value is not None,
    "DoesNotExist": lambda value, _: value is None,
}
