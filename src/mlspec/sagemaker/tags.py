"""Any text in the tags of AWS, which hold 256 characters of few kinds, and 50 of them.

A text of ours is written with `=` and two hexadecimal digits for each byte that is no letter of
ASCII, no digit and none of `_.:/+-@`; an empty one is `=`. One that is too long for a tag goes on
in others: the first begins with `=N:`, which no text does, and `KEY/2` to `KEY/N` follow. Where one
is missing or another one stands there, the text is none. Tags of others are read as they are.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final

from mlspec.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["MOST_TAGS", "keys_of", "packed", "unpacked"]

MOST_TAGS: Final = 50
"""How many tags a resource of AWS can have, and properties a model package."""
_OURS = "mlspec"
_CHUNK = 248  # leaves place for `=NN:` and stays below 256
_KEPT = re.compile(rb"[A-Za-z0-9_.:/+@-]")
_BYTE = re.compile(r"=([0-9A-F]{2})")
_NOTHING = "="
_HEAD = re.compile(r"=([1-9][0-9]?):(.*)", re.DOTALL)
_PART = re.compile(r"(.+)/[1-9][0-9]?")


def packed(texts: Mapping[str, str]) -> dict[str, str]:
    """Return tags that hold texts by key.

    Raises:
        RefusedError: they are more than fit.
    """
    found = dict(each for key, text in sorted(texts.items()) for each in _parts(key, text))
    if len(found) > MOST_TAGS:
        raise RefusedError(
            f"what is to be noted takes {len(found)} tags, and SageMaker keeps {MOST_TAGS}",
            hint="apply fewer changes at once: a plan of some 400 operations fits",
        )
    return found


def unpacked(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that tags hold, by key; what can't be put together is left out."""
    return dict(sorted(_texts(tags)))


def keys_of(key: str, tags: Mapping[str, str]) -> list[str]:
    """Return the keys of the tags that hold one text, and of those that it had before."""
    return sorted(each for each in tags if each == key or _base(each) == key)


def _parts(key: str, text: str) -> Iterator[tuple[str, str]]:
    if not _is_ours(key):
        yield key, text
        return
    written = _written(text) or _NOTHING
    chunks = [written[at : at + _CHUNK] for at in range(0, len(written), _CHUNK)]
    if len(chunks) == 1:
        yield key, written
        return
    yield key, f"={len(chunks)}:{chunks[0]}"
    for number, chunk in zip(count(2), chunks[1:], strict=False):
        yield f"{key}/{number}", chunk


def _texts(tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in tags.items():
        if not _is_ours(key):
            yield key, value
        elif not _base(key):
            head = _HEAD.fullmatch(value)
            parts = [value] if head is None else _joined(key, head, tags)
            text = _read("".join(parts)) if parts else None
            if text is not None:
                yield key, text


def _joined(key: str, head: re.Match[str], tags: Mapping[str, str]) -> list[str]:
    rest = [tags.get(f"{key}/{number}") for number in range(2, int(head[1]) + 1)]
    present = [each for each in rest if each is not None]
    return [head[2], *present] if len(present) == len(rest) else []


def _base(key: str) -> str:
    """Return the key that a tag is a later part of; "" for a first one."""
    found = _PART.fullmatch(key)
    return found[1] if found and _is_ours(key) else ""


def _is_ours(key: str) -> bool:
    return key.startswith(_OURS)


def _written(text: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return "".join(chr(each) if _KEPT.fullmatch(bytes([each])) else f"={each:02X}" for each in raw)


def _read(text: str) -> str | None:
    if text == _NOTHING:
        return ""
    raw = _BYTE.sub(lambda found: chr(int(found[1], 16)), text)
    try:
        return raw.encode("latin-1").decode("utf-8", "surrogatepass")
    except UnicodeError:
        return None
