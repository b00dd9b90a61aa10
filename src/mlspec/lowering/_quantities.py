"""Kubernetes quantities: read, compared, and written as the API server stores them."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from math import ceil

__all__ = ["canonical_quantity", "read_quantity"]

_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?)(m|k|Ki|M|Mi|G|Gi|T|Ti)?")
_DECIMAL = {"m": -1, "": 0, "k": 1, "M": 2, "G": 3, "T": 4}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4}
_DECIMAL_SUFFIXES = ("m", "", "k", "M", "G", "T", "P", "E")
_BINARY_SUFFIXES = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_KIBI = 1024
_REMEMBERED = 512
"""A workspace writes a few amounts many times."""


@lru_cache(_REMEMBERED)
def read_quantity(text: str) -> Fraction:
    """Return the value of a quantity, rounded up to a thousandth as Kubernetes does.

    Raises:
        ValueError: the text is not a quantity.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text}` is not a quantity")
    suffix = match[2] or ""
    factor = _KIBI ** _BINARY[suffix] if suffix in _BINARY else Fraction(1000) ** _DECIMAL[suffix]
    return Fraction(ceil(Fraction(match[1]) * factor * 1000), 1000)


@lru_cache(_REMEMBERED)
def canonical_quantity(text: str) -> str:
    """Return the same quantity in the form that Kubernetes gives back: `1024Mi` is `1Gi`.

    A tool that compares what it applied with what is stored then sees no difference.
    """
    value = read_quantity(text)
    is_binary = text.endswith("i") and value >= _KIBI and value.denominator == 1
    if is_binary:
        return _shortest(int(value), _KIBI, _BINARY_SUFFIXES)
    return _shortest(int(value * 1000), 1000, _DECIMAL_SUFFIXES)


def _shortest(amount: int, base: int, suffixes: tuple[str, ...]) -> str:
    index = 0
    while amount and amount % base == 0 and index + 1 < len(suffixes):
        amount //= base
        index += 1
    return f"{amount}{suffixes[index]}" if amount else "0"
