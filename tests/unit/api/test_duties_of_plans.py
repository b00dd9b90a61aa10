"""Duties that are judged at a plan or an apply are read like all others."""

from __future__ import annotations

import json

import pytest

from mlspec.api.cards import Asked, cards
from mlspec.api.check import validate
from mlspec.api.obligations import explained, owed
from mlspec.api.policy_lock import lock_packs
from mlspec.api.start import init
from mlspec.ir import CardFormat
from mlspec.policy import ObligationStatus, Outcome

BINDINGS = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: risk, owner: risk-office}
spec: {pack: model-risk, version: 2026.11.0}
---
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: act, owner: risk-office}
spec: {pack: eu-ai-act, version: 2026.11.0}
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: risk-office}
spec: {members: [val@example.org], roles: [compliance]}
"""
FACTS = """\
    markets: [EU]
    modelRisk: {framework: SR 26-2, exposure: high, materiality: high}
"""
OVERSIGHT = """\
  oversight:
    mode: human-in-the-loop
    reviewers: risk-office
    intervention: Somebody of the office reads each answer, and may put it aside.
    appeal: Whoever is concerned writes to the office, and a person answers.
"""
PLANNED = ("EUAI-017", "MRM-002a", "MRM-003")


@pytest.fixture
def shop(tmp_path):
    init(tmp_path)
    (tmp_path / "specs" / "policy.yaml").write_text(BINDINGS)
    file = tmp_path / "specs" / "churn.yaml"
    text = file.read_text()
    tier = next(each for each in text.splitlines() if each.startswith("    tier:"))
    file.write_text(
        text.replace(tier + "\n", f"    tier: high\n{FACTS}").rstrip("\n") + "\n" + OVERSIGHT
    )
    lock_packs(tmp_path)
    return tmp_path


def test_no_duty_vanishes_because_it_is_judged_later(shop):
    duties = {each.rule: each for each in owed("churn", shop, "staging").duties}

    assert {*PLANNED} <= duties.keys()
    assert ObligationStatus.OPEN is duties["MRM-002a"].status  # there is no report
    assert ObligationStatus.UNKNOWN is duties["MRM-003"].status
    assert "judged at `apply`" in duties["MRM-003"].message


@pytest.mark.parametrize("rule", PLANNED)
def test_a_rule_of_a_later_stage_can_be_explained_with_its_stages(shop, rule):
    answer = explained(rule, "churn", shop, "staging")

    assert "apply" in answer.stages
    assert "validate" not in answer.stages
    assert answer.result.outcome in (Outcome.WARN, Outcome.FAIL)


@pytest.mark.parametrize("rule", PLANNED)
def test_a_card_tells_rules_of_later_stages(shop, rule):
    (card,) = cards(Asked("churn", formats=(CardFormat.JSON,), offline=True), shop, "staging")
    labels = [
        value["label"]
        for section in json.loads(card.text)["sections"]
        for value in section["values"]
    ]

    assert f"Rule {rule}" in labels or rule in card.text


def test_validate_judges_what_it_can_and_no_more(shop):
    told = {each.code for each in validate(directory=shop).diagnostics}

    assert not told.intersection(PLANNED)
