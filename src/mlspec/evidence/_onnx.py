"""ONNX: a protocol buffer without magic bytes, known by the fields of its outermost message."""

from __future__ import annotations

__all__ = ["is_onnx"]

_NUMBER, _BYTES = 0, 2
_FIELDS = {
    1: _NUMBER,  # ir_version
    2: _BYTES,  # producer_name
    3: _BYTES,  # producer_version
    4: _BYTES,  # domain
    5: _NUMBER,  # model_version
    6: _BYTES,  # doc_string
    7: _BYTES,  # graph
    8: _BYTES,  # opset_import
    14: _BYTES,  # metadata_props
    20: _BYTES,  # training_info
    25: _BYTES,  # functions
    26: _BYTES,  # configuration
}
"""Fields of `ModelProto` in onnx.proto, and how each is written."""

_NEEDED = {1, 7, 8}
_MOST_FIELDS = 100_000
_LONGEST_NUMBER = 10
_MORE = 0x80
"""The bit of a byte that says that the number goes on."""


def is_onnx(content: bytes) -> bool:
    """Tell whether the bytes are one `ModelProto` of ONNX to the last byte.

    It has a version, a graph and its operator sets, and no field that ONNX does not know. What the
    graph holds is not looked at; tensors that it keeps in other files are not seen.
    """
    place, seen = 0, set[int]()
    for _ in range(_MOST_FIELDS):
        if place == len(content):
            return seen >= _NEEDED
        number, kind, place = _tag(content, place)
        if _FIELDS.get(number) != kind:
            return False
        seen.add(number)
        value, place = _varint(content, place)
        place += value if kind == _BYTES else 0
        if place > len(content):
            return False
    return False


def _tag(content: bytes, place: int) -> tuple[int, int, int]:
    tag, after = _varint(content, place)
    return tag >> 3, tag & 7, after


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """Return a number of base 128 and the place behind it, one beyond the end where it is cut."""
    value = 0
    for step, byte in enumerate(content[place : place + _LONGEST_NUMBER]):
        value |= (byte & ~_MORE) << (7 * step)
        if byte < _MORE:
            return value, place + step + 1
    return 0, len(content) + 1
