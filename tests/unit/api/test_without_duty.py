"""Rules that state no duty are told beside the duties: a house rule is not lost."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.policy.packs import judged, pack_of, rule

from mlspec.api.obligations import without_duty
from mlspec.policy import Outcome, Owed
from mlspec.reporting.obligations import render_owed, render_owed_json


def owed():
    return Owed("model/a", "prod", "2026-11-21", "low", "high", (), ("house@2026.11.0",), ())


def results(spec, **fields):
    pack = pack_of(rule(**fields))
    return pack, [*judged(pack, spec).values()]


@pytest.mark.parametrize(
    ("spec", "outcome"), [({}, Outcome.FAIL), ({"owners": {"accountable": "a"}}, Outcome.PASS)]
)
def test_a_rule_without_a_duty_is_told_with_what_it_says(spec, outcome):
    pack, said = results(spec)

    assert [outcome] == [each.outcome for each in without_duty([pack], said)]


def test_a_rule_with_a_duty_is_told_as_one():
    pack, said = results({}, duty="Name who answers for it.")

    assert [] == [*without_duty([pack], said)]


def test_a_rule_that_does_not_concern_it_is_not_told():
    pack, said = results({}, when="'false'")

    assert [Outcome.SKIP] == [each.outcome for each in said]
    assert [] == [*without_duty([pack], said)]


def test_they_stand_apart_in_the_text_and_in_the_json():
    pack, said = results({})
    found = replace(owed(), house=tuple(without_duty([pack], said)))
    text = render_owed(found)

    assert "Rules without a duty (1)\n  HOUSE-001  fail: Nobody owns `screen`.  [house@" in text
    (row,) = json.loads(render_owed_json(found))["rulesWithoutDuty"]
    assert ("HOUSE-001", "fail") == (row["rule"], row["outcome"])
    assert "Rules without a duty" not in render_owed(owed())
