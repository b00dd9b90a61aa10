"""Durations as Go reads them: `10m`, `1h30m`."""

from __future__ import annotations

import re
from fractions import Fraction

__all__ = ["go_seconds", "prometheus_seconds"]

_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_SECONDS = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6),
    "μs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
}
_PROMETHEUS = re.compile(
    r"(?:([0-9]+)y)?(?:([0-9]+)w)?(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?"
    r"(?:([0-9]+)ms)?",
    re.ASCII,
)
_UNITS = (31_536_000, 604_800, 86_400, 3600, 60, 1, 0.001)
_LONGEST = 64


def go_seconds(text: str) -> float | None:
    """Return the seconds of a duration such as `1h30m`; None where Go reads none."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if rest == "0":
        return 0.0
    total, end = Fraction(0), 0
    if not rest or len(rest) > _LONGEST:
        return None
    for part in _PART.finditer(rest):
        if part.start() != end:
            return None
        total += Fraction(part[1].rstrip(".")) * _SECONDS[part[2]]
        end = part.end()
    return sign * float(total) if end == len(rest) else None


def prometheus_seconds(text: str) -> float | None:
    """Return the seconds of a duration such as `1d12h`; None where Prometheus reads none."""
    if text == "0":
        return 0.0
    found = _PROMETHEUS.fullmatch(text) if 0 < len(text) <= _LONGEST else None
    if found is None:
        return None
    return sum(int(part or 0) * unit for part, unit in zip(found.groups(), _UNITS, strict=True))
