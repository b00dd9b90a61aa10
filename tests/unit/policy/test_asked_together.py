"""Rules of a pack that share their conditions say what each of them says alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mlspec.api.session import read_session
from mlspec.cel import Budget, EvaluationError, Inquiry
from mlspec.policy import (
    BoundPack,
    Outcome,
    Stage,
    evaluate,
    judge,
    read_pack,
    read_pack_folder,
    shipped_folder,
    shipped_packs,
)
from mlspec.workspace import overlay

COUNTY = read_session(Path(__file__).parents[3] / "examples" / "county", "2026-11-22").workspace
PACKS = [
    read_pack(read_pack_folder(shipped_folder() / name, name)).pack for name in shipped_packs()
]
STEPS = 200_000


def judged(environment, stage):
    """Return what all shipped packs say of the county in an environment; "" is none of them."""
    workspace = overlay(COUNTY, environment)[0] if environment else COUNTY
    [binding, *_] = COUNTY.of_kind("PolicyBinding")
    bound = [BoundPack(each, binding, (), {}) for each in PACKS]
    return judge(workspace, bound, (), stage, lambda _: {})


def told(evaluate_, program, budget):
    try:
        return evaluate_(program, budget), budget.left
    except EvaluationError as error:
        return error.message, error.line, error.column, budget.left


@pytest.mark.parametrize("environment", ["", *COUNTY.spec.environments])
def test_each_condition_gives_together_what_it_gives_alone(environment):
    asked = 0
    for inputs in judged(environment, Stage.VALIDATE).inputs.values():
        for pack in PACKS:
            facts = inputs.facts(pack)
            inquiry = Inquiry(facts)
            for each in programs(pack, inputs.kind):
                alone = told(lambda it, left, known=facts: it.evaluate(known, left), each, Budget())
                assert alone == told(inquiry.evaluate, each, Budget())
                found, budget = each.explain(facts, Budget(STEPS)), Budget(STEPS)
                together = inquiry.explain(each, budget)
                assert found.facts == together.facts
                assert str(found.value) == str(together.value)
                asked += 1

    assert asked > 100


def programs(pack, kind):
    for rule in pack.rules:
        if kind in rule.by_kind:
            wording = rule.by_kind[kind]
            yield from (wording.when, wording.require, *(each for _, each in wording.delays))


@pytest.mark.parametrize("stage", Stage)
def test_a_rule_says_the_same_in_a_pack_of_its_own(stage):
    found = judged("prod", stage)
    alone = [
        result
        for inputs in found.inputs.values()
        for pack in PACKS
        for rule in pack.rules
        for result in evaluate(only(pack, rule), inputs, {})
    ]

    assert found.results == alone
    assert {Outcome.PASS, Outcome.SKIP, Outcome.FAIL} <= {each.outcome for each in alone}


def only(pack, rule):
    return replace(pack, rules=(rule,))
