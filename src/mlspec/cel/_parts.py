"""Parts of compiled expressions: variables, optionals in lists and maps, values under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlspec.cel._errors import EvaluationError, an
from mlspec.cel._values import NONE, Maybe, name_of_type, new_key

if TYPE_CHECKING:
    from mlspec.cel._frame import Frame, Run
    from mlspec.cel._nodes import Bind

__all__ = ["ABSENT", "Local", "bound", "enter", "held", "local_part", "opened", "variable"]

ABSENT = object()
"""What an optional without a value leaves in a list or map."""


class Local(NamedTuple):
    """A variable of a macro: where its value is kept, and which part of a pair it is."""

    name: str
    slot: int
    part: int | None = None


def variable(name: str, at: int) -> Run:
    """Return what reads a variable of the environment."""

    def read(frame: Frame) -> object:
        try:
            return frame.facts[name]
        except KeyError:
            raise EvaluationError(f"the fact `{name}` is not given", at) from None

    return read


def local_part(local: Local) -> Run:
    """Return what reads a variable of a macro."""
    slot, part = local.slot, local.part
    if part is None:
        return lambda frame: frame.locals[slot]
    return lambda frame: frame.locals[slot][part]  # type: ignore[index]  # a pair, by the macro


def held(run: Run, at: int) -> Run:
    """Return what gives the value of an optional, or `ABSENT`."""

    def read(frame: Frame) -> object:
        value = run(frame)
        if not isinstance(value, Maybe):
            raise EvaluationError(f"{an(name_of_type(value))} is no optional", at)
        return value.value if value.has_value else ABSENT

    return read


def enter(found: dict[object, object], key: object, value: object, at: int) -> None:
    """Add an entry to a map that is made.

    Raises:
        EvaluationError: the key is there already, or is none.
    """
    if value is ABSENT:
        return
    try:
        entry = new_key(key)
    except EvaluationError as error:
        error.locate(at)
        raise
    if entry in found:
        raise EvaluationError("two entries have the same key", at)
    found[entry] = value


def bound(value: Run, body: Run, slot: int) -> Run:
    """`cel.bind`: the body sees the value."""

    def run(frame: Frame) -> object:
        frame.locals[slot] = value(frame)
        return body(frame)

    return run


def opened(value: Run, body: Run, slot: int, node: Bind) -> Run:
    """`optMap` and `optFlatMap`: the body sees what the optional holds."""
    inner, is_map, at = held(value, node.value.start), node.kind == "optMap", node.start

    def run(frame: Frame) -> object:
        frame.locals[slot] = inner(frame)
        if frame.locals[slot] is ABSENT:
            return NONE
        found = body(frame)
        if is_map:
            return Maybe(found)
        if not isinstance(found, Maybe):
            raise EvaluationError(f"{an(name_of_type(found))} is no optional", at)
        return found

    return run
