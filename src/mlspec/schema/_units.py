"""Values that somebody wrote with a unit where the key, or the form, has it already."""

from __future__ import annotations

import re

__all__ = ["in_unit_of_key", "without_bytes"]

_MILLISECONDS = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "min": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
}
_KEYS = {
    "Ms": _MILLISECONDS["ms"],
    "Seconds": _MILLISECONDS["s"],
    "Minutes": _MILLISECONDS["m"],
    "Hours": _MILLISECONDS["h"],
    "Days": _MILLISECONDS["d"],
}
_SPAN = re.compile(r"([0-9]{1,9}) ?(ms|min|[smhd])")
_BYTES = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([kKMGT])(i?)[Bb]")


def in_unit_of_key(key: str, text: str) -> str | None:
    """Return a span such as `90m` as the whole number that a key such as `forMinutes` wants.

    None where the key names no unit of time, the text is no span, or its unit does not divide it:
    `90s` are no whole minutes.
    """
    unit = next((size for end, size in _KEYS.items() if key.endswith(end)), None)
    found = _SPAN.fullmatch(text.strip())
    if unit is None or found is None:
        return None
    whole, rest = divmod(int(found[1]) * _MILLISECONDS[found[2]], unit)
    return None if rest else str(whole)


def without_bytes(text: str) -> str | None:
    """Return an amount such as `256MB` as Kubernetes writes it, `256M`; None where it is none.

    1 kB is 1000 bytes, `1k`; 1 KiB is 1024, `1Ki`.
    """
    found = _BYTES.fullmatch(text.strip())
    if found is None:
        return None
    kilo = "K" if found[3] else "k"
    return f"{found[1]}{kilo if found[2] in 'kK' else found[2]}{found[3]}"
