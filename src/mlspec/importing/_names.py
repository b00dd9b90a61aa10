"""Addresses for names that others gave: spaces, capitals, scripts, two hundred characters.

A name keeps the address that an earlier import gave it, whatever else is found later.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Names", "slug_of"]

_LONGEST = 63
_MARK = 8
_OTHER = re.compile(r"[^a-z0-9]+")


def slug_of(name: str) -> str:
    """Return a name as an identifier of a spec: lower case, digits and `-`, at most 63 characters.

    It is "" where nothing of the name can be written so.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = _OTHER.sub("-", plain).strip("-")
    if words[:1].isdigit():
        words = f"model-{words}"
    return words[:_LONGEST].rstrip("-")


class Names:
    """Gives every model a name of its own: the one it has, its slug, or its slug with a mark.

    `known` has the name of a spec by key of the model, as earlier imports gave them; `taken` are
    names that other specs have. The mark is made of the key alone, so it is the same in every
    order.
    """

    def __init__(self, known: Mapping[str, str], taken: frozenset[str] = frozenset()) -> None:
        self.given = dict(known)
        self._taken = {*taken, *known.values()}

    def name_of(self, key: str, name: str) -> str:
        """Return the name for a model of this key, which is called `name` in its system."""
        found = self.given.get(key) or self._fresh(key, slug_of(name))
        self.given[key] = found
        self._taken.add(found)
        return found

    def _fresh(self, key: str, slug: str) -> str:
        if slug and slug not in self._taken:
            return slug
        mark = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        stem = (slug or "model")[: _LONGEST - _MARK - 1].rstrip("-")
        for length in range(_MARK, len(mark)):
            found = f"{stem[: _LONGEST - length - 1].rstrip('-')}-{mark[:length]}"
            if found not in self._taken:
                return found
        raise AssertionError("two keys have one SHA-256")
