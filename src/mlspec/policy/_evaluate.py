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

from mlspec.cel import MISSING, Budget, EvaluationError, Inquiry
from mlspec.policy._docket import docket
from mlspec.policy._expressions import as_json
from mlspec.policy._model import Fact, Outcome, Result, Stage
from mlspec.policy._purse import Purse
from mlspec.policy._stages import is_planned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.cel import Account, Program
    from mlspec.cel import Fact as FactRead
    from mlspec.diagnostics import Path
    from mlspec.policy._docket import Entry
    from mlspec.policy._documents import Delay
    from mlspec.policy._model import Enforcement, Inputs, Pack

__all__ = ["STEPS", "Bench", "evaluate"]

STEPS = 200_000
"""Steps for one rule on one resource; a rule of the shipped packs takes some hundreds."""
_ALWAYS = "true"


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
    yield from Bench(pack, enforcement).results(inputs, purse or Purse(len(pack.rules)))


class Bench:
    """A pack that judges one resource after the other."""

    def __init__(self, pack: Pack, enforcement: Mapping[str, Enforcement]) -> None:
        self._pack, self._enforcement = pack, enforcement
        self._dockets: dict[tuple[str, Stage], tuple[Entry, ...]] = {}

    def results(self, inputs: Inputs, purse: Purse) -> Iterator[Result]:
        """Yield what each rule says of a resource, by id, and pay for it."""
        hearing = _Hearing(inputs, Inquiry(inputs.facts(self._pack)))
        for entry in self._docket(inputs.kind, inputs.stage):
            judgement = _Judgement(entry, hearing)
            yield judgement.unpaid(purse.told) if purse.is_empty else judgement.result()
            purse.pay(entry.who, judgement.steps)

    def _docket(self, kind: str, stage: Stage) -> tuple[Entry, ...]:
        if (kind, stage) not in self._dockets:
            found = docket(self._pack, self._enforcement, kind, stage)
            self._dockets[kind, stage] = tuple(found)
        return self._dockets[kind, stage]


class _Hearing:
    """What all rules of a pack ask of one resource."""

    def __init__(self, inputs: Inputs, inquiry: Inquiry) -> None:
        self.inputs, self.inquiry = inputs, inquiry
        self.delayed: dict[str, bool] = {}
        """Which delays of the pack hold for the resource, as far as a rule has asked that."""

    @cached_property
    def roles(self) -> tuple[object, ...]:
        """The roles that the organisation has; none where nobody stated them."""
        spec = self.inputs.subject.get("spec")
        risk = spec.get("risk") if isinstance(spec, dict) else None
        stated = risk.get("roles") if isinstance(risk, dict) else None
        return tuple(stated) if isinstance(stated, list) else ()


