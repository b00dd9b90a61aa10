"""Matchers of Alertmanager: `owner="team-risk"`, `severity=~"page|ticket"`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.manifests.checks._node import Node

__all__ = ["Matcher", "matchers_of"]

_FORM = re.compile(
    r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*(\"(?:[^\"\\]|\\.)*\"|[^\s\"]*)\s*"
)
_TYPES = {"=": "=", "!=": "!=", "=~": "=~", "!~": "!~"}


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label."""

    name: str
    operator: str
    value: str

    @staticmethod
    def read(text: str) -> Matcher | None:
        """Return the matcher that a text is; None where it is none."""
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        value = found[3]
        is_quoted = value.startswith('"')
        return Matcher(found[1], found[2], value[1:-1] if is_quoted else value)

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


def matchers_of(route: Node) -> Iterator[Matcher]:
    """Yield the matchers of a route, in each of the forms that there are."""
    for each in route["matchers"].each():
        if each["name"].text:
            operator = _TYPES.get(each["matchType"].text, "=~" if each["regex"].value else "=")
            yield Matcher(each["name"].text, operator, each["value"].text)
        else:
            found = Matcher.read(each.text)
            yield from [found] if found is not None else []
    for key, operator in (("match", "="), ("match_re", "=~")):
        for name, value in route[key].texts().items():
            yield Matcher(name, operator, value)
