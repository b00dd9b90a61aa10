"""Examples of a contract: what keeps it, and what breaks it in one place each.

Values are the ends of a range and what lies beyond them; no example is random.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.targets._contract_schema import plain_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Field
    from mlspec.targets._contract_schema import Object

__all__ = ["broken_examples", "kept_examples"]

_DAY = "2026-01-31"
_TIME = f"{_DAY}T12:00:00Z"
_KEPT: dict[str, tuple[Json, Json]] = {
    "bool": (False, True),
    "date": (_DAY, "2026-12-01"),
    "string": ("a", "zebra"),
    "timestamp": (_TIME, f"{_DAY}T23:59:59.5+02:00"),
}
_OTHER_TYPE: dict[str, Json] = {
    "bool": "yes",
    "date": "31.01.2026",
    "float": "many",
    "int": "many",
    "string": 7,
    "timestamp": _DAY,
}


def kept_examples(fields: tuple[Field, ...]) -> list[Object]:
    """Return cases that keep a contract: all values least, and all values greatest.

    Each case has an `id` and a `value`. Without fields there is one, the empty object.
    """
    least = {each.name: _ends(each)[0] for each in fields}
    most = {each.name: _ends(each)[1] for each in fields}
    cases: list[Object] = [{"id": "least", "value": least}]
    return [*cases, {"id": "greatest", "value": most}] if most != least else cases


def broken_examples(fields: tuple[Field, ...]) -> list[Object]:
    """Return cases that break a contract in one place: gone, of another type, out of range."""
    whole: Object = {each.name: _ends(each)[0] for each in fields}
    cases: list[Object] = []
    for field in fields:
        rest = {name: each for name, each in whole.items() if name != field.name}
        cases.append({"id": f"{field.name}-is-gone", "value": rest})
        cases += [
            {"id": f"{field.name}-{how}", "value": whole | {field.name: value}}
            for how, value in _wrong(field)
        ]
    return cases


def _ends(field: Field) -> tuple[Json, Json]:
    if field.type in _KEPT:
        return _KEPT[field.type]
    least, most = field.minimum, field.maximum
    if field.type == "int":
        least = None if least is None else math.ceil(least)
        most = None if most is None else math.floor(most)
    first = least if least is not None else min(0, most or 0)
    last = most if most is not None else max(1, first)
    return plain_number(first), plain_number(last)


def _wrong(field: Field) -> Iterator[tuple[str, Json]]:
    yield "is-null", None
    yield "has-another-type", _OTHER_TYPE[field.type]
    if field.type == "int":
        yield "is-no-whole-number", 0.5
    for how, bound, sign in (
        ("is-too-small", field.minimum, -1),
        ("is-too-great", field.maximum, 1),
    ):
        beyond = None if bound is None else bound + sign * max(1.0, abs(bound))
        if beyond is not None and math.isfinite(beyond):
            yield how, plain_number(math.floor(beyond) if sign < 0 else math.ceil(beyond))
