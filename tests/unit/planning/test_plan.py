"""What a plan holds, and what blocks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import CONTEXT, GATE, tree, wanted

from mlspec.errors import RegistryUnavailableError
from mlspec.evidence import EvidenceRecord, EvidenceStatus, GateResult, Verdict, Waived
from mlspec.planning import (
    Action,
    BlockCode,
    ReadEntry,
    affected_models,
    evidence_entry,
    make_plan,
    observe_for,
    read_plan,
    write_plan,
)
from mlspec.planning._permits import error_of_blocks
from mlspec.state import Lifecycle

DATA = wanted("Dataset", "census", {"rows": 10})
MODEL = wanted("Model", "screen", {"gates": [GATE]}, references=["dataset/census"])
UNGATED = wanted("Model", "screen", {"purpose": "x"})


def results(**verdicts):
    return tuple(
        GateResult(name, "metric-threshold", Verdict(verdict), ">= 0.9", required=name != "soft")
        for name, verdict in verdicts.items()
    )


def record(overall, **verdicts):
    return EvidenceRecord("model/screen", "d", "g", "1", Verdict(overall), results(**verdicts), ())


def judged(overall, status=EvidenceStatus.PRESENT, reason="", **verdicts):
    return {
        "model/screen": evidence_entry("model/screen", record(overall, **verdicts), status, reason)
    }


def only(plan):
    (operation,) = plan.operations
    return operation


def test_what_is_new_is_created_in_order_of_address(world):
    plan = world.plan(tree(MODEL, DATA))

    assert [(each.id, each.address, each.action) for each in plan.operations] == [
        ("0001", "dataset/census", Action.CREATE),
        ("0002", "model/screen", Action.CREATE),
    ]
    assert plan.operations[1].depends_on == ("0001",)
    assert plan.operations[1].at == "specs/screen.yaml:1:1"
    assert plan.lineage == ""


def test_the_read_set_holds_what_operations_touch_and_refer_to_and_nothing_else(world):
    world.reach(DATA, MODEL, wanted("Team", "ops", {}))
    changed = wanted("Model", "screen", {"gates": []}, references=["dataset/census"])

    plan = world.plan(tree(DATA, changed, wanted("Team", "ops", {})))

    assert plan.read_set == (
        ReadEntry("dataset/census", 1, DATA.digest),
        ReadEntry("model/screen", 1, MODEL.digest),
    )
    assert plan.unchanged == 2


def test_a_plan_after_an_apply_is_empty(world):
    world.reach(DATA, MODEL)

    plan = world.plan(tree(DATA, MODEL))

    assert not plan.has_changes
    assert plan.read_set == ()
    assert plan.unchanged == 2


def test_a_resource_that_left_the_specs_is_retired_once(world):
    world.reach(DATA, MODEL)

    plan = world.plan(tree(DATA))
    assert (only(plan).action, only(plan).kind) == (Action.RETIRE, "Model")

    world.reach(DATA)
    assert not world.plan(tree(DATA)).has_changes
    assert world.backend().observe().objects["model/screen"].lifecycle is Lifecycle.RETIRED


def test_a_retired_resource_that_comes_back_is_restored_with_its_identity(world):
    world.reach(MODEL)
    uid = world.backend().observe().objects["model/screen"].uid
    world.reach()

    plan = world.plan(tree(MODEL))
    world.apply(plan, tree(MODEL))

    after = world.backend().observe().objects["model/screen"]
    assert (only(plan).action, only(plan).reason) == (Action.UPDATE, "restored")
    assert (after.uid, after.revision, after.lifecycle) == (uid, 3, Lifecycle.LIVE)


def test_a_protected_resource_that_left_the_specs_is_shown_as_blocked(world):
    world.reach(wanted("Model", "screen", {}, protect=True), DATA)

    plan = world.plan(tree(wanted("Dataset", "census", {"rows": 11})))
    error = error_of_blocks(plan.operations)

    assert [each.address for each in plan.operations] == ["dataset/census", "model/screen"]
    assert plan.blocked[0].blocked.code is BlockCode.PROTECTED
    assert plan.blocked[0].protect
    assert (type(error).__name__, error.exit_code) == ("PolicyDeniedError", 5)


def test_protection_is_lifted_by_a_plan_of_its_own(world):
    world.reach(wanted("Model", "screen", {}, protect=True))

    lifted = world.plan(tree(wanted("Model", "screen", {})))
    world.apply(lifted, tree(wanted("Model", "screen", {})))

    assert [(each.path, each.direction) for each in only(lifted).changes] == [
        ("metadata.protect", "loosened")
    ]
    assert not world.plan({}).blocked


@pytest.mark.parametrize(
    ("evidence", "code", "exit_code"),
    [
        ({}, BlockCode.EVIDENCE_MISSING, 6),
        (judged("pass", EvidenceStatus.STALE, "the file moved"), BlockCode.EVIDENCE_STALE, 6),
        (judged("fail", auc="fail"), BlockCode.GATE_FAILED, 7),
        (judged("inconclusive", auc="inconclusive"), BlockCode.GATE_INCONCLUSIVE, 8),
        (judged("not-evaluated", auc="not-evaluated"), BlockCode.GATE_NOT_EVALUATED, 9),
        (judged("not-evaluated"), BlockCode.EVIDENCE_MISSING, 6),
        (judged("not-evaluated", soft="fail"), BlockCode.EVIDENCE_MISSING, 6),
        (judged("pass", soft="pass"), BlockCode.EVIDENCE_MISSING, 6),
        (judged("pass", auc="pass", soft="fail"), None, None),
    ],
)
def test_where_gates_are_required_only_passing_evidence_lets_a_model_through(
    world, evidence, code, exit_code
):
    world.evidence = evidence

    plan = world.plan(tree(MODEL), require_gates=True)
    blocked, error = only(plan).blocked, error_of_blocks(plan.operations)

    assert (blocked.code if blocked else None) == code
    assert (error.exit_code if error else None) == exit_code


def test_a_waiver_that_has_ended_is_told_beside_the_verdict_that_counts_again(world):
    waived = Waived("Late labels.", "li", "ana", "2027-01-31")
    result = GateResult("auc", "metric-threshold", Verdict.FAIL, ">= 0.9", lapsed=waived)
    ended = EvidenceRecord("model/screen", "d", "g", "1", Verdict.FAIL, (result,), ())
    world.evidence = {"model/screen": evidence_entry("model/screen", ended, EvidenceStatus.PRESENT)}

    plan = world.plan(tree(MODEL), require_gates=True)

    assert only(plan).blocked.reason == (
        "gates do not pass: auc fail (its waiver ended on 2027-01-31)"
    )
    assert plan.evidence[0].gates[0].lapsed == "2027-01-31"
    assert read_plan(write_plan(plan)).evidence == plan.evidence


def test_where_gates_are_not_required_evidence_is_shown_and_blocks_nothing(world):
    world.evidence = judged("fail", auc="fail")

    plan = world.plan(tree(MODEL))

    assert not plan.blocked
    assert plan.evidence == (replace(world.evidence["model/screen"], tier="high"),)


def test_a_model_without_gates_is_not_applied_where_gates_are_required(world):
    plan = world.plan(tree(UNGATED), require_gates=True)

    assert only(plan).blocked.code is BlockCode.EVIDENCE_MISSING
    assert "no gate decides: it has no gates" in only(plan).blocked.reason
    assert "give it one in `spec.gates` or `spec.gateSets`" in only(plan).blocked.reason
    assert plan.evidence == ()
    assert not world.plan(tree(UNGATED)).blocked


def test_gates_that_are_all_advisory_are_no_way_around_them(world):
    world.evidence = judged("not-evaluated", soft="fail")

    plan = world.plan(tree(MODEL), require_gates=True)

    assert "all its gates are advisory" in only(plan).blocked.reason


def test_retiring_a_model_needs_no_evidence(world):
    world.reach(MODEL)

    assert not world.plan({}, require_gates=True).blocked


def test_the_gravest_reason_gives_the_exit_code(world):
    world.reach(wanted("Model", "old", {}, protect=True))

    error = error_of_blocks(world.plan(tree(MODEL), require_gates=True).operations)

    assert error.exit_code == 5
    assert len(error.details) == 2


def test_the_digest_does_not_depend_on_the_envelope_or_on_unrelated_applies(world):
    world.reach(DATA)
    before = world.plan(tree(DATA, MODEL))

    world.reach(DATA, wanted("Team", "ops", {}))
    world.reach(DATA)
    later = world.plan(tree(DATA, MODEL), envelope=replace(CONTEXT.envelope, commit="d00d"))

    assert (before.envelope.serial, later.envelope.serial) == (1, 3)
    assert before.digest == later.digest


def test_only_the_bodies_that_differ_are_read(world):
    world.reach(DATA, MODEL)
    changed = tree(DATA, UNGATED)

    objects = observe_for(world.backend(), changed, CONTEXT).objects

    assert objects["dataset/census"].body is None
    assert objects["model/screen"].body == MODEL.body


def test_a_registry_that_lost_a_body_is_damaged(world):
    class Hollow:
        def observe(self, *, bodies):
            assert not bodies
            return world.backend().observe(bodies=False)

        def bodies(self, _digests):
            return {}

    world.reach(MODEL)

    with pytest.raises(RegistryUnavailableError, match="lost the body of `model/screen`"):
        make_plan(tree(UNGATED), observe_for(Hollow(), tree(UNGATED), CONTEXT), CONTEXT)


SHARED = wanted("GateSet", "shared", {"gates": [GATE]})
STRICTER = wanted("GateSet", "shared", {"gates": [GATE | {"atLeast": 0.99}]})
JUDGED = wanted(
    "Model", "screen", {"gateSets": ["gate-set/shared"]}, references=["gate-set/shared"]
)
OTHER = wanted("Model", "aid", {"gateSets": ["gate-set/shared"]}, references=["gate-set/shared"])
UNGATED_OTHER = wanted("Model", "other", {"purpose": "y"})
STALE = judged("pass", EvidenceStatus.STALE, "the gates have changed")


@pytest.fixture
def shared(world):
    """A world in which a model is live that takes its gates from a gate set."""
    world.reach(SHARED, JUDGED, UNGATED_OTHER)
    return world


def test_an_operation_on_a_gate_set_affects_the_models_that_refer_to_it(shared):
    operation = only(shared.plan(tree(STRICTER, JUDGED, UNGATED_OTHER)))
    desired = tree(STRICTER, JUDGED, OTHER, UNGATED_OTHER)

    assert operation.affects == ("model/screen",)
    affected = affected_models([operation], desired)
    assert affected == {operation.address: ("model/aid", "model/screen")}
    assert affected_models([replace(operation, kind="Dataset")], desired) == {}


@pytest.mark.parametrize(
    ("evidence", "code", "exit_code"),
    [
        ({}, BlockCode.EVIDENCE_MISSING, 6),
        (STALE, BlockCode.EVIDENCE_STALE, 6),
        (judged("fail", auc="fail"), BlockCode.GATE_FAILED, 7),
        (judged("inconclusive", auc="inconclusive"), BlockCode.GATE_INCONCLUSIVE, 8),
        (judged("not-evaluated", auc="not-evaluated"), BlockCode.GATE_NOT_EVALUATED, 9),
    ],
)
def test_a_changed_gate_set_is_blocked_until_its_models_have_passed_it(
    shared, evidence, code, exit_code
):
    shared.evidence = evidence

    plan = shared.plan(tree(STRICTER, JUDGED, UNGATED_OTHER), require_gates=True)

    operation = only(plan)
    assert operation.blocked.code is code
    assert operation.blocked.reason.startswith("`model/screen`: ")
    assert error_of_blocks(plan.operations).exit_code == exit_code
    assert [each.address for each in plan.evidence] == ["model/screen"]


def test_a_changed_gate_set_whose_models_pass_it_goes_through(shared):
    shared.evidence = judged("pass", auc="pass")

    plan = shared.plan(tree(STRICTER, JUDGED, UNGATED_OTHER), require_gates=True)

    assert error_of_blocks(plan.operations) is None
    assert [each.address for each in plan.read_set] == ["gate-set/shared", "model/screen"]


def test_of_several_affected_models_the_gravest_reason_is_told(shared):
    shared.evidence = judged("fail", auc="fail")

    plan = shared.plan(tree(STRICTER, JUDGED, OTHER), require_gates=True)

    (operation,) = [each for each in plan.operations if each.kind == "GateSet"]
    assert operation.blocked.code is BlockCode.GATE_FAILED
    assert operation.blocked.reason == (
        "`model/screen`: gates do not pass: auc fail; and 1 more model"
    )


def test_where_gates_are_not_required_affected_models_are_shown_and_hold_nothing_up(shared):
    shared.evidence = STALE

    plan = shared.plan(tree(STRICTER, JUDGED, UNGATED_OTHER))

    assert error_of_blocks(plan.operations) is None
    assert [each.status for each in plan.evidence] == ["stale"]
    assert [each.address for each in plan.read_set] == ["gate-set/shared"]
