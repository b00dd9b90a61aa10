"""Quantities as Kubernetes reads them: `500m`, `1Gi`, `12e3`."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["quantity"]

_FORM = re.compile(
    r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?", re.ASCII
)
_BINARY: dict[str, int] = {f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", 1)}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_LONGEST = 64
_LARGEST_EXPONENT = 64


def quantity(value: Json) -> Fraction | None:
    """Return the number that a quantity stands for; None where Kubernetes cannot read it.

    Texts of more than 64 characters and exponents above 64 are not read: no resource is that big.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)
    found = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    return _scaled(Fraction(found[1].rstrip(".")), found[2] or "")


def _scaled(number: Fraction, suffix: str) -> Fraction | None:
    if suffix in _BINARY:
        return number * _BINARY[suffix]
    power = _DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:] or 0)
    if abs(power) > _LARGEST_EXPONENT:
        return None
    scale: int = 10 ** abs(power)
    return number * scale if power >= 0 else number / scale
