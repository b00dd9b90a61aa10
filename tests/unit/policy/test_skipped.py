"""A rule that is passed over says why: it ended, others owe it, or its condition does not hold."""

from __future__ import annotations

import json

import pytest
from tests.unit.policy.packs import inputs, judged, pack_of, rule

from mlspec.policy import Outcome, RuleAnswer, why_skipped
from mlspec.reporting.policy import render_answer, render_answer_json

RISK = {"risk": {"tier": "limited", "roles": ["deployer"]}}


def why(spec, **fields):
    pack = pack_of(rule(**fields))
    (result,) = judged(pack, spec).values()
    assert Outcome.SKIP is result.outcome
    told, facts = why_skipped(pack, pack.rules[0], inputs(spec))
    return told, {".".join(map(str, each.path)): (each.value, each.is_stated) for each in facts}


def test_a_condition_that_does_not_hold_is_told_with_what_it_read():
    told, facts = why(RISK, when="'spec.risk.tier == \"high\"'")

    assert ("`when` is false", {"spec.risk.tier": ("limited", True)}) == (told, facts)


def test_what_is_not_stated_is_told_as_such():
    assert {"spec.serving": (None, False)} == why({}, when='"has(spec.serving)"')[1]


def test_of_several_conditions_only_those_are_told_that_were_read():
    _, facts = why(RISK, when="'has(spec.serving) && spec.risk.tier == \"high\"'")

    assert {"spec.serving"} == facts.keys()


def test_a_duty_of_others_names_both_roles():
    told, facts = why(RISK, roles="[provider]")

    assert "it is owed by `provider`, and the organisation is `deployer`" == told
    assert {"spec.risk.roles": (["deployer"], True)} == facts


def test_a_rule_that_has_ended_says_when():
    assert ("it applied until 2026-11-20", {}) == why({}, appliesUntil='"2026-11-20"')


@pytest.mark.parametrize("told", ["`when` is false", ""])
def test_an_answer_shows_it(told):
    pack = pack_of(rule(when='"has(spec.serving)"'))
    (result,) = judged(pack, {}).values()
    answer = RuleAnswer(result, "w", "r", (), (), ("plan",), told)

    assert (told in render_answer(answer)) is True
    assert (told or None) == json.loads(render_answer_json(answer))["why"]
