"""ONNX: a protocol buffer without magic bytes, known by the fields of its messages.

The numbers of the fields are those of onnx.proto (IR version 13). Nothing is unpacked: messages
are walked over in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["onnx_kind"]

_NUMBER, _BYTES = 0, 2
_WIDTHS = {1: 8, 5: 4}
"""Bytes of a value of fixed width, by how it is written."""

_MODEL = {
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
"""Fields of `ModelProto`, and how each is written."""

_NEEDED = {1, 7, 8}

_BELOW = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {
        5: "tensor",
        6: "graph",
        10: "tensor",
        11: "graph",
        22: "sparse",
        23: "sparse",
    },
    "sparse": {1: "tensor", 2: "tensor"},
}
"""Fields that lead to tensors, and the message that each holds."""

_EXTERNAL = {13, 14}
"""Fields of `TensorProto` that say that its values are in another file."""

_MOST_FIELDS = 5_000_000
_LONGEST_NUMBER = 10
_MORE = 0x80
"""The bit of a byte that says that the number goes on."""


class _Field(NamedTuple):
    """One field of a message: its number, how it is written, its value or where that stands."""

    number: int
    kind: int
    value: int
    start: int
    end: int


class _NoMessageError(ValueError):
    """The bytes are no message of a protocol buffer."""


def onnx_kind(content: bytes) -> str | None:
    """Return `onnx`, `onnx-with-external-data`, or None for bytes that are no ONNX model.

    A model is one `ModelProto` to the last byte, with a version, a graph, its operator sets and no
    field that ONNX does not know. Tensors may be kept in other files: then the digest of this file
    says nothing about the weights.
    """
    try:
        outer = list(_fields(content, 0, len(content)))
        if not _is_model(outer):
            return None
        return "onnx-with-external-data" if _has_external(content) else "onnx"
    except _NoMessageError:
        return None


def _is_model(outer: list[_Field]) -> bool:
    known = all(_MODEL.get(each.number) == each.kind for each in outer)
    return known and {each.number for each in outer} >= _NEEDED


def _has_external(content: bytes) -> bool:
    """Tell whether any tensor of the model is in another file."""
    waiting = [("model", 0, len(content))]
    seen = 0
    while waiting:
        message, start, end = waiting.pop()
        for each in _fields(content, start, end):
            seen += 1
            if seen > _MOST_FIELDS:
                raise _NoMessageError
            if message == "tensor" and each.number in _EXTERNAL and _says_so(each):
                return True
            below = _BELOW.get(message, {}).get(each.number)
            if below is not None and each.kind == _BYTES:
                waiting.append((below, each.start, each.end))
    return False


def _says_so(each: _Field) -> bool:
    """`data_location` is 1 for a tensor outside; `external_data` lists where it is."""
    return each.kind == _BYTES or each.value != 0


def _fields(content: bytes, place: int, end: int) -> Iterator[_Field]:
    """Yield the fields of a message, and raise where it is none."""
    while place < end:
        tag, place = _varint(content, place, end)
        number, kind = tag >> 3, tag & 7
        value, start = 0, place
        if kind in {_NUMBER, _BYTES}:
            value, start = _varint(content, place, end)
        elif kind not in _WIDTHS:
            raise _NoMessageError
        place = start + (value if kind == _BYTES else _WIDTHS.get(kind, 0))
        if place > end or not number:
            raise _NoMessageError
        yield _Field(number, kind, value, start, place)


def _varint(content: bytes, place: int, end: int) -> tuple[int, int]:
    """Return a number of base 128 and the place behind it."""
    value = 0
    for step, byte in enumerate(content[place : min(end, place + _LONGEST_NUMBER)]):
        value |= (byte & ~_MORE) << (7 * step)
        if byte < _MORE:
            return value, place + step + 1
    raise _NoMessageError
