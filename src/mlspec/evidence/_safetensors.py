"""Safetensors: eight bytes of length, a JSON header, and tensors without a gap."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mlspec.evidence._json import parse_json

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["is_safetensors"]

_LONGEST_HEADER = 100_000_000
_LENGTH = 8
_SHORTEST_HEADER = 2
_BITS = {
    "BOOL": 8,
    "U8": 8,
    "I8": 8,
    "F8_E5M2": 8,
    "F8_E4M3": 8,
    "F8_E8M0": 8,
    "I16": 16,
    "U16": 16,
    "F16": 16,
    "BF16": 16,
    "I32": 32,
    "U32": 32,
    "F32": 32,
    "I64": 64,
    "U64": 64,
    "F64": 64,
    "C64": 64,
}


def is_safetensors(content: bytes) -> bool:
    """Tell whether the bytes are a whole safetensors file and nothing beside it.

    As huggingface/safetensors reads them: the header is at most 100 MB of JSON that begins with
    `{`; tensors follow each other without a gap to the last byte, each as long as its type and
    shape say. A file without tensors is no model.
    """
    length = int.from_bytes(content[:_LENGTH], "little")
    start = _LENGTH + length
    if not _SHORTEST_HEADER <= length <= _LONGEST_HEADER or start > len(content):
        return False
    if content[_LENGTH : _LENGTH + 1] != b"{":
        return False
    header = parse_json(content[_LENGTH:start])
    if not isinstance(header, dict):
        return False
    spans = [_span(tensor) for name, tensor in header.items() if name != "__metadata__"]
    return _fills(spans, len(content) - start)


def _fills(spans: list[tuple[int, int] | None], size: int) -> bool:
    """Tell whether the tensors are sound and fill all bytes behind the header."""
    end = 0
    sound = [each for each in spans if each is not None]
    for first, last in sorted(sound):
        if first != end:
            return False
        end = last
    return bool(spans) and len(sound) == len(spans) and end == size


def _span(tensor: Json) -> tuple[int, int] | None:
    """Return where a tensor starts and ends, None where its entry is not sound."""
    match tensor:
        case {"dtype": str(kind), "shape": list(shape), "data_offsets": [int(first), int(last)]}:
            pass
        case _:
            return None
    sizes = [each for each in shape if isinstance(each, int) and each >= 0]
    if kind not in _BITS or len(sizes) < len(shape) or not 0 <= first <= last:
        return None
    return (first, last) if math.prod(sizes) * _BITS[kind] == 8 * (last - first) else None
