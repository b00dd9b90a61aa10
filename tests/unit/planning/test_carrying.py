"""An approval counts for other plans that mean the same, until that change is made or it is old."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.ledger.ledgers import facts_of
from tests.unit.planning.worlds import planned, registered, wanted

from mlspec.ledger import Approval, Strength
from mlspec.planning._expiry import expiry_of
from mlspec.planning.carrying import carried, reason_against_carrying
from mlspec.state import Snapshot

PLAN = planned([wanted("Team", "ops", {"members": ["ana"]})], registered(), require_approvals=True)
AT = "2026-03-01T10:00:00Z"
GIVEN = Approval("mo", "", Strength.SIGNED, "sha256:other", PLAN.risk_digest, "sha256:mo", AT)
NOW = "2026-03-02T10:00:00+00:00"


def run(at, risk=PLAN.risk_digest):
    return facts_of(Snapshot("prod", "lineage", 0, ""), [], at=at, risk_digest=risk)


def test_only_what_was_given_to_another_plan_is_carried():
    mine = replace(GIVEN, plan=PLAN.digest)

    assert carried([GIVEN, mine], PLAN) == (GIVEN,)


def test_it_carries_over_while_nobody_has_made_the_change():
    runs = [run("2026-02-01T00:00:00+00:00"), run(NOW, risk="sha256:another")]

    assert not reason_against_carrying(GIVEN, PLAN, runs, NOW)


@pytest.mark.parametrize("at", ["2026-03-01T10:00:00+00:00", "2026-03-01T12:00:00+00:00"])
def test_a_run_that_made_the_change_spends_it_needed_or_not_shown_or_not(at):
    assert "an earlier run" in reason_against_carrying(GIVEN, PLAN, [run(at)], NOW)


def test_it_carries_over_for_as_long_as_a_plan_of_that_level_is_good():
    until = expiry_of(AT, PLAN.summary.max_risk)

    assert not reason_against_carrying(GIVEN, PLAN, [], NOW)
    assert f"until {until} only" in reason_against_carrying(GIVEN, PLAN, [], until)
