"""A plan tells a pass whose paper or record nobody has seen, and blocks nothing for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import CONTEXT
from tests.unit.policy.packs import rule
from tests.unit.policy.worlds import BINDING, bound, model, workspace

from mlspec.evidence import PaperLook, PaperStatus
from mlspec.ledger.policy_facts import gravity_of, policy_from_json
from mlspec.planning import EvidenceEntry, GateEntry, Law, desired_objects, make_plan
from mlspec.planning._shown_policy import require_policy_shown
from mlspec.planning.law_seen import PlanEyes
from mlspec.policy import stated_waivers
from mlspec.reporting._plan_policy import policy_lines
from mlspec.state import Snapshot

DIGEST = "sha256:" + "4" * 64
PAPER = f'  transparency: {{instructions: {{uri: docs/use.pdf, digest: "{DIGEST}"}}}}\n'
RULE = rule(require="has(spec.transparency.instructions.digest)", duty="Give instructions.")
GATED = rule(require="gates.exists(g, g.required)", duty="Test.")
EMPTY = Snapshot("prod", "", 0, "")
PASSED = EvidenceEntry("model/churn", "present", "pass", DIGEST, gates=(GateEntry("auc", "pass"),))


class Eyes:
    def __init__(self, status):
        self.look = PaperLook(status, "so it is")

    def paper(self, _address, _paper):
        return self.look

    def item(self, _address, _kind, _digest):
        return self.look


def planned(document, status, evidence=None):
    found = workspace(BINDING, model(more=PAPER))
    pack = bound(found, document)
    law = Law(found, (pack,), stated_waivers(found), looks=lambda _workspace: Eyes(status))
    desired = desired_objects(found, packs={"house": pack.pack.digest})
    digests = {each: f.digest for each, f in found.sources.items()}
    toolchain = replace(CONTEXT.toolchain, policy=law.digest)
    context = replace(CONTEXT, sources=digests, toolchain=toolchain)
    return make_plan(desired, EMPTY, context, evidence or {}, law)


def told(plan):
    entry = plan.policy.of("model/churn")
    return [each.outcome for each in entry.told], list(entry.passed)


def test_a_digest_alone_is_told_and_blocks_nothing():
    plan = planned(RULE, PaperStatus.MISSING)
    (found,) = plan.policy.of("model/churn").told

    assert ("stated", False) == (found.outcome, found.stops)
    assert "stated, not shown: spec.transparency.instructions (missing: so it is)" in found.message
    assert "model/churn" not in {each.address for each in plan.blocked if "policy" in str(each)}


def test_a_paper_that_was_seen_lets_the_rule_simply_pass():
    assert ([], ["HOUSE-001"]) == told(planned(RULE, PaperStatus.PRESENT))


def test_what_people_agree_to_tells_the_two_apart():
    seen, unseen = (planned(RULE, each) for each in (PaperStatus.PRESENT, PaperStatus.MISSING))

    assert seen.policy.risk_facts() != unseen.policy.risk_facts()
    assert unseen.policy == policy_from_json(unseen.policy.to_json())


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        (PASSED, PaperStatus.PRESENT),
        (replace(PASSED, run="7"), PaperStatus.RECORDED),
        (replace(PASSED, verdict="fail"), PaperStatus.FAILED),
        (replace(PASSED, status="stale", reason="older"), PaperStatus.STALE),
        (replace(PASSED, status="missing", reason="none"), PaperStatus.MISSING),
        (None, PaperStatus.MISSING),
    ],
)
def test_gates_are_told_by_the_evidence_that_the_plan_rests_on(evidence, status):
    known = {} if evidence is None else {evidence.address: evidence}
    found = PlanEyes(Eyes(PaperStatus.PRESENT), known).gates("model/churn")

    assert (status, status in (PaperStatus.PRESENT, PaperStatus.RECORDED)) == (
        found.look.status,
        found.passed == {"auc"},
    )


def test_a_duty_about_gates_passes_by_the_evidence_of_the_plan():
    looks = PaperStatus.PRESENT

    assert (["stated"], []) == told(planned(GATED, looks))
    assert ([], ["HOUSE-001"]) == told(planned(GATED, looks, {PASSED.address: PASSED}))


def test_a_report_of_a_plan_tells_it_in_words():
    entry = planned(RULE, PaperStatus.NOT_LOOKED).policy.of("model/churn")
    lines = {label: (text, eye) for label, text, eye in policy_lines(entry)}

    assert not lines["HOUSE-001"][1]
    assert lines["HOUSE-001"][0].startswith("stated: A model has owners: stated, not shown")
    assert "1 told" in lines["policy"][0]


def test_a_paper_that_is_not_where_a_plan_is_applied_makes_no_plan_stale():
    seen, unseen = (planned(RULE, each) for each in (PaperStatus.PRESENT, PaperStatus.MISSING))

    require_policy_shown(seen, seen.operations, unseen.policy)
    require_policy_shown(unseen, unseen.operations, seen.policy)


def test_it_weighs_as_much_as_a_warning():
    assert 1 == gravity_of("stated", "mandatory") == gravity_of("warn", "mandatory")
