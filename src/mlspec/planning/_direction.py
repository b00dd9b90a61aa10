"""Whether a change tightens or loosens, computed from what the schema declares of the field."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from mlspec.planning._model import ChangeDirection
from mlspec.schema import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.schema import FieldTraits

__all__ = [
    "combined",
    "direction_of",
    "in_view_of",
    "is_declared_growth",
    "presence_direction",
]

_WHATEVER_THE_VALUES: Final = MappingProxyType(
    {Direction.NONE: ChangeDirection.NEUTRAL, Direction.UNKNOWN: ChangeDirection.UNKNOWN}
)
_REVERSED: Final = MappingProxyType(
    {
        ChangeDirection.TIGHTENED: ChangeDirection.LOOSENED,
        ChangeDirection.LOOSENED: ChangeDirection.TIGHTENED,
    }
)


def direction_of(traits: FieldTraits | None, old: Json, new: Json) -> ChangeDirection:
    """Return what changing a value from `old` to `new` does; None stands for no value."""
    if traits is None:
        return ChangeDirection.UNKNOWN
    if traits.direction in _WHATEVER_THE_VALUES:
        return _WHATEVER_THE_VALUES[traits.direction]
    if is_declared_growth(traits):
        return presence_direction(traits, is_added=old is None, is_removed=new is None)
    is_lower_tighter = traits.direction is Direction.LOWER_IS_TIGHTER
    return _limit_direction(traits, old, new, is_lower_tighter=is_lower_tighter)


def presence_direction(traits: FieldTraits, *, is_added: bool, is_removed: bool) -> ChangeDirection:
    """Return what an entry that comes or goes does to a field whose growth means something."""
    if is_added == is_removed:
        is_unknown = traits.replacing is Direction.UNKNOWN
        return ChangeDirection.UNKNOWN if is_unknown else ChangeDirection.NEUTRAL
    is_tighter = is_added == (traits.direction is Direction.GROWTH_IS_TIGHTER)
    return ChangeDirection.TIGHTENED if is_tighter else ChangeDirection.LOOSENED


def in_view_of(
    traits: FieldTraits | None,
    direction: ChangeDirection,
    old: Mapping[str, Json],
    new: Mapping[str, Json],
) -> ChangeDirection:
    """Return the direction of a change in view of the field that may turn it around.

    `old` and `new` are the objects that hold the field. Where that field changes as well, the
    value does what it does: who stops leaving small groups out tightens at any minimum.
    """
    if traits is None or traits.reversed_by is None:
        return direction
    field, loose = traits.reversed_by
    was, is_now = old.get(field) == loose, new.get(field) == loose
    if was == is_now:
        return _REVERSED.get(direction, direction) if was else direction
    return ChangeDirection.TIGHTENED if was else ChangeDirection.LOOSENED


def is_declared_growth(traits: FieldTraits | None) -> bool:
    """Tell whether the field says what it means when entries come or go."""
    return traits is not None and traits.direction in (
        Direction.GROWTH_IS_TIGHTER,
        Direction.GROWTH_IS_LOOSER,
    )


def combined(directions: Iterable[ChangeDirection]) -> ChangeDirection:
    """Return the direction of a change made of parts; unknown when parts go both ways."""
    found = set(directions) - {ChangeDirection.NEUTRAL}
    if not found:
        return ChangeDirection.NEUTRAL
    return found.pop() if len(found) == 1 else ChangeDirection.UNKNOWN


def _limit_direction(
    traits: FieldTraits, old: Json, new: Json, *, is_lower_tighter: bool = False
) -> ChangeDirection:
    is_flag = isinstance(old, bool) or isinstance(new, bool)
    if not is_flag and None in (old, new):  # a limit that is absent limits nothing
        return ChangeDirection.TIGHTENED if old is None else ChangeDirection.LOOSENED
    before, after = _rank(traits, old), _rank(traits, new)
    return _compared(after, before) if is_lower_tighter else _compared(before, after)


def _compared(looser: float | None, tighter: float | None) -> ChangeDirection:
    """Return the direction of going to the greater of two ranks; a rank may be unknown."""
    if looser is None or tighter is None:
        return ChangeDirection.UNKNOWN
    if looser == tighter:
        return ChangeDirection.NEUTRAL
    return ChangeDirection.TIGHTENED if tighter > looser else ChangeDirection.LOOSENED


def _rank(traits: FieldTraits, value: Json) -> float | None:
    """Return how high a value stands; None where nobody knows. A flag that is absent is off."""
    if isinstance(value, str):
        return _place(traits.order, value) if traits.order else _day(value)
    if traits.order:
        return None
    return value or 0 if isinstance(value, int | float | None) else None


def _place(order: tuple[str, ...], word: str) -> float | None:
    """Return the place of a word in an order, loosest first; None for one that is not in it."""
    return order.index(word) if word in order else None


def _day(text: str) -> float | None:
    """Return the number of a day of the calendar; None for a text that is none."""
    try:
        return float(date.fromisoformat(text).toordinal())
    except ValueError:
        return None
