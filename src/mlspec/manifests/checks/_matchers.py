"""Matchers of Alertmanager: `owner="team-risk"`, `severity=~"page|ticket"`.

Since 0.27 it reads two grammars: the one in which names may be any text, in quotes or without, and
the older one, to which it goes back for what the first does not read. So does this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.manifests.checks._node import Node

__all__ = ["Matcher", "matchers_of"]

_QUOTED = r"\"(?:[^\"\\]|\\.)*\""
_PLAIN = r"[^\s{}!=~,\\\"'`]+"
_FORM = re.compile(rf"\s*({_QUOTED}|{_PLAIN})\s*(=~|!~|!=|=)\s*({_QUOTED}|{_PLAIN})\s*", re.DOTALL)
_CLASSIC = re.compile(
    rf"\s*([A-Za-z_:][A-Za-z0-9_:]*)\s*(=~|!~|!=|=)\s*({_QUOTED}|(?:[^\"\\]|\\.)*)\s*",
    re.ASCII | re.DOTALL,
)
_PIECE = re.compile(rf"(?:{_QUOTED}|[^,\"]|\")+", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_LONGEST = 20_000
_TYPES = {"=": "=", "!=": "!=", "=~": "=~", "!~": "!~"}


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label."""

    name: str
    operator: str
    value: str

    @staticmethod
    def read(text: str) -> list[Matcher] | None:
        """Return the matchers that a text is, all of which must hold; None where it is none.

        Several have commas between them, and may stand in braces.
        """
        if len(text) > _LONGEST:
            return None
        pieces = _PIECE.findall(text.strip().removeprefix("{").removesuffix("}"))
        read = [_one(piece) for piece in pieces if piece.strip()]
        found = [each for each in read if each is not None]
        return found if len(found) == len(read) else None

    def may_take(self, labels: Mapping[str, str]) -> bool:
        """Tell whether an alert may be taken; patterns are only compared where they are words.

        A pattern of somebody else is never run: it could take for ever.
        """
        own = labels.get(self.name, "")
        if self.operator in ("=", "!="):
            return (own == self.value) is (self.operator == "=")
        if not _WORDS.fullmatch(self.value):
            return True
        return (own in self.value.split("|")) is (self.operator == "=~")


_WORDS = re.compile(r"[A-Za-z0-9_|-]*")


def _one(text: str) -> Matcher | None:
    found = _FORM.fullmatch(text) or _CLASSIC.fullmatch(text)
    return found and Matcher(_unquoted(found[1]), found[2], _unquoted(found[3].rstrip()))


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text[1:-1])


def matchers_of(route: Node) -> Iterator[Matcher]:
    """Yield the matchers of a route, in each of the forms that there are."""
    for each in route["matchers"].each():
        if each["name"].text:
            operator = _TYPES.get(each["matchType"].text, "=~" if each["regex"].value else "=")
            yield Matcher(each["name"].text, operator, each["value"].text)
        else:
            yield from Matcher.read(each.text) or []
    for key, operator in (("match", "="), ("match_re", "=~")):
        for name, value in route[key].texts().items():
            yield Matcher(name, operator, value)
