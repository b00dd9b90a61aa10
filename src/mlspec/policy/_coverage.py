"""Which parts of the conditions of a pack no case reaches, or only ever with one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlspec.cel import branches
from mlspec.policy._cases import case_facts
from mlspec.policy._tested import tested

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.cel import Branch, Part, Program
    from mlspec.policy._model import Pack, PackRule

__all__ = ["Coverage", "Unreached", "coverage"]

_Seen = dict[tuple[str, "Branch"], set[bool]]


@dataclass(frozen=True, slots=True)
class Unreached:
    """A part of `when` or `require`: `never` is `asked`, or the answer that it never gave."""

    rule: str
    part: str
    text: str
    never: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many parts of conditions there are, and those that cases leave open."""

    parts: int
    unreached: tuple[Unreached, ...]


def coverage(pack: Pack) -> Coverage:
    """Return what the cases of a pack reach of the conditions of its rules.

    A part counts as reached when a case had it be true, and another one false. Parts that are no
    truth value, such as an operand of `?:`, have to be asked only.
    """
    seen = {each.id: _seen(pack, each) for each in tested(pack) if each.by_kind}
    found = [
        Unreached(rule, part, branch.text, never)
        for rule, parts in seen.items()
        for (part, branch), answers in parts.items()
        if (never := _never(answers))
    ]
    return Coverage(sum(map(len, seen.values())), tuple(found))


def _never(answers: set[bool]) -> str:
    if not answers:
        return "asked"
    return "" if len(answers) > 1 else "true" if False in answers else "false"


def _seen(pack: Pack, rule: PackRule) -> _Seen:
    wording = next(iter(rule.by_kind.values()))
    programs = {"when": wording.when, "require": wording.require}
    seen: _Seen = {
        (part, branch): set() for part, each in programs.items() for branch in branches(each.text)
    }
    for test in pack.tests:
        if test.spec.rule == rule.id:
            for facts in case_facts(pack, rule, test):
                _ask(programs, facts, seen)
    return seen


def _ask(programs: Mapping[str, Program], facts: Mapping[str, object], seen: _Seen) -> None:
    """Note what the parts of both conditions give, the second one only where the first holds."""
    for part, program in programs.items():
        found = program.explain(facts)
        for branch, value in _answers(program, found.parts, found.value):
            if (part, branch) in seen:
                seen[part, branch].add(value is True)
        if found.value is not True:
            return


def _answers(
    program: Program, parts: tuple[Part, ...], value: object
) -> Iterator[tuple[Branch, object]]:
    places = {(each.line, each.column, each.text): each.value for each in parts}
    for branch in branches(program.text):
        key = (branch.line, branch.column, branch.words)
        if key in places:
            yield branch, places[key]
        elif branch.text == program.text.strip():
            yield branch, value
