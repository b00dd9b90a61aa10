"""What a pass rests on: papers, records of gates and evidence items, and whether they are there.

A rule reads what a spec states, so that a digest in it is enough for a pass. Here the same rule is
asked again with nothing stated but what somebody has seen: papers that are there by their digest,
gates that passed in a record of this version, items whose papers are there. A pass that does not
hold by that is not shown. How something is looked at is for the caller to say.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from mlspec.cel import Budget, EvaluationError
from mlspec.evidence import PaperLook, PaperStatus
from mlspec.policy._judge import Judged
from mlspec.policy._looks import GateLook, asked_by
from mlspec.policy._model import Ground, Outcome
from mlspec.policy._papers import dotted, without_papers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.policy._force import BoundPack
    from mlspec.policy._looks import Asked, Looks
    from mlspec.policy._model import Inputs, Pack, PackRule, Result, Wording
    from mlspec.policy._papers import StatedPaper
    from mlspec.policy._purse import Purse

__all__ = ["shown"]

_STEPS: Final = 200_000
_ITEMS: Final = ("evidence", "items")
_GATES: Final = "gates"
_ITEM: Final = "item"
_PAPER: Final = "paper"
_JUDGED: Final = (_GATES, "models")


def shown(judged: Judged, packs: Iterable[BoundPack], looks: Looks) -> Judged:
    """Return what policy says, with what each pass rests on, and whether anybody can see that.

    `packs` are those that judged. What rules could read is let go of: it was needed for this.
    """
    named = {f"{each.pack.name}@{each.pack.version}": each.pack for each in packs}
    desks: dict[tuple[str, str], _Desk] = {}
    found = []
    for each in judged.results:
        key = (each.address, each.pack)
        if key not in desks:
            inputs = judged.inputs[each.address]
            desks[key] = _Desk(named[each.pack], inputs, looks, judged.purse)
        found.append(desks[key].grounded(each))
    return Judged(found, judged.tiers)


class _Desk:
    """Asks the rules of a pack about one resource once more; of one that failed nothing is asked.

    `purse` pays for what it takes, as for any other evaluation.
    """

    def __init__(self, pack: Pack, inputs: Inputs, looks: Looks, purse: Purse) -> None:
        self._pack, self._inputs, self._looks, self._purse = pack, inputs, looks, purse
        self._rules = {each.id: each for each in pack.rules}

    def grounded(self, result: Result) -> Result:
        """Return a result with what its pass rests on, and whether that was seen.

        Of a pass that is shown, only what was seen is named: a rule may take one thing or another.
        """
        rule = self._rules.get(result.rule)
        if rule is None or result.outcome is not Outcome.PASS:
            return result
        wording = rule.by_kind[self._inputs.kind]
        grounds = (*self._grounds(rule, wording),)
        if not grounds:
            return result
        is_shown = self._is_shown(rule, wording, grounds)
        named = tuple(each for each in grounds if each.look.is_there) if is_shown else grounds
        return replace(result, grounds=named, is_shown=is_shown)

    def _is_shown(self, rule: PackRule, wording: Wording, grounds: Sequence[Ground]) -> bool:
        """Tell whether all was seen, or the rule holds by what was; a record of gates has to be."""
        of_gates = [each for each in grounds if each.kind == _GATES]
        is_all_there = all(each.look.is_there for each in grounds)
        if not all(each.look.is_there for each in of_gates):
            return False
        if is_all_there and not of_gates:
            return True
        if asked_by(wording.require).reads_none and all(each.kind == _ITEM for each in grounds):
            return is_all_there
        return self._holds(rule, wording)

    def _grounds(self, rule: PackRule, wording: Wording) -> Iterator[Ground]:
        asked = asked_by(wording.require)
        read = self._read(rule, wording) if asked.gates or asked.items else set()
        found = [*self._papers(asked)]
        if rule.spec.duty is not None and asked.gates and read & {*_JUDGED}:
            found += self._records()
        if _ITEMS[0] in read or (rule.spec.evidence and not found):
            found += [self._item(each) for each in rule.spec.evidence]
        yield from found

    def _papers(self, asked: Asked) -> Iterator[Ground]:
        for paper, look in self._seen_papers if asked.spec else ():
            if asked.names(tuple(each for each in paper.path if isinstance(each, str))):
                how = f"mlspec evidence add {self._inputs.address} --kind {paper.kind}"
                part = f" --part {paper.part}" if paper.part else ""
                yield _ground(_PAPER, dotted(paper.path), look, f"{how}{part} --file PAPER")

    def _records(self) -> Iterator[Ground]:
        for address, seen in self._seen_gates.items():
            how = f"mlspec gate run {address} --env {self._inputs.environment}"
            yield _ground(_GATES, f"gates of {address}", seen.look, how)

    def _item(self, kind: str) -> Ground:
        address = self._inputs.address
        how = f"mlspec evidence add {address} --kind {kind} --file PAPER"
        look = self._looks.item(address, kind, "")
        return _ground(_ITEM, f"evidence of the kind {kind}", look, how)

    def _read(self, rule: PackRule, wording: Wording) -> set[str]:
        """Return the variables that an evaluation really reads: one may be decided before."""
        budget = Budget(_STEPS)
        facts = wording.require.explain(self._stated, budget).facts
        self._pay(rule, budget)
        return {str(each.path[0]) for each in facts if each.path}

    def _holds(self, rule: PackRule, wording: Wording) -> bool:
        """Tell whether a rule holds by what was seen alone; an error is no yes."""
        budget = Budget(_STEPS)
        try:
            return wording.require.evaluate(self._shown, budget) is True
        except EvaluationError:
            return False
        finally:
            self._pay(rule, budget)

    def _pay(self, rule: PackRule, budget: Budget) -> None:
        self._purse.pay(f"`{rule.id}` of `{self._pack.name}`", budget.steps - budget.left)

    @cached_property
    def _seen_papers(self) -> tuple[tuple[StatedPaper, PaperLook], ...]:
        found, address = self._inputs.papers, self._inputs.address
        return tuple((each, self._looks.paper(address, each)) for each in found)

    @cached_property
    def _seen_gates(self) -> Mapping[str, GateLook]:
        """What was seen of the model, or of each model of a system that is made here."""
        names = [self._inputs.address] if self._inputs.kind == "Model" else []
        managed = (each for each in self._inputs.models if isinstance(each, dict))
        names += [f"model/{each['name']}" for each in managed if each.get("isManaged")]
        return {each: self._looks.gates(each) for each in dict.fromkeys(names)}

    @cached_property
    def _stated(self) -> Mapping[str, object]:
        return self._inputs.facts(self._pack)

    @cached_property
    def _shown(self) -> Mapping[str, object]:
        """What rules may read, with nothing in it but what was seen."""
        inputs = self._inputs
        unseen = {paper.path for paper, look in self._seen_papers if not look.is_there}
        spec = without_papers(inputs.subject.get("spec"), unseen)
        own = self._seen_gates.get(inputs.address, GateLook(_NOBODY)).passed
        shown = replace(
            inputs,
            subject={**inputs.subject, "spec": spec},
            gates=_passed(inputs.gates, own),
            models=tuple(self._model(each) for each in inputs.models),
            further={**inputs.further, **self._evidence()},
        )
        return shown.facts(self._pack)

    def _model(self, model: Json) -> Json:
        if not isinstance(model, dict):
            return model
        seen = self._seen_gates.get(f"model/{model.get('name')}", GateLook(_NOBODY))
        gates = model.get("gates")
        listed = gates if isinstance(gates, list) else []
        return {**model, "gates": [*_passed(listed, seen.passed)]}

    def _evidence(self) -> dict[str, Json]:
        """Return the evidence in which an item without its paper is missing."""
        evidence = self._inputs.further.get("evidence")
        items = evidence.get("items") if isinstance(evidence, dict) else None
        if not isinstance(evidence, dict) or not isinstance(items, list):
            return {}
        return {"evidence": {**evidence, "items": [self._seen_item(each) for each in items]}}

    def _seen_item(self, item: Json) -> Json:
        if not isinstance(item, dict) or item.get("status") != PaperStatus.PRESENT.value:
            return item
        kind, digest = str(item.get("kind")), str(item.get("digest"))
        if self._looks.item(self._inputs.address, kind, digest).is_there:
            return item
        return {**item, "status": PaperStatus.MISSING.value}


_NOBODY: Final = PaperLook(PaperStatus.NOT_LOOKED, "nobody looked")


def _ground(kind: str, name: str, look: PaperLook, how: str) -> Ground:
    return Ground(kind, name, look, "" if look.is_there else how)


def _passed(gates: Sequence[Json], passed: frozenset[str]) -> tuple[Json, ...]:
    return tuple(each for each in gates if isinstance(each, dict) and each.get("id") in passed)
