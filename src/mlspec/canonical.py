"""Canonical JSON and digests: the same value gives the same bytes on every machine.

Keys are sorted by code point, separators carry no spaces, text is UTF-8, floats are Python's
shortest representation, and numbers that JSON cannot say (NaN, infinities) are refused.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "Json",
    "canonical_json",
    "digest_bytes",
    "digest_file",
    "digest_value",
    "pretty_json",
    "strict_json",
]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_ENCODE = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
_CHUNK_BYTES = 1 << 20
_ALIKE = frozenset({str, int, bool, type(None)})
_LISTS = frozenset({list, tuple})
_TEXT = frozenset({str})
_SHORT, _LONG = 1e-4, 1e16
"""Between them, and at zero, everybody writes a float without an exponent."""
_BREAKS = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
"""What JSON may hold as it is, and YAML refuses or takes for the end of a line."""
_BREAKING = (b"\x7f", b"\xc2", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xef\xbb\xbf")
"""Bytes of which one is in whatever holds any of these: to look for them takes no time."""


def canonical_json(value: object) -> bytes:
    """Return the canonical bytes of a JSON value.

    Raises:
        ValueError: the value holds NaN or an infinity.
        TypeError: the value holds something JSON does not know.
    """
    return _ENCODE(value).encode()


def pretty_json(value: object, *, is_sorted: bool = False) -> str:
    """Return sorted, indented JSON with a final newline: for files that people review.

    Characters that readers of YAML do not take inside of text are written as escapes.

    Args:
        value: A JSON value.
        is_sorted: Whether all keys in it are known to be texts in order, and to hold no floats.
    """
    written = _quick(value, is_sorted=is_sorted) or json.dumps(
        value, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False
    ).encode("utf-8", "surrogatepass")
    text = written.decode("utf-8", "surrogatepass") + "\n"
    if not any(each in written for each in _BREAKING):
        return text
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _quick(value: object, *, is_sorted: bool) -> bytes:
    """Return what `json` writes, by the writer of pydantic in a fifth of the time; else nothing.

    With an indent `json` leaves its C encoder. The writer is not loaded for this alone, and asked
    for nothing that it might write in another way (property-tested).
    """
    writer = sys.modules.get("pydantic_core")
    if writer is None:
        return b""
    try:
        written: bytes = writer.to_json(value if is_sorted else _sorted(value), indent=2)
    except (TypeError, ValueError, RecursionError):
        return b""
    return written


def _sorted(value: object) -> object:
    """Return a value with its keys in order.

    Raises:
        TypeError: there is something that writers may write differently.
    """
    kind = value.__class__
    if kind in _ALIKE:
        return value
    if isinstance(value, dict) and kind is dict:
        return _members(value)
    if isinstance(value, list | tuple) and kind in _LISTS:
        return value if _ALIKE.issuperset(map(type, value)) else [*map(_sorted, value)]
    if isinstance(value, float) and (_SHORT <= abs(value) < _LONG or not value):
        return value
    raise TypeError(f"{value!r} is for `json`")


def _members(value: dict[str, object]) -> dict[str, object]:
    """Return a mapping in order; the same one, if it is and holds nothing but leaves."""
    if not _ALIKE.issuperset(map(type, value.values())):
        value = {
            key: each if each.__class__ in _ALIKE else _sorted(each) for key, each in value.items()
        }
    if not _TEXT.issuperset(map(type, value)):
        raise TypeError("a key is no text")
    ordered = sorted(value)
    return value if ordered == [*value] else {key: value[key] for key in ordered}


def strict_json(text: str) -> Json:
    """Return the value of a JSON text that all readers understand alike.

    Raises:
        ValueError: it is no JSON, a key stands twice in one object, or it is nested too deeply.
    """
    try:
        value: Json = json.loads(text, object_pairs_hook=_distinct, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return value


def _distinct(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Refuse a key that stands twice: readers would see one value, and we another."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _refuse_constant(constant: str) -> Json:
    raise ValueError(f"`{constant}` is no JSON")


def digest_bytes(content: bytes) -> str:
    """Return `sha256:<hex>` of the bytes."""
    from hashlib import sha256

    return "sha256:" + sha256(content).hexdigest()


def digest_value(value: object) -> str:
    """Return `sha256:<hex>` of the canonical JSON of a value."""
    return digest_bytes(canonical_json(value))


def digest_file(path: Path) -> str:
    """Return `sha256:<hex>` of a file, read in chunks of 1 MiB.

    Raises:
        OSError: the file cannot be read.
    """
    from hashlib import sha256

    state = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            state.update(chunk)
    return "sha256:" + state.hexdigest()
