"""What is said about a value that its definition refuses: places, values and types for people."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from mlspec.diagnostics import did_you_mean
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mlspec.canonical import Json
    from mlspec.diagnostics import Path

__all__ = ["Finding", "described", "listed", "place", "shown", "suggestion"]

_TYPES = {
    "any": "a whole number or text",
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "quantity": "a quantity such as `500m` or `2Gi`",
    "string": "text",
}
_LONGEST = 60
_MOST_LISTED = 12
_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$-]*", re.ASCII)


class Finding(NamedTuple):
    """What is wrong at a path; `name` is that of the code.

    `inside` is where in the text at the path, and how long: from 0, in characters.
    """

    path: Path
    name: str
    message: str
    hint: str | None = None
    inside: tuple[int, int] | None = None


def place(path: Path) -> str:
    """Return a path as Kubernetes writes it: `spec.ports[0].name`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{shown(step)}]"
    return f"`{text}`" if text else "the object"


def shown(value: Json) -> str:
    """Return a value as JSON, cut where it is long."""
    text = printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def described(kind: str) -> str:
    """Return the name of a type for people."""
    return _TYPES[kind]


def listed(words: Iterable[str]) -> str:
    """Return words in a row, the first dozen of many."""
    quoted = [f"`{printable(each)}`" for each in words]
    more = len(quoted) - _MOST_LISTED
    if more > 0:
        return f"{', '.join(quoted[:_MOST_LISTED])} and {more} more"
    return ", ".join(quoted)


def suggestion(word: str, choices: Sequence[str], otherwise: str) -> str | None:
    """Return the closest choice as a question, or all of them after `otherwise`."""
    close = did_you_mean(word, choices)
    if close is not None:
        return f"did you mean `{printable(close)}`?"
    return f"{otherwise} {listed(choices)}" if choices else None
