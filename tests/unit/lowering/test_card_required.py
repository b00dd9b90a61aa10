"""What is missing is required only by a rule that misses it."""

from __future__ import annotations

import pytest
from tests.unit.lowering import card_world
from tests.unit.policy.packs import pack_of, rule

from mlspec.ir import CardValue, ValueStatus
from mlspec.lowering._card_required import asked_paths
from mlspec.lowering.cards import lower_cards
from mlspec.policy import LACKING, Outcome

ADDRESS = "model/screen"


def value(status, path):
    return CardValue("Who can step in", status, place=(ADDRESS, path))


def asking(status, path="spec.oversight.overseers", failing=(), **fields):
    """Return the rules that ask for a value of a card, of one rule of a house."""
    pack = pack_of(rule(require="spec.risk.tier != 'high' || has(spec.oversight)", **fields))
    found = asked_paths(pack.rules, "Model", failing)
    return found.by(value(status, path), "oversight", ADDRESS)


@pytest.mark.parametrize("field", [None, "spec.oversight", "spec.oversight.overseers"])
def test_a_rule_that_passes_misses_nothing(field):
    assert () == asking(ValueStatus.MISSING, field=field)


@pytest.mark.parametrize("field", ["spec.oversight.overseers"])
def test_a_rule_that_fails_asks_for_what_is_missing(field):
    assert ("HOUSE-001",) == asking(ValueStatus.MISSING, field=field, failing=("HOUSE-001",))


def test_a_rule_that_passes_asks_for_what_is_there():
    assert ("HOUSE-001",) == asking(ValueStatus.PRESENT, path="spec.risk.tier")


def test_everything_but_a_pass_and_what_does_not_concern_it_lacks_something():
    assert {Outcome.PASS, Outcome.SKIP} == {*Outcome} - {*LACKING}


@pytest.mark.parametrize("line", ["", "owners: {accountable", "postMarket: {plan"])
def test_no_card_says_that_a_rule_that_passes_misses_something(line):
    text = card_world.marked()
    kept = [each for each in text.splitlines(keepends=True) if not line or line not in each]
    world = card_world.workspace("".join(kept))
    lacking = {
        (each.address, each.rule)
        for each in card_world.report(world).judged.results
        if each.outcome in LACKING
    }
    made = [*lower_cards(world, "prod", {}, facts=card_world.facts(world))]

    missed = [
        (f"{card.kind.lower()}/{card.model}", name)
        for card in made
        for section in card.sections
        for each in section.values
        if each.status is ValueStatus.MISSING
        for name in each.required_by
    ]
    assert missed
    assert not {*missed} - lacking
