"""Small parts of exports: numbers and addresses as other formats take them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID, uuid5

from mlspec.canonical import canonical_json
from mlspec.printable import printable

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["address", "hexadecimal", "one_line", "shown_number", "uuid_of"]

_NAMESPACE = UUID("5b0b6f8e-6a0e-5f0c-9f4d-0b5f3f1f7c11")
"""Of all ids that mlspec makes; a random one, chosen once."""
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_START = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(//[A-Za-z0-9._~-]+(:[0-9]+)?(?=[/?#]|$))?")
"""A scheme, with a host where one is named plainly."""
_UNRESERVED = "-._~:/?@!$&()*+,;=%"
_EXACT = 1e15
"""Below it, a float holds every whole number."""
_SPACES = re.compile(r"\s+")


def uuid_of(*parts: Json) -> str:
    """Return the id (UUID, version 5) that these values always have."""
    return str(uuid5(_NAMESPACE, canonical_json(list(parts)).decode()))


def shown_number(value: float) -> str:
    """Return a number in full, as text: the shortest that reads back the same."""
    return str(int(value)) if float(value).is_integer() and abs(value) < _EXACT else repr(value)


def hexadecimal(digest: str) -> str:
    """Return the hexadecimal digits of `sha256:<hex>`; "" of an empty digest."""
    return digest.removeprefix("sha256:")


def address(uri: str) -> str:
    """Return a text as a reference (RFC 3986): what may not stand in one is quoted.

    A `%` stays where two hexadecimal digits follow, since that is quoted already. What does not
    start with a scheme is a path.
    """
    start = _START.match(uri)
    head = start.group() if start else ""
    path, mark, fragment = uri[len(head) :].partition("#")
    if path.startswith("//"):
        path = f"/%2F{path[2:]}"
    safe = _UNRESERVED if head else _UNRESERVED.replace(":", "")
    return f"{head}{_quoted(path, safe)}{mark}{_quoted(fragment, _UNRESERVED)}"


def _quoted(text: str, safe: str) -> str:
    return quote(_BARE_PERCENT.sub("%25", text), safe=safe)


def one_line(text: str) -> str:
    """Return a text on one line, without what moves a cursor or turns the reading direction."""
    return printable(_SPACES.sub(" ", text).strip())
