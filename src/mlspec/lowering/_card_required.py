"""Which rules ask for a value of a card: those that look at the place where it stands."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlspec.ir import ValueStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from mlspec.ir import CardValue
    from mlspec.policy import PackRule

__all__ = ["Asked", "asked_paths"]

_INDEX = re.compile(r"\[[0-9]+\]")
_OF_DATA = re.compile(r"\b[A-Za-z_]\w*\.spec\.([A-Za-z_]\w*)")
_WORD = re.compile(r"\.([A-Za-z_]\w*)")
_ELSEWHERE = {
    "rollout": "serving:spec.rollout",
    "team": "ownership:spec",
    "gates": "gates:spec.gates",
}
"""What a rule reads by another name, as the section of a card and the path within."""
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class _Ask:
    """A rule that looks at a place; `words` are the fields that it names, `fails` how it stands."""

    rule: str
    words: frozenset[str]
    fails: bool


_Key = tuple[str, str, bool, bool]


@dataclass(frozen=True, eq=False)
class Asked:
    """Rules by the place that they look at: `exact` at it, `above` at something inside of it."""

    exact: Mapping[str, tuple[_Ask, ...]] = field(default_factory=dict)
    above: Mapping[str, tuple[_Ask, ...]] = field(default_factory=dict)
    _known: dict[_Key, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Answers: the same for all models that the same rules concern."""

    def by(self, value: CardValue, section: str, address: str) -> tuple[str, ...]:
        """Return the rules that ask for a value of a card of a resource, in order of id."""
        at, path = value.place
        return self.of((section, path, at == address, value.status is ValueStatus.MISSING))

    def of(self, key: _Key) -> tuple[str, ...]:
        """Return the rules that ask for the value at a path, in order of id.

        Of a list, a rule asks for the entries and for what it names of them. One that fails is not
        about the entries that are there: it lacks another one. What is missing is asked for by
        rules that fail: one that passes does without it.

        Args:
            key: The section of the card and the path in dots, whether the spec is that of the card,
                and whether the value is missing.
        """
        if not key[1]:
            return ()
        if key not in self._known:
            self._known[key] = self._found(key)
        return self._known[key]

    def _found(self, key: _Key) -> tuple[str, ...]:
        section, path, is_own, is_missing = key
        names = [f"{section}:{path}", *([path] if is_own else ())]
        asks = (ask for name in names for ask in self._asks(name, is_missing=is_missing))
        return tuple(sorted({ask.rule for ask in asks if ask.fails or not is_missing}))

    def _asks(self, name: str, *, is_missing: bool) -> Iterator[_Ask]:
        words = name.split(".")
        if len(words) < _SHORTEST:
            return
        plain = _INDEX.sub("", name).split(".")
        for length in range(_SHORTEST, len(words) + 1):
            for ask in self.exact.get(".".join(plain[:length]), ()):
                if "[" not in words[length - 1] or _is_named(
                    ask, plain[length:], is_missing=is_missing
                ):
                    yield ask
        yield from self.above.get(".".join(plain), ())


def _is_named(ask: _Ask, below: Sequence[str], *, is_missing: bool) -> bool:
    """Tell whether a rule about a list asks for an entry of it, or for a part of an entry."""
    if ask.fails and not is_missing:
        return False
    return not below or below[0] in ask.words


def asked_paths(rules: Iterable[PackRule], kind: str, failing: Collection[str]) -> Asked:
    """Return the places that rules about a kind of resource look at, by what they require."""
    exact: dict[str, list[_Ask]] = defaultdict(list)
    above: dict[str, list[_Ask]] = defaultdict(list)
    for rule in rules:
        words = frozenset(_WORD.findall(rule.by_kind[kind].require.text))
        ask = _Ask(rule.id, words, rule.id in failing)
        for path in _paths(rule, kind):
            exact[path].append(ask)
            parts = path.split(".")
            for length in range(_SHORTEST, len(parts)):
                above[".".join(parts[:length])].append(ask)
    return Asked(_frozen(exact), _frozen(above))


def _frozen(found: Mapping[str, list[_Ask]]) -> dict[str, tuple[_Ask, ...]]:
    return {path: tuple(asks) for path, asks in found.items()}


def _paths(rule: PackRule, kind: str) -> set[str]:
    program = rule.by_kind[kind].require
    read = {".".join(each) for each in program.reads()}
    deepest = {path for path in read if not any(each.startswith(f"{path}.") for each in read)}
    deepest |= {rule.spec.field} if rule.spec.field else set()
    of_data = {f"data:spec.{each}" for each in _OF_DATA.findall(program.text)}
    return {name for path in deepest for name in _named(path)} | of_data


def _named(path: str) -> Iterator[str]:
    first, _, rest = path.partition(".")
    if first in ("spec", "metadata") and rest:
        yield path
    elif first in _ELSEWHERE:
        yield f"{_ELSEWHERE[first]}.{rest}" if rest else _ELSEWHERE[first]
