"""What a schema says about a value by itself: its type, range, length, pattern and choices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.manifests.definitions._patterns import UncheckedError, matches
from mlspec.manifests.definitions._words import Finding, described, place, shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path
    from mlspec.manifests.definitions._schema import Node

__all__ = ["MISSING", "QUOTE", "UNCHECKED", "UNJUDGED", "kind_of", "leaf_findings", "type_finding"]

QUOTE = "put it in quotes"
"""The hint that whoever has the text of the file completes."""
UNCHECKED = "unchecked-rule"
MISSING = "missing-checker"
UNJUDGED = (UNCHECKED, MISSING)
"""What says that something was not checked, not that it is wrong."""
_FITTING = {
    "any": ("integer", "string"),
    "number": ("integer", "number"),
    "quantity": ("integer", "number", "string"),
}
_REFUSED = "refused-manifest-value"
_SIZES = {
    str: ("minLength", "maxLength", "characters"),
    list: ("minItems", "maxItems", "entries"),
    dict: ("minProperties", "maxProperties", "fields"),
}


def kind_of(value: Json) -> str:
    """Return the JSON type of a value; a whole number is an `integer`, written `1.0`, too."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    if isinstance(value, dict):
        return "object"
    return "integer" if isinstance(value, int) or value.is_integer() else "number"


def type_finding(node: Node, value: Json, path: Path) -> Finding | None:
    """Return what is wrong with the type of a value, which then is not looked into."""
    found = kind_of(value)
    wanted = _wanted(node)
    if wanted is None or (found == "null" and node.get("nullable")):
        return None
    if found in _FITTING.get(wanted, (wanted,)):
        return None
    message = f"{place(path)} is {described(wanted)}, not {_found(value, found)}"
    return Finding(path, "wrong-manifest-type", message, _cure(wanted, found, value))


def _wanted(node: Node) -> str | None:
    if "any" in node:
        return "quantity" if node.get("type") == "number" else "any"
    wanted: str | None = node.get("type")
    return wanted


def _found(value: Json, found: str) -> str:
    is_short = found in ("boolean", "integer", "number")
    return f"{described(found)}: {shown(value)}" if is_short else described(found)


def _cure(wanted: str, found: str, value: Json) -> str | None:
    if wanted in ("string", "any") and found in ("boolean", "integer", "number"):
        return QUOTE if wanted == "string" else None
    if isinstance(value, str) and wanted in ("integer", "number", "boolean"):
        return "take the quotes away" if _reads_as(value, wanted) else None
    if found == "null":
        return "give it a value, or take the field away"
    return None


def _reads_as(text: str, wanted: str) -> bool:
    if wanted == "boolean":
        return text in ("true", "false")
    return text.removeprefix("-").isdigit()


def leaf_findings(node: Node, value: Json, path: Path) -> Iterator[Finding]:
    """Yield what is wrong with a value of the right type, apart from what is in it."""
    if "enum" in node:
        yield from _choice_findings(node["enum"], value, path)
    if isinstance(value, str | list | dict):
        yield from _size_findings(node, value, path)
    elif not isinstance(value, bool) and value is not None:
        yield from _number_findings(node, value, path)
    if isinstance(value, str) and "pattern" in node:
        yield from _pattern_findings(node["pattern"], value, path)


def _choice_findings(choices: list[Json], value: Json, path: Path) -> Iterator[Finding]:
    if not any(_equal(value, each) for each in choices):
        words = [each if isinstance(each, str) else shown(each) for each in choices]
        word = value if isinstance(value, str) else shown(value)
        message = f"{shown(value)} is no value of {place(path)}"
        yield Finding(path, _REFUSED, message, suggestion(word, words, "it takes"))


def _equal(value: Json, other: Json) -> bool:
    return value == other and isinstance(value, bool) is isinstance(other, bool)


def _size_findings(
    node: Node, value: str | list[Json] | dict[str, Json], path: Path
) -> Iterator[Finding]:
    least, most, unit = _SIZES[value.__class__]
    size = len(value)
    if size < node.get(least, 0):
        message = f"{place(path)} has {size} {unit}; {node[least]} are the least"
        yield Finding(path, _REFUSED, message)
    if size > node.get(most, size):
        message = f"{place(path)} has {size} {unit}; {node[most]} are the most"
        yield Finding(path, _REFUSED, message)


def _number_findings(node: Node, value: float, path: Path) -> Iterator[Finding]:
    least, most, step = node.get("minimum"), node.get("maximum"), node.get("multipleOf")
    told = f"{place(path)} is {shown(value)}"
    if least is not None and _is_beyond(least - value, node, "exclusiveMinimum"):
        yield Finding(path, _REFUSED, f"{told}; the least is {_bound(node, 'Minimum', least)}")
    if most is not None and _is_beyond(value - most, node, "exclusiveMaximum"):
        yield Finding(path, _REFUSED, f"{told}; the most is {_bound(node, 'Maximum', most)}")
    if step is not None and not _is_multiple(value, step):
        yield Finding(path, _REFUSED, f"{told}; it must be a multiple of {shown(step)}")


def _is_beyond(excess: float, node: Node, exclusive: str) -> bool:
    return excess > 0 or (excess == 0 and exclusive in node)


def _bound(node: Node, end: str, bound: float) -> str:
    beyond = {"Minimum": "above ", "Maximum": "below "}[end] if f"exclusive{end}" in node else ""
    return f"{beyond}{shown(bound)}"


def _is_multiple(value: float, step: float) -> bool:
    share = value / step
    return math.isfinite(share) and math.isclose(share, round(share), rel_tol=1e-12)


def _pattern_findings(pattern: str, value: str, path: Path) -> Iterator[Finding]:
    try:
        if matches(pattern, value):
            return
    except UncheckedError as error:
        name = MISSING if error.is_missing else UNCHECKED
        yield Finding(path, name, f"{place(path)} was not checked: {error.reason}")
        return
    message = f"{shown(value)} does not have the form of {place(path)}"
    yield Finding(path, _REFUSED, message, f"the form is `{pattern}`")
