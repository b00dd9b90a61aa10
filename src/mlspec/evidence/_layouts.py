"""Whether bytes go on as the first ones promise: a magic number alone is no model.

Nothing is loaded. Sources: FlatBuffers' internals (a table starts with the offset back to its
vtable), the writers of CatBoost and LightGBM.
"""

from __future__ import annotations

__all__ = ["is_catboost", "is_lightgbm", "is_tflite"]

_CATBOOST_HEAD = 8
_VTABLE = 4
_TEXT = "\n\r\t"


def _number(content: bytes, at: int, size: int, *, signed: bool = False) -> int:
    return int.from_bytes(content[at : at + size], "little", signed=signed)


def is_tflite(content: bytes) -> bool:
    """Tell whether a buffer named TFL3 has a root table."""
    return content[4:8] == b"TFL3" and _has_root(content)


def is_catboost(content: bytes) -> bool:
    """Tell whether the core of a CatBoost model is there in whole, and has a root table."""
    size = _number(content, 4, 4)
    core = content[_CATBOOST_HEAD : _CATBOOST_HEAD + size]
    return content.startswith(b"CBM1") and len(core) == size and _has_root(core)


def _has_root(content: bytes) -> bool:
    """Tell whether a FlatBuffer's root table and its vtable lie within it."""
    root = _number(content, 0, 4)
    if not _VTABLE <= root <= len(content) - 4:
        return False
    vtable = root - _number(content, root, 4, signed=True)
    if not _VTABLE <= vtable <= len(content) - _VTABLE:
        return False
    size = _number(content, vtable, 2)
    return size >= _VTABLE and size % 2 == 0 and vtable + size <= len(content)


def is_lightgbm(content: bytes) -> bool:
    """Tell whether this is the text of a LightGBM model, to its last tree and beyond."""
    if not content.startswith(b"tree\nversion=v") or b"\nend of trees" not in content:
        return False
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return all(each.isprintable() or each in _TEXT for each in text)