class _Judgement:
    """One rule on one resource."""

    __slots__ = ("_budget", "_delaying", "_entry", "_explaining", "_hearing", "_known_delays")

    def __init__(self, entry: Entry, hearing: _Hearing) -> None:
        self._entry, self._hearing = entry, hearing
        self._budget = Budget(STEPS)
        self._delaying = Budget(STEPS)
        self._explaining = Budget(STEPS)
        self._known_delays: tuple[Delay, ...] | None = None

    @property
    def steps(self) -> int:
        """How many steps it took, with those of the explanation."""
        left = self._budget.left + self._delaying.left + self._explaining.left
        return 3 * STEPS - left

    def unpaid(self, why: str) -> Result:
        """Return that there are no steps left, which counts as any other error."""
        outcome, message = self._dated(
            Outcome.ERROR, f"{self._entry.rule.title}: can't be judged: {why}"
        )
        said = self._said(outcome)
        return replace(
            said, message=message, remediation="correct that rule, or take it out", is_clear=False
        )

    def result(self) -> Result:
        """Return the outcome with the facts that it rests on."""
        if self._has_ceased() or not self._is_owed():
            return self._said(Outcome.SKIP)
        wording = self._entry.wording
        applies = self._ask(wording.when, self._budget)
        if applies is not True:
            return self._unclear(wording.when) if applies is None else self._said(Outcome.SKIP)
        held = self._ask(wording.require, self._budget)
        if held is True:
            return self._said(Outcome.PASS)
        if held is None:
            return self._unclear(wording.require)
        return self._broken(Outcome.FAIL, self._message())

    def _ask(self, program: Program, budget: Budget) -> bool | None:
        """Return the truth value; None where there is none."""
        if program.text == _ALWAYS:
            return True
        try:
            value = self._hearing.inquiry.evaluate(program, budget)
        except EvaluationError:
            return None
        return value if isinstance(value, bool) else None

    def _has_ceased(self) -> bool:
        until = self._entry.rule.spec.applies_until
        return until is not None and self._hearing.inputs.today > until

    @property
    def _delays(self) -> tuple[Delay, ...]:
        """What puts the rule off for this resource."""
        if self._entry.rule.spec.applies_from is None:
            return ()
        if self._known_delays is None:
            delays = self._entry.wording.delays
            self._known_delays = tuple(it for it, when in delays if self._holds(it.id, when))
        return self._known_delays

    def _holds(self, name: str, when: Program) -> bool:
        """Tell whether a delay holds: many rules of a pack have the same, asked once."""
        delayed = self._hearing.delayed
        if name not in delayed:
            delayed[name] = self._ask(when, self._delaying) is True
        return delayed[name]

    @property
    def _from_day(self) -> str:
        """Return the day it counts from for this resource: the latest of the delays that hold."""
        stated = self._entry.rule.spec.applies_from or ""
        if not self._delays:
            return stated
        if self._awaited:
            return ""
        return max([stated, *(each.applies_from for each in self._delays if each.applies_from)])

    @property
    def _awaited(self) -> str:
        """What has to happen first, with where the source says so; "" where a day counts."""
        for each in self._delays:
            if each.applies_when:
                return f"{each.applies_when} ({each.cite})"
        return ""

    def _is_owed(self) -> bool:
        """Whether the organisation has a role that owes the duty; a role nobody stated counts."""
        owing, stated = self._entry.owing, self._hearing.roles
        return not (owing and stated) or not owing.isdisjoint(stated)

    def _message(self) -> str:
        return self._entry.wording.message.filled(self._hearing.inquiry.facts, self._budget)

    def _unclear(self, program: Program) -> Result:
        """An expression without a value: a fact is not stated, or it can't be evaluated."""
        rule = self._entry.rule
        found = self._hearing.inquiry.explain(program, self._explaining)
        absent = [each for each in found.facts if each.value is MISSING]
        if absent:
            names = ", ".join(f"`{each.name}`" for each in absent)
            if self._is_early(each.path for each in absent):
                stages = " and ".join(f"`{each}`" for each in rule.spec.stages)
                told = f"{rule.title}: judged at {stages}, where {names} is known"
                return self._broken(Outcome.WARN, told, found)
            message = f"{rule.title}: can't be judged, because {names} is not stated"
            hint = f"State {names}."
        else:
            message = f"{rule.title}: can't be judged: {found.value}"
            hint = f"Correct what `{rule.id}` reads, or the rule itself."
        outcome, message = self._dated(Outcome.ERROR, message)
        return self._said(outcome, message, found, hint)

    def _is_early(self, absent: Iterable[Path]) -> bool:
        """Whether all that is not stated will be, where the rule stops somebody."""
        return self._hearing.inputs.stage is Stage.READ and all(map(is_planned, absent))

    def _broken(self, outcome: Outcome, message: str, found: Account | None = None) -> Result:
        """A failure, or a warning as long as the rule does not apply yet."""
        outcome, message = self._dated(outcome, message)
        return self._said(outcome, message, found)

    def _dated(self, outcome: Outcome, message: str) -> tuple[Outcome, str]:
        from_day, today = self._from_day, self._hearing.inputs.today
        if self._awaited:
            return Outcome.WARN, f"{message} (applies when {self._awaited})"
        if today < from_day:
            days = (date.fromisoformat(from_day) - date.fromisoformat(today)).days
            unit = "day" if days == 1 else "days"
            return Outcome.WARN, f"{message} (applies from {from_day}, in {days} {unit})"
        return outcome, message

    def _said(
        self, outcome: Outcome, message: str = "", found: Account | None = None, hint: str = ""
    ) -> Result:
        entry = self._entry
        spec = entry.rule.spec
        return Result(
            rule=entry.rule.id,
            title=entry.rule.title,
            pack=entry.pack,
            address=self._hearing.inputs.address,
            outcome=outcome,
            severity=entry.severity,
            enforcement=entry.level,
            message=message,
            remediation=hint or (spec.remediation if message else ""),
            applies_from=self._from_day,
            applies_when=self._awaited,
            facts=tuple(self._read(found)) if message else (),
            field=spec.field or "",
            is_clear=found is None,
        )

    def _read(self, found: Account | None) -> Iterator[Fact]:
        if found is not None:
            return _distinct(found.facts)
        wording, inquiry = self._entry.wording, self._hearing.inquiry
        asked = (each for each in (wording.when, wording.require) if each.text != _ALWAYS)
        explained = (inquiry.explain(each, self._explaining) for each in asked)
        return _distinct(fact for each in explained for fact in each.facts)


def _distinct(facts: Iterable[FactRead]) -> Iterator[Fact]:
    seen = set()
    for path, value in facts:
        if path not in seen:
            seen.add(path)
            is_stated = value is not MISSING
            yield Fact(path, as_json(value) if is_stated else None, is_stated)
