"""The tests of a pack: cases, what they cover, and which changes of a rule no case notices."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from mlspec.policy._evaluate import evaluate
from mlspec.policy._model import Inputs, Outcome, Stage
from mlspec.policy._tested import tested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json
    from mlspec.policy._documents import Case
    from mlspec.policy._model import Pack, PackRule, PackTest, Result

__all__ = ["CaseResult", "case_facts", "run_cases", "run_rule"]

_SUBJECT = ("spec", "metadata")
_OF_TIERS = {Outcome.FAIL: Outcome.PASS, Outcome.WARN: Outcome.SKIP}
"""A rule about the tier passes where it gives its tier, and before its day it gives none."""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case and what the rule said about it."""

    rule: str
    test: str
    case: str
    expected: Outcome
    result: Result
    words: str = ""
    """What the message has to hold, where the case asks for it."""

    @property
    def is_met(self) -> bool:
        """Whether the outcome, and the words where some are asked for, are the expected ones."""
        return self.result.outcome is self.expected and self.words in self.result.message


def run_cases(pack: Pack) -> Iterator[CaseResult]:
    """Yield what each case of each test gives, by rule, test and case."""
    for test in pack.tests:
        rule = next(each for each in tested(pack) if each.id == test.spec.rule)
        yield from run_rule(pack, rule, test)


def run_rule(pack: Pack, rule: PackRule, test: PackTest) -> Iterator[CaseResult]:
    """Yield what the cases of one test give, of a rule that may have been changed."""
    alone = replace(pack, rules=(rule,))
    for case in test.spec.cases:
        [result] = evaluate(alone, _inputs(rule, test, case), {})
        if rule.tier:
            result = replace(result, outcome=_OF_TIERS.get(result.outcome, result.outcome))
        expected = Outcome(case.expect)
        yield CaseResult(rule.id, test.name, case.name, expected, result, case.message or "")


def case_facts(pack: Pack, rule: PackRule, test: PackTest) -> Iterator[Mapping[str, object]]:
    """Yield what the expressions of a rule may read in each case of a test."""
    for case in test.spec.cases:
        yield _inputs(rule, test, case).facts(pack)


def _inputs(rule: PackRule, test: PackTest, case: Case) -> Inputs:
    """Return what a case states and nothing else: no default is filled in."""
    given: dict[str, Json] = deepcopy(cast("dict[str, Json]", dict(test.spec.base)))
    for path, value in case.set.items():
        _put(given, path.split("."), value)
    return Inputs(
        address="model/case",
        kind=next(iter(rule.by_kind)),
        subject={key: given[key] for key in _SUBJECT if key in given},
        today=case.today or test.spec.today,
        environment=str(given.get("environment", "")),
        stage=Stage(rule.spec.stages[-1]),
        gates=_listed(given.get("gates")),
        datasets=_listed(given.get("datasets")),
        models=_listed(given.get("models")),
        rollout=given.get("rollout"),
        team=given.get("team"),
        computed_tier=str(given.get("computedTier", "")),
        further={
            key: value
            for key, value in given.items()
            if key in ("change", "registry", "evidence", "inventory")
        },
    )


def _listed(value: Json) -> tuple[Json, ...]:
    return tuple(value) if isinstance(value, list) else ()


def _put(given: dict[str, Json], path: list[str], value: Json) -> None:
    """Set a value by its path, making what lies above it; null takes it away."""
    *above, last = path
    for key in above:
        below = given.get(key)
        given[key] = dict(below) if isinstance(below, Mapping) else {}
        given = cast("dict[str, Json]", given[key])  # as just put
    if value is None:
        given.pop(last, None)
    else:
        given[last] = value
