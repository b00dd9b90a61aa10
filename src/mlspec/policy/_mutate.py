"""Which changes of a rule none of its cases notices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlspec.cel import Fault, Program, compile_expression, mutations, parse
from mlspec.policy._cases import run_rule
from mlspec.policy._environment import environment_of
from mlspec.policy._tested import tested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.cel import Mutation
    from mlspec.policy._model import Pack, PackRule, Wording

__all__ = ["Survivor", "changes_of", "survivors"]

_PARTS = ("when", "require")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change of `when` or `require` that changes no outcome of any case."""

    rule: str
    part: str
    mutant: Mutation


def changes_of(pack: Pack) -> int:
    """Return how many changes of the rules of a pack `survivors` tries."""
    texts = (getattr(rule.spec, part) for rule in tested(pack) for part in _PARTS)
    return sum(1 for text in texts for _ in _mutations(text))


def survivors(pack: Pack) -> Iterator[Survivor]:
    """Yield what could be changed in the rules of a pack without a case that fails.

    A change that can't be compiled is none; one without effect on any input (an operand that
    another one implies) survives, and says that it could be left out.
    """
    for rule in tested(pack):
        for part in _PARTS:
            for mutant in _mutations(getattr(rule.spec, part)):
                if _survives(pack, rule, part, mutant):
                    yield Survivor(rule.id, part, mutant)


def _mutations(text: str) -> Iterator[Mutation]:
    root = parse(text)
    if not isinstance(root, Fault):
        yield from mutations(text, root)


def _survives(pack: Pack, rule: PackRule, part: str, mutant: Mutation) -> bool:
    by_kind: dict[str, Wording] = {}
    for kind, wording in rule.by_kind.items():
        program = compile_expression(mutant.text, environment_of(kind))
        if not isinstance(program, Program):
            return False
        by_kind[kind] = (
            replace(wording, when=program) if part == "when" else replace(wording, require=program)
        )
    changed = replace(rule, by_kind=by_kind)
    tests = [each for each in pack.tests if each.spec.rule == rule.id]
    return all(met.is_met for test in tests for met in run_rule(pack, changed, test))
