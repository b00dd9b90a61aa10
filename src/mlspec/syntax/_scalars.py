"""What a plain scalar means: the YAML 1.2 core schema, without numbers JSON cannot carry."""

from __future__ import annotations

import math
import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = [
    "TYPED_STARTS",
    "Trouble",
    "composed",
    "has_surrogates",
    "is_composed",
    "is_string_key",
    "resolve",
]

TYPED_STARTS = frozenset(["", *"+-.0123456789~nNtTfF$"])
"""A plain scalar that starts with another character is a string; the empty one is null."""

_CACHED_LENGTH = 32
_INT64_DIGITS = 19
_BASES = {"0o": 8, "0x": 16}
_INT64 = range(-(1 << 63), 1 << 63)
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NON_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEMPLATE = re.compile(r"\$?\{\{.*\}\}", re.DOTALL)
_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Trouble(Enum):
    """Why a plain scalar has no value."""

    INTEGER = "an integer outside of 64 bits"
    NON_FINITE = "not a finite number"
    TEMPLATE = "a template expression that nobody rendered"


def resolve(text: str) -> Json | Trouble:
    """Return the value of a plain scalar."""
    return _resolve_short(text) if len(text) <= _CACHED_LENGTH else _resolve(text)


def is_string_key(text: str) -> bool:
    """Tell whether a plain key is text, and not a merge key."""
    return _is_short_string_key(text) if len(text) <= _CACHED_LENGTH else _is_string_key(text)


def has_surrogates(text: str) -> bool:
    r"""Tell whether a text cannot be UTF-8, because of an escape such as `\ud800`."""
    return not text.isascii() and _SURROGATE.search(text) is not None


def composed(key: str) -> str:
    """Return a key in Unicode NFC: keys that look the same are the same."""
    if key.isascii():
        return key
    return normalize("NFC", key)


def is_composed(key: str) -> bool:
    """Tell whether a key is in Unicode NFC."""
    return composed(key) == key


def _resolve(text: str) -> Json | Trouble:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else Trouble.NON_FINITE
    if _NON_FINITE.fullmatch(text):
        return Trouble.NON_FINITE
    return Trouble.TEMPLATE if _TEMPLATE.fullmatch(text) else text


def _is_string_key(text: str) -> bool:
    return text != "<<" and isinstance(_resolve(text), str)


_resolve_short = lru_cache(maxsize=4096)(_resolve)
_is_short_string_key = lru_cache(maxsize=4096)(_is_string_key)


def _integer(text: str) -> int | Trouble:
    base = _BASES.get(text[:2])
    digits = text.lstrip("+-") if base is None else text[2:]
    if len(digits.lstrip("0")) > _INT64_DIGITS + 3:  # octal needs three digits more
        return Trouble.INTEGER
    number = int(digits, base or 10) * (-1 if text.startswith("-") else 1)
    return number if number in _INT64 else Trouble.INTEGER
