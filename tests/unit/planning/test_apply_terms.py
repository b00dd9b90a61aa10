"""Applying under terms: approvals, expiry, freezes, breaking the glass, and leaving things out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import GATE, STAMP, World, tree, wanted

from mlspec.errors import (
    ApprovalsMissingError,
    EvidenceMissingError,
    InterruptedRunError,
    PolicyDeniedError,
    RegistryLockedError,
    TamperedPlanError,
)
from mlspec.ledger import Approval, Strength, read_run_statement
from mlspec.planning import (
    EvidenceEntry,
    Freeze,
    GateEntry,
    Level,
    OnError,
    Outcome,
    Stamp,
    notice_of,
    unreviewed,
)
from mlspec.state import BreakGlass, RunOutcome, Statement, StepStatus

RISK = wanted("Team", "risk", {"members": ["mo", "mia"], "roles": ["model-risk"]})
DATA = wanted("Team", "data", {"members": ["dora"], "roles": ["data-steward", "ml-engineer"]})
OPS = wanted("Team", "ops", {"members": ["ana", "olaf"], "roles": ["sre", "compliance"]})
TEAMS = (DATA, OPS, RISK)
GATES = wanted("Model", "risky", {"gates": [GATE]})
LOOSER = wanted("Model", "risky", {"gates": [GATE | {"atLeast": 0.8}]})
FREEZE = Freeze("year-end", "2026-01-01T00:00:00Z", "2026-01-10T00:00:00Z", "books are closed")


@pytest.fixture
def strict(world):
    """A registry with teams and a model, where approvals are required from now on."""
    world.reach(*TEAMS, GATES)
    return replace(world, context=replace(world.context, require_approvals=True))


def approved(plan, principal, role, **changes):
    digest = f"sha256:{principal}"
    given = Approval(principal, role, Strength.SIGNED, plan.digest, plan.risk_digest, digest)
    return replace(given, **changes)


def everybody(plan):
    """Return approvals by a different holder for each role that a plan needs."""
    holders = {"model-risk": ["mo", "mia"], "compliance": ["olaf", "ana"], "sre": ["olaf", "ana"]}
    return tuple(
        approved(plan, holders[each.role][number], each.role)
        for each in plan.required_approvals
        for number in range(each.count)
    )


def test_a_plan_without_its_approvals_says_who_is_missing_and_writes_nothing(strict):
    desired = tree(*TEAMS, LOOSER)
    plan = strict.plan(desired)
    before = strict.state()

    with pytest.raises(ApprovalsMissingError) as caught:
        strict.apply(plan, desired)

    assert caught.value.exit_code == 6
    assert "model-risk" in "".join(caught.value.details)
    assert "R-" in "".join(caught.value.details)
    assert "mlspec approve" in caught.value.hint
    assert before == strict.state()


def test_a_plan_with_its_approvals_is_applied_and_keeps_their_statements(strict):
    desired = tree(*TEAMS, LOOSER)
    plan = strict.plan(desired)
    given = everybody(plan)
    spare = approved(plan, "nobody", "model-risk")
    kept = tuple(Statement(each.digest, "{}") for each in (*given, spare))

    result = strict.apply(plan, desired, approvals=(*given, spare), statements=kept)

    statements = strict.backend().statements()
    assert result.outcome is Outcome.APPLIED
    assert {each.digest for each in given} <= statements.keys()
    assert spare.digest not in statements
    assert given[0].principal in statements[result.run.statement].content


def test_who_made_the_change_does_not_approve_it_whatever_the_plan_says(strict):
    desired = tree(*TEAMS, LOOSER)
    plan = strict.plan(desired)
    known = replace(strict, context=replace(strict.context, authors=("mo", "mia")))

    with pytest.raises(ApprovalsMissingError):
        known.apply(plan, desired, approvals=everybody(plan))


def test_a_change_gives_nobody_the_role_to_approve_it(strict):
    taken = replace(RISK, body=RISK.body | {"spec": {"members": ["eve"], "roles": ["model-risk"]}})
    desired = tree(DATA, OPS, wanted("Team", "risk", taken.body["spec"]), LOOSER)
    plan = strict.plan(desired)
    given = tuple(
        approved(plan, "eve", each.role, digest=f"sha256:{each.role}")
        for each in plan.required_approvals
    )

    with pytest.raises(ApprovalsMissingError):
        strict.apply(plan, desired, approvals=given)


@pytest.mark.parametrize(
    ("at", "is_good"),
    [("2026-01-02T00:00:00Z", True), ("2026-03-01T00:00:00Z", False)],
)
def test_an_expired_plan_is_refused_even_with_approvals(strict, at, is_good):
    desired = tree(*TEAMS, LOOSER)
    plan = strict.plan(desired, valid_from="2026-01-01T00:00:00Z")

    if is_good:
        done = strict.apply(plan, desired, stamp=Stamp("ana", at), approvals=everybody(plan))
        assert done.outcome is Outcome.APPLIED
    else:
        with pytest.raises(ApprovalsMissingError, match="expired") as caught:
            strict.apply(plan, desired, stamp=Stamp("ana", at), approvals=everybody(plan))
        assert caught.value.exit_code == 6
        assert "--as-of now" in caught.value.hint  # the commit is as old as before


@pytest.mark.parametrize("glass", [None, BreakGlass("sre", "it burns")], ids=["whole", "broken"])
@pytest.mark.parametrize(
    ("until", "commit"),
    [("2026-02-01T00:00:00Z", ""), ("2099-01-01T00:00:00Z", ""), ("", "c0ffee")],
)
def test_a_plan_that_was_made_to_last_longer_is_refused_with_approvals_and_through_broken_glass(
    strict, until, commit, glass
):
    desired = tree(*TEAMS, LOOSER)
    now = Stamp("ana", "2026-01-02T00:00:00Z")
    plan = replace(strict.plan(desired, valid_from="2026-01-01T00:00:00Z"), expires_at=until)

    with pytest.raises(TamperedPlanError, match="good for longer"):
        strict.apply(
            plan,
            desired,
            stamp=now,
            approvals=everybody(plan),
            commit=commit,
            break_glass=glass,
        )


def test_a_plan_without_changes_has_no_end_and_goes_through(strict):
    desired = tree(*TEAMS, GATES)
    done = strict.apply(strict.plan(desired), desired, commit="c0ffee")

    assert done.outcome is Outcome.NO_CHANGES


@pytest.mark.parametrize(
    ("allow", "at", "is_frozen"),
    [
        (Level.NONE, "2026-01-02T00:00:00Z", True),
        (Level.CRITICAL, "2026-01-02T00:00:00Z", False),
        (Level.NONE, "2026-01-10T00:00:00Z", False),
        (Level.NONE, "2025-12-31T23:59:59Z", False),
    ],
)
def test_nothing_above_its_level_is_applied_while_a_freeze_is_open(world, allow, at, is_frozen):
    world.reach(GATES)
    frozen = replace(world, context=replace(world.context, freezes=(replace(FREEZE, allow=allow),)))
    plan = frozen.plan(tree(LOOSER))

    if is_frozen:
        with pytest.raises(PolicyDeniedError, match="frozen") as caught:
            frozen.apply(plan, tree(LOOSER), stamp=Stamp("ana", at))
        assert "year-end" in caught.value.details[0]
        assert "books are closed" in caught.value.details[0]
    else:
        done = frozen.apply(plan, tree(LOOSER), stamp=Stamp("ana", at))
        assert done.outcome is Outcome.APPLIED


def test_a_window_that_was_set_after_planning_is_no_forgery_but_another_spec(world):
    world.reach(GATES)
    plan = world.plan(tree(LOOSER))
    forged = replace(plan, freezes=(FREEZE,))

    with pytest.raises(TamperedPlanError):
        world.apply(forged, tree(LOOSER))


@pytest.mark.parametrize(
    "lighter",
    [
        {"required_approvals": ()},
        {"require_approvals": False, "required_approvals": ()},
    ],
)
def test_a_plan_that_asks_for_less_than_its_risk_is_a_forgery(strict, lighter):
    desired = tree(*TEAMS, LOOSER)

    with pytest.raises(TamperedPlanError) as caught:
        strict.apply(replace(strict.plan(desired), **lighter), desired)

    assert "approvals" in "".join(caught.value.details)


def test_breaking_the_glass_goes_without_approvals_expiry_and_freeze_and_is_told(strict):
    context = replace(strict.context, freezes=(FREEZE,))
    strict = replace(strict, context=context)
    desired = tree(*TEAMS, LOOSER)
    plan = strict.plan(desired, valid_from="2025-01-01T00:00:00Z")
    glass = BreakGlass("sre", "scores are wrong for everybody")

    run = strict.apply(plan, desired, break_glass=glass).run

    (notice,) = unreviewed(strict.backend().runs())
    passed = run.break_glass.passed_over
    assert run.break_glass == replace(glass, passed_over=passed)
    assert {(each.role, each.count) for each in passed.approvals} == {
        (each.role, each.count) for each in plan.required_approvals
    }
    assert (plan.expires_at, (FREEZE.id,), False) == (
        passed.expired_at,
        passed.freezes,
        passed.authors_unknown,
    )
    facts = read_run_statement(strict.backend().statements()[run.statement])
    assert facts.break_glass == run.break_glass
    assert f"1 x model-risk missing, expired at {plan.expires_at}, frozen by `" in notice
    assert strict.audit().problems == ()
    assert "scores are wrong" in strict.backend().statements()[run.statement].content
    assert all(word in notice for word in (run.run_id, "ana", "sre", "scores are wrong"))
    reviewed = replace(run, break_glass=replace(glass, reviewed_by="mo"))
    assert unreviewed([reviewed]) == ()


def test_breaking_the_glass_where_nothing_would_have_stopped_the_plan_says_so(strict):
    desired = tree(*TEAMS, LOOSER)
    plan = strict.plan(desired)
    glass = BreakGlass("sre", "to be sure")

    run = strict.apply(plan, desired, approvals=everybody(plan), break_glass=glass).run

    assert run.break_glass == glass
    assert "(nothing would have stopped it): to be sure" in notice_of(run)


def test_a_long_reason_never_hides_that_nobody_has_looked(strict):
    plan = strict.plan(tree(*TEAMS, LOOSER))
    glass = BreakGlass("sre", "it burns " * 1_000)

    run = strict.apply(plan, tree(*TEAMS, LOOSER), break_glass=glass).run

    (notice,) = unreviewed([run])
    assert notice.startswith(f"BREAK GLASS: run {run.run_id} is not reviewed (`mlspec review ")
    assert notice.endswith("...")
    assert len(notice) < 500


def test_only_who_holds_the_role_breaks_the_glass(strict):
    desired = tree(*TEAMS, LOOSER)

    with pytest.raises(PolicyDeniedError, match="does not hold the role `model-risk`"):
        strict.apply(strict.plan(desired), desired, break_glass=BreakGlass("model-risk", "now"))


def test_a_role_that_is_misspelt_gets_a_suggestion_and_breaks_no_glass(strict):
    desired = tree(*TEAMS, LOOSER)

    with pytest.raises(PolicyDeniedError) as refused:
        strict.apply(strict.plan(desired), desired, break_glass=BreakGlass("srre", "now"))
    assert refused.value.hint == "did you mean `sre`?"


def test_the_glass_protects_neither_from_guards_nor_from_gates(world):
    guarded = wanted("Dataset", "census", {}, protect=True)
    world.reach(*TEAMS, guarded)
    glass = BreakGlass("sre", "now")

    with pytest.raises(PolicyDeniedError):
        world.apply(world.plan(tree(*TEAMS)), tree(*TEAMS), break_glass=glass)
    gated = replace(world, context=replace(world.context, require_gates=True))
    desired = tree(*TEAMS, guarded, wanted("Model", "screen", {"gates": [GATE]}))
    with pytest.raises(EvidenceMissingError):
        gated.apply(gated.plan(desired), desired, evidence={}, break_glass=glass)


MODEL = wanted("Model", "screen", {"gates": [GATE]})
READER = wanted("Dataset", "reader", {"purpose": "x"}, references=["model/screen"])
PASSING = EvidenceEntry(
    "model/screen", "present", "pass", "sha256:r", gates=(GateEntry("auc", "pass"),)
)


def test_what_is_blocked_can_be_left_out_and_is_finished_by_the_same_command(world):
    gated = World(world.folder, replace(world.context, require_gates=True))
    desired = tree(MODEL, READER, OPS)
    plan = gated.plan(desired)

    first = gated.apply(plan, desired, evidence={}, on_error=OnError.CONTINUE)
    done = {each.address: (each.status, each.note) for each in first.run.operations}
    evidence = {"model/screen": PASSING}
    second = gated.apply(plan, desired, evidence=evidence, on_error=OnError.CONTINUE)
    third = gated.apply(plan, desired, evidence={})

    assert (first.outcome, first.run.outcome) == (Outcome.PARTIAL, RunOutcome.PARTIAL)
    assert done["team/ops"] == (StepStatus.DONE, "")
    assert done["model/screen"][0] is StepStatus.PENDING
    assert done["model/screen"][1].startswith("blocked: no evidence")
    assert done["dataset/reader"] == (StepStatus.PENDING, "depends on `model/screen`")
    assert second.outcome is Outcome.APPLIED
    assert [each.address for each in second.run.operations] == ["model/screen", "dataset/reader"]
    assert third.outcome is Outcome.ALREADY_APPLIED
    assert [each.serial for each in world.backend().runs()] == [1, 2]
    assert world.audit().is_intact


def test_evidence_that_nobody_reviewed_unblocks_nothing_where_people_have_to_agree(strict):
    strict = replace(strict, context=replace(strict.context, require_gates=True))
    desired = tree(*TEAMS, GATES, MODEL, wanted("Team", "new", {}))
    plan = strict.plan(desired)
    evidence = {"model/screen": PASSING}
    glass = BreakGlass("sre", "now")
    options = {"break_glass": glass, "on_error": OnError.CONTINUE}

    strict.apply(plan, desired, evidence={}, **options)
    with pytest.raises(EvidenceMissingError, match="1 operation is blocked"):
        strict.apply(plan, desired, evidence=evidence, **options)


def test_a_plan_of_which_nothing_can_be_made_is_refused_whole(world):
    gated = World(world.folder, replace(world.context, require_gates=True))

    with pytest.raises(EvidenceMissingError):
        gated.apply(gated.plan(tree(MODEL)), tree(MODEL), evidence={}, on_error=OnError.CONTINUE)
    assert not gated.backend().observe().lineage


def test_what_others_changed_in_between_makes_the_rest_stale_only_if_it_matters(world):
    gated = World(world.folder, replace(world.context, require_gates=True))
    desired = tree(MODEL, OPS)
    plan = gated.plan(desired)
    gated.apply(plan, desired, evidence={}, on_error=OnError.CONTINUE)
    world.reach(wanted("Team", "ops", {"members": ["new"]}))

    evidence = {"model/screen": PASSING}
    done = gated.apply(plan, desired, evidence=evidence, on_error=OnError.CONTINUE)

    assert done.outcome is Outcome.APPLIED
    assert world.backend().observe().objects["team/ops"].revision == 2


def test_an_apply_that_is_asked_to_stop_leaves_nothing_where_all_is_written_at_once(world):
    asked = iter([False] * 3 + [True] * 9)

    with pytest.raises(InterruptedRunError, match="nothing was applied") as caught:
        world.apply(world.plan(tree(*TEAMS)), tree(*TEAMS), interrupted=lambda: next(asked))

    assert caught.value.exit_code == 130
    assert world.backend().observe().lineage == ""


def test_a_registry_that_others_hold_is_waited_for_as_long_as_the_caller_wants(world):
    world.reach(OPS)
    desired = tree(OPS, GATES)
    plan, waits = world.plan(desired), []

    def wait(error, attempt):
        waits.append((type(error), attempt))
        return attempt < 1

    with world.backend().transaction("somebody else"), pytest.raises(RegistryLockedError):
        world.apply(plan, desired, wait=wait)

    assert waits == [(RegistryLockedError, 0), (RegistryLockedError, 1)]


def test_a_clock_that_goes_back_is_recorded_as_it_is(world):
    world.reach(OPS)
    earlier = Stamp("ana", "2020-01-01T00:00:00+00:00")

    world.apply(world.plan(tree(OPS, GATES)), tree(OPS, GATES), stamp=earlier)

    assert [each.at for each in world.backend().runs()] == [STAMP.at, earlier.at]
    assert world.audit().is_intact


def test_steps_are_told_when_they_are_done(world):
    told = []

    world.apply(world.plan(tree(*TEAMS)), tree(*TEAMS), report=told.append)

    assert [(each.number, each.total, each.address) for each in told] == [
        (1, 3, "team/data"),
        (2, 3, "team/ops"),
        (3, 3, "team/risk"),
    ]
    assert {each.status for each in told} == {StepStatus.DONE}
