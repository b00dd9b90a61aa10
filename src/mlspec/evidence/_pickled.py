"""Pickle: whether its machine would run these bytes. Nothing is executed, no argument is decoded.

A pickle is a program. From protocol 2 on it begins with its protocol; older ones begin with any
instruction, so that the first field of another format can be one: the text of an ONNX model, the
size of a CatBoost core. Instructions are walked over as `pickle` reads them, with the depth of its
stack and its marks; what an instruction says (a number, a name) is not looked at, as readers differ
in what they accept.
"""

from __future__ import annotations

import pickletools
from functools import cache
from typing import NamedTuple

__all__ = ["is_old_pickle", "is_pickle"]

_PROTOCOL, _NEWEST_PROTOCOL = 0x80, 5
_ENOUGH = 1_000
"""Sound instructions behind a protocol after which nothing else is taken into account."""
_MOST = 1_000_000
"""Sound instructions after which a program of no stated protocol is taken for one."""
_IMPORTS = frozenset({"GLOBAL", "INST", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4"})
_CALLS = frozenset({"REDUCE", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD"})
_LENGTHS = {
    pickletools.TAKEN_FROM_ARGUMENT1: 1,
    pickletools.TAKEN_FROM_ARGUMENT4: 4,
    pickletools.TAKEN_FROM_ARGUMENT4U: 4,
    pickletools.TAKEN_FROM_ARGUMENT8U: 8,
}
"""Bytes of the length that an argument begins with, by how `pickletools` tells it."""


class _Instruction(NamedTuple):
    """What an instruction reads and does: lines or bytes of argument, pops, pushes."""

    name: str
    lines: int
    fixed: int
    length: int
    to_mark: bool
    pops: int
    pushes: int


class _Walk(NamedTuple):
    """How far instructions are sound: `calls` imports and calls, `stops` at the end of a file."""

    calls: bool
    stops: bool
    sound: int
    broken: bool


def is_pickle(content: bytes) -> bool:
    """Tell whether these bytes, or the start of more of them, are run by whoever unpickles them.

    That is a program that imports something and calls it, or one with a protocol that is sound to
    its end. One of an old protocol that calls nothing is harmless; see `is_old_pickle`.
    """
    if not content or content[0] not in _table():
        return False
    named = len(content) > 1 and content[0] == _PROTOCOL and content[1] <= _NEWEST_PROTOCOL
    walk = _walk(content, _ENOUGH if named else _MOST)
    return walk.calls or (named and not walk.broken) or walk.sound >= _MOST


def is_old_pickle(content: bytes) -> bool:
    """Tell whether all bytes are a program that ends, whatever it does."""
    return _walk(content, _MOST).stops


@cache
def _table() -> dict[int, _Instruction]:
    return {ord(each.code): _instruction(each) for each in pickletools.opcodes}


def _instruction(each: pickletools.OpcodeInfo) -> _Instruction:
    before, size = each.stack_before, 0 if each.arg is None else each.arg.n
    to_mark = pickletools.markobject in before
    lines = 0 if size != pickletools.UP_TO_NEWLINE else 1 + (each.name in {"GLOBAL", "INST"})
    pops = before.index(pickletools.markobject) if to_mark else len(before)
    pushes = len(each.stack_after)
    return _Instruction(
        each.name, lines, max(size, 0), _LENGTHS.get(size, 0), to_mark, pops, pushes
    )


def _walk(content: bytes, most: int) -> _Walk:
    """Follow the instructions until they end, break, or call what they imported."""
    table, place, depth, sound = _table(), 0, 0, 0
    marks: list[int] = []
    imported = False
    while place < len(content) and sound < most:
        each = table.get(content[place])
        if each is None:
            return _Walk(calls=False, stops=False, sound=sound, broken=True)
        behind = _behind(content, place + 1, each)
        level = _level(each, depth, marks)
        if level is None:
            return _Walk(calls=False, stops=False, sound=sound, broken=True)
        if behind > len(content):
            break
        place, depth, sound = behind, level, sound + 1
        imported = imported or each.name in _IMPORTS
        if imported and each.name in _CALLS:
            return _Walk(calls=True, stops=False, sound=sound, broken=False)
        if each.name == "STOP":
            return _Walk(calls=False, stops=place == len(content), sound=sound, broken=False)
    return _Walk(calls=False, stops=False, sound=sound, broken=False)


def _behind(content: bytes, place: int, each: _Instruction) -> int:
    """Return where the next instruction stands; beyond the end where the argument is cut off."""
    for _ in range(each.lines):
        place = content.find(b"\n", place) + 1
        if not place:
            return len(content) + 1
    if each.length:
        size = int.from_bytes(content[place : place + each.length], "little")
        return place + each.length + size
    return place + each.fixed


def _level(each: _Instruction, depth: int, marks: list[int]) -> int | None:
    """Return how deep the stack is after an instruction, None where it would not be possible."""
    if each.name == "MARK":
        marks.append(depth)
        return depth
    if each.name == "POP" and marks and marks[-1] == depth:
        return marks.pop()
    if each.to_mark:
        if not marks:
            return None
        depth = marks.pop()
    floor = marks[-1] if marks else 0
    return None if depth - each.pops < floor else depth - each.pops + each.pushes
