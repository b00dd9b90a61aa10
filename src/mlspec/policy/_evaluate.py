"""What the rules of a pack say about a resource.

A pure function of the pack and the inputs: no clock, no file. Outcomes follow DESIGN section 6: an
error counts as a failure, so that a typo never switches a rule off, and a rule that applies from a
later day only warns.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec.cel import MISSING, Budget, EvaluationError
from mlspec.diagnostics import Severity
from mlspec.policy._expressions import as_json
from mlspec.policy._model import Enforcement, Fact, Outcome, Result, Stage
from mlspec.policy._purse import Purse
from mlspec.policy._stages import is_planned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.cel import Explanation, Program
    from mlspec.cel import Fact as FactRead
    from mlspec.diagnostics import Path
    from mlspec.policy._documents import Delay
    from mlspec.policy._model import Inputs, Pack, PackRule, Wording

__all__ = ["STEPS", "evaluate"]

STEPS = 200_000
"""Steps for one rule on one resource; a rule of the shipped packs takes some hundreds."""
_ALWAYS = "true"
_INCIDENT = "Incident"


def evaluate(
    pack: Pack,
    inputs: Inputs,
    enforcement: Mapping[str, Enforcement],
    purse: Purse | None = None,
) -> Iterator[Result]:
    """Yield what each rule says that looks at this kind of resource at this stage, by id.

    `enforcement` is what a binding says beyond the pack, by id of the rule; it never loosens.
    `purse` holds the steps of the whole run; when it is empty, rules can't be judged any more.
    Waivers are not looked at.
    """
    facts, purse = inputs.facts(pack), purse or Purse(len(pack.rules))
    delayed: dict[str, bool] = {}
    for rule in pack.rules:
        wording = rule.by_kind.get(inputs.kind)
        if wording is not None and _is_judged(rule, inputs.stage):
            level = _level(rule, enforcement, inputs.kind)
            judgement = _Judgement(pack, rule, wording, inputs, facts, level)
            judgement.delayed = delayed
            yield judgement.unpaid(purse.told) if purse.is_empty else judgement.result()
            purse.pay(f"`{rule.id}` of `{pack.name}`", judgement.steps)


def _is_judged(rule: PackRule, stage: Stage) -> bool:
    return bool(rule.spec.stages) if stage is Stage.READ else stage.value in rule.spec.stages


def _level(rule: PackRule, enforcement: Mapping[str, Enforcement], kind: str) -> Enforcement:
    """Return the stricter of what the pack and the binding say.

    What is said of an incident stops nobody: the truth is recorded, however late it is.
    """
    if kind == _INCIDENT:
        return Enforcement.ADVISORY
    stated = Enforcement(rule.spec.enforcement)
    bound = enforcement.get(rule.id, stated)
    return bound if bound.strictness > stated.strictness else stated


class _Judgement:
    """One rule on one resource."""

    def __init__(
        self,
        pack: Pack,
        rule: PackRule,
        wording: Wording,
        inputs: Inputs,
        facts: Mapping[str, object],
        level: Enforcement,
    ) -> None:
        self._pack, self._rule, self._wording = pack, rule, wording
        self._inputs, self._facts, self._level = inputs, facts, level
        self._budget = Budget(STEPS)
        self._delaying = Budget(STEPS)
        self._explaining = Budget(STEPS)
        self.delayed: dict[str, bool] = {}
        """Which delays of the pack hold for the resource, as far as a rule has asked that."""

    @property
    def steps(self) -> int:
        """How many steps it took, with those of the explanation."""
        budgets = (self._budget, self._delaying, self._explaining)
        return sum(each.steps - each.left for each in budgets)

    def unpaid(self, why: str) -> Result:
        """Return that there are no steps left, which counts as any other error."""
        outcome, message = self._dated(Outcome.ERROR, f"{self._rule.title}: can't be judged: {why}")
        said = self._said(outcome)
        return replace(
            said, message=message, remediation="correct that rule, or take it out", is_clear=False
        )

    def result(self) -> Result:
        """Return the outcome with the facts that it rests on."""
        if self._has_ceased() or not self._is_owed():
            return self._said(Outcome.SKIP)
        applies = self._ask(self._wording.when)
        if applies is not True:
            return (
                self._unclear(self._wording.when) if applies is None else self._said(Outcome.SKIP)
            )
        held = self._ask(self._wording.require)
        if held is True:
            return self._said(Outcome.PASS)
        if held is None:
            return self._unclear(self._wording.require)
        return self._broken(Outcome.FAIL, self._message())

    def _ask(self, program: Program, budget: Budget | None = None) -> bool | None:
        """Return the truth value; None where there is none."""
        if program.text == _ALWAYS:
            return True
        try:
            value = program.evaluate(self._facts, budget or self._budget)
        except EvaluationError:
            return None
        return value if isinstance(value, bool) else None

    def _has_ceased(self) -> bool:
        until = self._rule.spec.applies_until
        return until is not None and self._inputs.today > until

    @cached_property
    def _delays(self) -> tuple[Delay, ...]:
        """What puts the rule off for this resource."""
        if self._rule.spec.applies_from is None:
            return ()
        return tuple(each for each, when in self._wording.delays if self._holds(each.id, when))

    def _holds(self, name: str, when: Program) -> bool:
        """Tell whether a delay holds: many rules of a pack have the same, asked once."""
        if name not in self.delayed:
            self.delayed[name] = self._ask(when, self._delaying) is True
        return self.delayed[name]

    @property
    def _from_day(self) -> str:
        """Return the day it counts from for this resource: the latest of the delays that hold."""
        if self._awaited:
            return ""
        later = (each.applies_from for each in self._delays if each.applies_from)
        return max([self._rule.spec.applies_from or "", *later])

    @property
    def _awaited(self) -> str:
        """What has to happen first, with where the source says so; "" where a day counts."""
        found = (f"{it.applies_when} ({it.cite})" for it in self._delays if it.applies_when)
        return next(found, "")

    def _is_owed(self) -> bool:
        """Whether the organisation has a role that owes the duty; a role nobody stated counts."""
        owing, spec = self._rule.spec.roles, self._inputs.subject.get("spec")
        risk = spec.get("risk") if isinstance(spec, dict) else None
        stated = risk.get("roles") if isinstance(risk, dict) else None
        if not (owing and stated and isinstance(stated, list)):
            return True
        return not set(owing).isdisjoint(stated)

    def _message(self) -> str:
        return self._wording.message.filled(self._facts, self._budget)

    def _unclear(self, program: Program) -> Result:
        """An expression without a value: a fact is not stated, or it can't be evaluated."""
        found = program.explain(self._facts, self._explaining)
        absent = [each for each in found.facts if each.value is MISSING]
        if absent:
            names = ", ".join(f"`{each.name}`" for each in absent)
            if self._is_early(each.path for each in absent):
                stages = " and ".join(f"`{each}`" for each in self._rule.spec.stages)
                told = f"{self._rule.title}: judged at {stages}, where {names} is known"
                return self._broken(Outcome.WARN, told, found)
            message = f"{self._rule.title}: can't be judged, because {names} is not stated"
            hint = f"State {names}."
        else:
            message = f"{self._rule.title}: can't be judged: {found.value}"
            hint = f"Correct what `{self._rule.id}` reads, or the rule itself."
        return replace(self._broken(Outcome.ERROR, message, found), remediation=hint)

    def _is_early(self, absent: Iterable[Path]) -> bool:
        """Whether all that is not stated will be, where the rule stops somebody."""
        return self._inputs.stage is Stage.READ and all(map(is_planned, absent))

    def _broken(self, outcome: Outcome, message: str, found: Explanation | None = None) -> Result:
        """A failure, or a warning as long as the rule does not apply yet."""
        outcome, message = self._dated(outcome, message)
        return self._said(outcome, message, found)

    def _dated(self, outcome: Outcome, message: str) -> tuple[Outcome, str]:
        from_day = self._from_day
        if self._awaited:
            return Outcome.WARN, f"{message} (applies when {self._awaited})"
        if self._inputs.today < from_day:
            days = (date.fromisoformat(from_day) - date.fromisoformat(self._inputs.today)).days
            unit = "day" if days == 1 else "days"
            return Outcome.WARN, f"{message} (applies from {from_day}, in {days} {unit})"
        return outcome, message

    def _said(
        self, outcome: Outcome, message: str = "", found: Explanation | None = None
    ) -> Result:
        spec = self._rule.spec
        return Result(
            rule=self._rule.id,
            title=self._rule.title,
            pack=f"{self._pack.name}@{self._pack.version}",
            address=self._inputs.address,
            outcome=outcome,
            severity=Severity(spec.severity),
            enforcement=self._level,
            message=message,
            remediation=spec.remediation if message else "",
            applies_from=self._from_day,
            applies_when=self._awaited,
            facts=tuple(self._read(found)) if message else (),
            field=spec.field or "",
            is_clear=found is None,
        )

    def _read(self, found: Explanation | None) -> Iterator[Fact]:
        explained = (
            [found]
            if found is not None
            else [
                each.explain(self._facts, self._explaining)
                for each in (self._wording.when, self._wording.require)
                if each.text != _ALWAYS
            ]
        )
        yield from _distinct(fact for each in explained for fact in each.facts)


def _distinct(facts: Iterable[FactRead]) -> Iterator[Fact]:
    seen = set()
    for path, value in facts:
        if path not in seen:
            seen.add(path)
            is_stated = value is not MISSING
            yield Fact(path, as_json(value) if is_stated else None, is_stated)
