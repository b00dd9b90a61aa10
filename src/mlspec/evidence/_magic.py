"""What the bytes of a model are. Nothing is loaded or unpacked beyond the first bytes of a member.

A name says nothing: a pickle that is called `model.safetensors` is a pickle to whoever loads it as
one. Formats are known by their structure, not by a magic number alone. Safetensors, GGUF, JSON, NPY
and the text of LightGBM are checked to the last byte and ONNX by its messages; TensorFlow Lite and
CatBoost by their headers.

A file may be two things: a model whose bytes are also a program to `pickle`, or an archive. So what
can carry code is looked for first, and wherever its own readers look: a pickle and a tar at the
start, HDF5 at the start and at 512, 1024 and so on, the directory of a ZIP archive at the end.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from mlspec.evidence._containers import is_hdf5, is_keras, is_tar
from mlspec.evidence._gguf import is_gguf
from mlspec.evidence._json import parse_json
from mlspec.evidence._layouts import is_catboost, is_lightgbm, is_tflite
from mlspec.evidence._npy import npy_kind
from mlspec.evidence._onnx import onnx_kind
from mlspec.evidence._pickled import is_old_pickle, is_pickle
from mlspec.evidence._safetensors import is_safetensors

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["kind_of"]

_MOST_MEMBERS = 10_000
_START = 65_536
"""Bytes of a member of an archive that are looked at."""
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x04\x22M\x18", b"(\xb5/\xfd")
_ZLIB_CHECK = 31
"""The first two bytes of a zlib stream are a multiple of this (RFC 1950)."""
_PICKLES = (".pkl", ".pickle", ".joblib")
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def kind_of(content: bytes) -> str:
    """Return the format of a model by its bytes, `unknown` for any other file."""
    found = "pickle" if is_pickle(content) else _zip_kind(content)
    if found is not None:
        return found
    known = next((kind for kind, is_it in _KINDS if is_it(content)), None)
    found = known or npy_kind(content) or onnx_kind(content)
    return found or ("pickle" if is_old_pickle(content) else "unknown")


def _zip_kind(content: bytes) -> str | None:
    """Return what kind of ZIP archive this is; the directory stands at the end of any file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS or any(_holds_pickle(archive, m) for m in members):
                return "zip-with-pickle"
    except (*_BROKEN, zlib.error):
        return "zip" if content[:4] == b"PK\x03\x04" else None
    return "keras" if is_keras({each.filename for each in members}) else "zip"


def _holds_pickle(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Tell whether a member is a pickle, or one can't tell because it is encrypted or damaged."""
    if member.filename.lower().endswith(_PICKLES):
        return True
    try:
        with archive.open(member) as stream:
            start = stream.read(_START)
    except (*_BROKEN, zlib.error):
        return True
    return is_pickle(start) or npy_kind(start) == "numpy-with-pickle"


def _is_json(content: bytes) -> bool:
    return content.lstrip()[:1] == b"{" and isinstance(parse_json(content), dict)


def _is_compressed(content: bytes) -> bool:
    if content.startswith(_COMPRESSED):
        return True
    return content[:1] == b"\x78" and int.from_bytes(content[:2], "big") % _ZLIB_CHECK == 0


_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("tar", is_tar),
    ("hdf5", is_hdf5),
    ("safetensors", is_safetensors),
    ("gguf", is_gguf),
    ("tflite", is_tflite),
    ("catboost", is_catboost),
    ("lightgbm", is_lightgbm),
    ("compressed", _is_compressed),
    ("json", _is_json),
)
