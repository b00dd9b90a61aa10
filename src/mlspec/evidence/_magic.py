"""What the bytes of a model are. Nothing is loaded or unpacked beyond the first bytes of a member.

A name says nothing: a pickle that is called `model.safetensors` is a pickle to whoever loads it as
one. Safetensors, JSON and the text of LightGBM are checked to the last byte and ONNX by its
messages; GGUF, TensorFlow Lite and CatBoost by their headers, the others by their first bytes,
which leaves room for a file that is two things.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from mlspec.evidence._json import parse_json
from mlspec.evidence._layouts import is_catboost, is_gguf, is_lightgbm, is_tflite
from mlspec.evidence._onnx import onnx_kind
from mlspec.evidence._safetensors import is_safetensors

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["kind_of"]

_NEWEST_PROTOCOL = 5
_MOST_MEMBERS = 10_000
_NUMPY_HEADER = 4096
_TAR_MAGIC = slice(257, 262)
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x04\x22M\x18", b"(\xb5/\xfd")
_ZLIB_CHECK = 31
"""The first two bytes of a zlib stream are a multiple of this (RFC 1950)."""
_PICKLES = (".pkl", ".pickle", ".joblib")
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def kind_of(content: bytes) -> str:
    """Return the format of a model by its bytes, `unknown` for any other file."""
    if _is_pickle(content):
        return "pickle"
    packed = _zip_kind(content)
    if packed is not None:
        return packed
    known = next((kind for kind, is_it in _KINDS if is_it(content)), None)
    return known or onnx_kind(content) or "unknown"


def _is_pickle(content: bytes) -> bool:
    """Tell whether this is a pickle of protocol 2 or later, which name themselves."""
    return content[:1] == b"\x80" and content[1:2] <= bytes([_NEWEST_PROTOCOL]) and len(content) > 1


def _zip_kind(content: bytes) -> str | None:
    """Return what kind of ZIP archive this is; the directory stands at the end of any file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS or any(_holds_pickle(archive, m) for m in members):
                return "zip-with-pickle"
    except (*_BROKEN, zlib.error):
        return "zip" if content[:4] == b"PK\x03\x04" else None
    return "zip"


def _holds_pickle(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Tell whether a member is a pickle, or one can't tell because it is encrypted or damaged."""
    if member.filename.lower().endswith(_PICKLES):
        return True
    try:
        with archive.open(member) as stream:
            start = stream.read(_NUMPY_HEADER)
    except (*_BROKEN, zlib.error):
        return True
    return _is_pickle(start) or _is_numpy_with_pickle(start)


def _is_numpy_with_pickle(content: bytes) -> bool:
    """Tell whether this is a numpy array of objects, which numpy unpickles."""
    return content.startswith(b"\x93NUMPY") and b"|O" in content[:_NUMPY_HEADER]


def _is_json(content: bytes) -> bool:
    return content.lstrip()[:1] == b"{" and isinstance(parse_json(content), dict)


def _is_compressed(content: bytes) -> bool:
    if content.startswith(_COMPRESSED):
        return True
    return content[:1] == b"\x78" and int.from_bytes(content[:2], "big") % _ZLIB_CHECK == 0


_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("safetensors", is_safetensors),
    ("gguf", is_gguf),
    ("tflite", is_tflite),
    ("hdf5", lambda content: content.startswith(b"\x89HDF\r\n\x1a\n")),
    ("catboost", is_catboost),
    ("lightgbm", is_lightgbm),
    ("numpy-with-pickle", _is_numpy_with_pickle),
    ("tar", lambda content: content[_TAR_MAGIC] == b"ustar"),
    ("compressed", _is_compressed),
    ("json", _is_json),
)
