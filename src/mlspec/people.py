"""Who is who: names that mean the same person.

A person has several names: an address in commits, a login on the forge, the principal of a key.
Names are equal when they look equal (case, width and composition do not count); a name that
mixes alphabets is one that was made to look like another, and means nobody.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["People", "is_plain_name", "name_of", "names_in"]

_FORGE_ADDRESS = re.compile(
    r"(?:[0-9]+[+-])?(?P<login>[a-z0-9_.-]+)@users\.noreply\.git(?:hub|lab)\.com"
)
"""The address that a forge writes into commits of people who hide theirs."""


def name_of(principal: str) -> str:
    """Return a name as it is compared; "" for one that means nobody.

    `@Ana`, `ana` and `123+ana@users.noreply.github.com` are the same.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", principal).casefold())
    name = " ".join(folded.split())
    if not is_plain_name(name):
        return ""
    if hidden := _FORGE_ADDRESS.fullmatch(name):
        return hidden["login"]
    return name.lstrip("@")


def is_plain_name(name: str) -> bool:
    """Tell whether a name can be read: printable, and in one alphabet."""
    letters = {unicodedata.name(each, "?").split()[0] for each in name if each.isalpha()}
    return name.isprintable() and len(letters) <= 1


def names_in(member: str) -> tuple[str, ...]:
    """Return the names that a member of a team goes by, as they are compared.

    `ana@example.org @ana` are two names of one person, `Ana Lopez` is one name.
    """
    parts = member.split()
    listed = parts if all("@" in each for each in parts) else [member]
    return tuple(name for each in listed if (name := name_of(each)))


class People:
    """Names grouped into persons; a name that stands in two groups makes them one."""

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        self._above: dict[str, str] = {}
        for group in groups:
            self.join(group)

    def join(self, names: Iterable[str]) -> None:
        """Say that names, as they are compared, mean the same person."""
        roots = sorted({self.person(each) for each in names})
        for other in roots[1:]:
            self._above[other] = roots[0]

    def person(self, name: str) -> str:
        """Return the first name, in order of the alphabet, of the person that a name means."""
        while (above := self._above.get(name, name)) != name:
            name = above
        return name
