"""An undecided gate with `onInconclusive: review` waits for an approval of the plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import GATE, tree, wanted

from mlspec.errors import ApprovalsMissingError, EvidenceMissingError, TamperedPlanError
from mlspec.ledger import Approval, Strength
from mlspec.planning import BlockCode, EvidenceEntry, GateEntry, Outcome

RISK = wanted("Team", "risk", {"members": ["mo"], "roles": ["model-risk"]})
DATA = wanted("Team", "data", {"members": ["dora"], "roles": ["data-steward", "ml-engineer"]})
MODEL = wanted("Model", "screen", {"gates": [GATE], "risk": {"tier": "minimal"}})
RENAMED = wanted(
    "Model", "screen", {"gates": [GATE], "risk": {"tier": "minimal"}, "purpose": "clearer"}
)
OPEN = EvidenceEntry(
    "model/screen",
    "present",
    "inconclusive",
    "sha256:r",
    gates=(GateEntry("auc", "inconclusive", review=True),),
)
PASSING = replace(OPEN, verdict="pass", digest="sha256:p", gates=(GateEntry("auc", "pass"),))
OTHER = replace(
    OPEN, gates=(*OPEN.gates, GateEntry("f1", "inconclusive", review=False)), digest="sha256:o"
)
BECAUSE = "R-GATE-INCONCLUSIVE model/screen"


@pytest.fixture
def gated(world):
    """A registry with people and a model, where gates and approvals are required."""
    world.reach(RISK, DATA, MODEL)
    context = replace(world.context, require_gates=True, require_approvals=True)
    return replace(world, context=context)


def planned(world, entry, desired=RENAMED):
    world.evidence.clear()
    world.evidence[entry.address] = entry
    return world.plan(tree(RISK, DATA, desired))


def apply(world, plan, entry, *approvals):
    desired = tree(RISK, DATA, RENAMED)
    return world.apply(plan, desired, evidence={entry.address: entry}, approvals=approvals)


def approved(plan):
    return Approval("mo", "model-risk", Strength.SIGNED, plan.digest, plan.risk_digest, "sha256:mo")


def asked(plan):
    return [each.role for each in plan.required_approvals if BECAUSE in each.because]


def test_the_plan_asks_model_risk_by_name_and_blocks_nothing(gated):
    plan = planned(gated, OPEN)

    assert not plan.blocked
    assert ["model-risk"] == asked(plan)


def test_a_gate_that_passes_asks_nobody(gated):
    assert [] == asked(planned(gated, PASSING))


def test_without_the_approval_nothing_is_applied_and_with_it_all_is(gated):
    plan = planned(gated, OPEN)

    with pytest.raises(ApprovalsMissingError, match="lacks approvals"):
        apply(gated, plan, OPEN)
    assert Outcome.APPLIED is apply(gated, plan, OPEN, approved(plan)).outcome


def test_where_nobody_has_to_agree_it_blocks(gated):
    free = replace(gated, context=replace(gated.context, require_approvals=False))

    (blocked,) = planned(free, OPEN).blocked
    assert BlockCode.GATE_INCONCLUSIVE is blocked.blocked.code
    assert "wait for a review" in blocked.blocked.reason


def test_a_further_gate_that_may_not_wait_blocks(gated):
    plan = planned(gated, OTHER)

    assert [BlockCode.GATE_INCONCLUSIVE] == [each.blocked.code for each in plan.blocked]
    assert [] == asked(plan)


def test_evidence_that_passes_by_now_needs_no_new_plan(gated):
    plan = planned(gated, OPEN)

    assert Outcome.APPLIED is apply(gated, plan, PASSING, approved(plan)).outcome


@pytest.mark.parametrize("shown", [PASSING, replace(OPEN, status="stale", digest="sha256:s")])
def test_a_verdict_that_waits_for_people_who_were_not_asked_is_refused(gated, shown):
    plan = planned(gated, shown)

    with pytest.raises(EvidenceMissingError):
        apply(gated, plan, OPEN, approved(plan))


def test_the_requirement_can_not_be_taken_out_of_a_plan(gated):
    plan = planned(gated, OPEN)
    other = replace(plan, required_approvals=())

    with pytest.raises(TamperedPlanError) as refused:
        apply(gated, other, OPEN)

    assert ("altered in the plan: the approvals that it needs",) == refused.value.details


def test_the_tier_of_the_evidence_can_not_be_lowered_in_a_plan(gated):
    plan = planned(gated, OPEN)
    (entry,) = plan.evidence
    other = replace(plan, evidence=(replace(entry, tier="limited"),))

    with pytest.raises(TamperedPlanError):
        apply(gated, other, OPEN)
