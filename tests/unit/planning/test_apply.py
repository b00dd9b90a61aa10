"""Applying: exactly the plan, whole, once, and only where and when it still fits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from inline_snapshot import snapshot
from tests.unit.planning.worlds import GATE, STAMP, World, tree, wanted

from mlspec.errors import (
    EvidenceMissingError,
    ForeignPlanError,
    PolicyDeniedError,
    StalePlanError,
    TamperedPlanError,
)
from mlspec.planning import (
    Action,
    Checkout,
    Compatibility,
    ContractChange,
    EvidenceEntry,
    GateEntry,
    Level,
    Operation,
    Outcome,
    Risk,
    Toolchain,
    apply_plan,
    history_view,
    read_plan,
    status_view,
    write_plan,
)
from mlspec.state import Lifecycle

DATA = wanted("Dataset", "census", {"rows": 10})
MODEL = wanted("Model", "screen", {"gates": [GATE]}, references=["dataset/census"])
LOOSER = wanted(
    "Model", "screen", {"gates": [GATE | {"atLeast": 0.88}]}, references=["dataset/census"]
)
TEAM = wanted("Team", "ops", {"members": ["ana"]})


def test_the_registry_holds_what_the_specs_say_afterwards(world):
    result = world.reach(DATA, MODEL)

    objects = world.backend().observe().objects
    assert result.outcome is Outcome.APPLIED
    assert {each: record.body for each, record in objects.items()} == {
        "dataset/census": DATA.body,
        "model/screen": MODEL.body,
    }
    assert (result.run.serial, result.run.actor) == (1, "ana")


def test_a_finished_plan_is_a_success_and_writes_nothing(world):
    plan = world.plan(tree(DATA))
    first = world.apply(plan, tree(DATA))
    world.reach(DATA, TEAM)
    before = world.state()

    again = world.apply(plan, tree(MODEL))  # whatever is checked out now

    assert again.outcome is Outcome.ALREADY_APPLIED
    assert again.run == first.run
    assert before == world.state()


def test_a_plan_without_changes_does_nothing(world):
    world.reach(DATA)
    before = world.state()

    result = world.apply(world.plan(tree(DATA)), tree(DATA))

    assert (result.outcome, result.run) == (Outcome.NO_CHANGES, None)
    assert before == world.state()


def test_an_empty_plan_creates_no_registry(world):
    assert world.apply(world.plan({}), {}).outcome is Outcome.NO_CHANGES
    assert list(world.folder.iterdir()) == []


def test_a_stale_plan_names_what_moved_and_how(world):
    world.reach(DATA, MODEL, TEAM)
    old = world.plan(tree(wanted("Dataset", "census", {"rows": 11}), LOOSER))
    world.reach(DATA, wanted("Model", "screen", {"gates": [GATE | {"atLeast": 0.95}]}))
    before = world.state()

    with pytest.raises(StalePlanError) as caught:
        world.apply(old, tree(wanted("Dataset", "census", {"rows": 11}), LOOSER))

    assert caught.value.exit_code == 10
    assert (caught.value.message, caught.value.details, caught.value.hint) == snapshot(
        (
            "the plan is stale: what it rests on has moved since",
            (
                "`model/screen`: revision 1 -> 2, `spec.gates[auc].atLeast`",
                "`team/ops`: revision 1 -> 2, retired",
            ),
            "run `mlspec plan --env prod --out FILE` again and have the new plan reviewed",
        )
    )
    assert before == world.state()


def test_a_plan_is_stale_when_what_it_refers_to_has_moved(world):
    world.reach(DATA, MODEL)
    plan = world.plan(tree(DATA, LOOSER))
    world.reach(wanted("Dataset", "census", {"rows": 11}), MODEL)

    with pytest.raises(StalePlanError, match="stale") as caught:
        world.apply(plan, tree(DATA, LOOSER))

    assert caught.value.details == ("`dataset/census`: revision 1 -> 2, `spec.rows`",)


def test_two_plans_that_create_the_same_resource_are_told_apart(world):
    plan = world.plan(tree(DATA))
    world.reach(wanted("Dataset", "census", {"rows": 99}))

    with pytest.raises(StalePlanError) as caught:
        world.apply(plan, tree(DATA))

    assert caught.value.details == ("`dataset/census`: did not exist, is at revision 1",)


def test_unrelated_applies_do_not_make_a_plan_stale(world):
    world.reach(DATA, MODEL)
    plans = [
        (world.plan(desired), desired)
        for desired in (tree(DATA, MODEL, wanted("Team", f"t{n}", {})) for n in range(6))
    ]

    outcomes = [world.apply(plan, desired).outcome for plan, desired in plans]

    assert outcomes == [Outcome.APPLIED] * 6
    assert world.backend().observe().serial == 7


def test_of_overlapping_plans_one_applies(world):
    world.reach(DATA)
    wants = [tree(wanted("Dataset", "census", {"rows": n})) for n in range(100, 106)]
    plans = [world.plan(desired) for desired in wants]

    codes = []
    for plan, desired in zip(plans, wants, strict=True):
        try:
            world.apply(plan, desired)
            codes.append(0)
        except StalePlanError as error:
            codes.append(int(error.exit_code))

    assert codes == [0, 10, 10, 10, 10, 10]


def test_specs_other_than_the_reviewed_ones_are_refused(world):
    plan = world.plan(tree(DATA, MODEL))

    with pytest.raises(ForeignPlanError) as caught:
        world.apply(plan, tree(DATA, LOOSER, TEAM))

    assert caught.value.exit_code == 13
    assert (caught.value.message, caught.value.details) == snapshot(
        (
            "the specs that were reviewed are not the ones that are checked out",
            ("`specs/model/screen.yaml` was changed", "`specs/team/ops.yaml` was added"),
        )
    )
    assert list(world.folder.iterdir()) == []


def test_a_spec_that_reads_differently_here_is_refused(world):
    plan = world.plan(tree(DATA))
    reread = tree(replace(DATA, digest="sha256:other"))

    with pytest.raises(ForeignPlanError, match="not the ones that are checked out"):
        apply_plan(plan, world.backend(), Checkout(reread, world.at(tree(DATA))), STAMP)


def test_another_registry_is_refused(world, tmp_path):
    world.reach(DATA)
    plan = world.plan(tree(DATA, TEAM))
    other = World(tmp_path / "other")

    with pytest.raises(ForeignPlanError, match="another registry"):
        other.apply(plan, tree(DATA, TEAM))
    other.reach(DATA)
    with pytest.raises(ForeignPlanError, match="another registry"):
        other.apply(plan, tree(DATA, TEAM))


def test_another_environment_is_refused(world):
    plan = world.plan(tree(DATA))
    dev = World(world.folder, replace(world.context, environment="dev"))

    with pytest.raises(ForeignPlanError, match="the plan is for `prod`, this is `dev`"):
        dev.apply(plan, tree(DATA))


def test_other_schemas_or_templates_are_refused(world):
    plan = world.plan(tree(DATA))
    newer = World(
        world.folder, replace(world.context, toolchain=Toolchain("sha256:new", "sha256:templates"))
    )

    with pytest.raises(ForeignPlanError, match="other schemas"):
        newer.apply(plan, tree(DATA))


FORGED_RETIRE = Operation(
    "0009", "team/ops", "Team", Action.RETIRE, "absent-from-specs", "", TEAM.digest, TEAM.digest
)


def without(plan, address):
    return replace(
        plan, operations=tuple(each for each in plan.operations if each.address != address)
    )


def altered(plan, address, **changes):
    operations = tuple(
        replace(each, **changes) if each.address == address else each for each in plan.operations
    )
    return replace(plan, operations=operations)


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        pytest.param(
            lambda plan: replace(plan, operations=(*plan.operations, FORGED_RETIRE)),
            "`team/ops`: the plan says retire sha256:",
            id="retire-of-what-is-live",
        ),
        pytest.param(
            lambda plan: without(plan, "dataset/census"),
            "`dataset/census`: the plan lacks update",
            id="left-out",
        ),
        pytest.param(
            lambda plan: altered(plan, "model/screen", action=Action.CREATE, pre=""),
            "`model/screen`: the plan says create",
            id="other-action",
        ),
        pytest.param(
            lambda plan: altered(plan, "model/screen", pre="sha256:forged"),
            "`model/screen`: the plan says update sha256:forged -> ",
            id="other-digest",
        ),
        pytest.param(
            lambda plan: altered(plan, "model/screen", protect=True),
            "`model/screen`: altered in the plan: protect",
            id="other-guard",
        ),
        pytest.param(
            lambda plan: altered(plan, "model/screen", why="asked for"),
            "`model/screen`: altered in the plan: why",
            id="invented-reason",
        ),
        pytest.param(
            lambda plan: altered(plan, "model/screen", changes=()),
            "`model/screen`: altered in the plan: changes",
            id="hidden-changes",
        ),
        pytest.param(
            lambda plan: altered(plan, "gate-set/shared", risk=Risk(Level.NONE)),
            "`gate-set/shared`: altered in the plan: risk",
            id="lower-risk",
        ),
        pytest.param(
            lambda plan: altered(
                plan, "model/screen", contract=ContractChange(Compatibility.COMPATIBLE)
            ),
            "`model/screen`: altered in the plan: contract",
            id="other-contract",
        ),
        pytest.param(
            lambda plan: altered(plan, "model/screen", depends_on=()),
            "`model/screen`: altered in the plan: depends_on",
            id="depends-on-less",
        ),
        pytest.param(
            lambda plan: altered(plan, "gate-set/shared", affects=()),
            "`gate-set/shared`: altered in the plan: affects",
            id="nobody-affected",
        ),
        pytest.param(
            lambda plan: replace(plan, operations=(plan.operations[0], *plan.operations)),
            "`dataset/census`: the plan has it twice, or out of order",
            id="twice",
        ),
        pytest.param(
            lambda plan: replace(
                without(plan, "dataset/census"),
                read_set=tuple(each for each in plan.read_set if "census" not in each.address),
            ),
            "`dataset/census`: the plan rests on it, but does not say so",
            id="rests-on-less",
        ),
    ],
)
def test_a_sealed_plan_that_planning_would_not_make_is_refused(world, forge, said):
    shared = wanted("GateSet", "shared", {"gates": [GATE]})
    refers = ["dataset/census", "gate-set/shared"]
    world.reach(
        DATA, shared, wanted("Model", "screen", {"gateSets": ["x"]}, references=refers), TEAM
    )
    desired = tree(
        wanted("Dataset", "census", {"rows": 11}),
        wanted("GateSet", "shared", {"gates": [GATE | {"atLeast": 0.99}]}),
        wanted("Model", "screen", {"gateSets": ["y"]}, references=refers),
        TEAM,
    )
    forged = read_plan(write_plan(forge(world.plan(desired))))
    before = world.state()

    with pytest.raises(TamperedPlanError) as caught:
        world.apply(forged, desired)

    assert caught.value.exit_code == 12
    assert any(each.startswith(said) for each in caught.value.details), caught.value.details
    assert before == world.state()


GATED = wanted("Model", "gated", {"gates": [GATE]})
FAILING = EvidenceEntry(
    "model/gated", "present", "fail", "sha256:r", gates=(GateEntry("auc", "fail"),)
)
PASSING = replace(FAILING, verdict="pass", gates=(GateEntry("auc", "pass"),))
MISSING = EvidenceEntry("model/gated", "missing", "not-evaluated", reason="not run")
STRANGER = replace(PASSING, address="model/other")


@pytest.mark.parametrize(
    ("said", "known"),
    [
        pytest.param((PASSING,), FAILING, id="another-verdict"),
        pytest.param((replace(FAILING, gates=PASSING.gates),), FAILING, id="other-gates"),
        pytest.param((replace(PASSING, digest=""),), MISSING, id="no-record"),
        pytest.param((replace(MISSING, digest="sha256:r"),), MISSING, id="missing-record"),
        pytest.param((), FAILING, id="left-out"),
        pytest.param((FAILING, STRANGER), FAILING, id="of-another"),
        pytest.param((FAILING, FAILING), FAILING, id="twice"),
    ],
)
def test_evidence_that_no_planning_would_tell_is_refused(world, said, known):
    desired, evidence = tree(GATED), {"model/gated": known}
    forged = replace(world.plan(desired), evidence=said)

    with pytest.raises(TamperedPlanError, match="not made by planning") as caught:
        world.apply(read_plan(write_plan(forged)), desired, evidence=evidence)

    assert "evidence" in "".join(caught.value.details)


@pytest.mark.parametrize("known", [MISSING, FAILING, replace(PASSING, status="stale")])
def test_a_plan_that_shows_better_evidence_than_there_is_is_refused(world, known):
    shown = replace(PASSING, digest="sha256:better")
    plan = replace(world, evidence={"model/gated": shown}).plan(tree(GATED))

    with pytest.raises(EvidenceMissingError, match="better evidence than there is") as caught:
        world.apply(plan, tree(GATED), evidence={"model/gated": known})

    assert caught.value.exit_code == 6
    assert known.status in caught.value.details[0]


@pytest.mark.parametrize("shown", [MISSING, replace(PASSING, status="stale"), FAILING, PASSING])
def test_evidence_newer_than_the_plan_is_no_forgery(world, shown):
    plan = replace(world, evidence={"model/gated": shown}).plan(tree(GATED))
    newer = replace(PASSING, digest="sha256:newer")

    done = world.apply(plan, tree(GATED), evidence={"model/gated": newer})

    assert done.outcome is Outcome.APPLIED


@pytest.mark.parametrize("unchanged", [0, 2, 99_999])
def test_a_plan_counts_what_is_unchanged_as_it_is(world, unchanged):
    world.reach(DATA, TEAM)
    desired = tree(DATA, wanted("Team", "ops", {"members": ["bo"]}))
    plan = world.plan(desired)

    with pytest.raises(TamperedPlanError, match="not made by planning"):
        world.apply(replace(plan, unchanged=unchanged), desired)
    assert world.apply(plan, desired).outcome is Outcome.APPLIED


def test_what_other_resources_ask_for_by_now_is_no_forgery(world):
    world.reach(DATA, TEAM)
    changed = tree(wanted("Dataset", "census", {"rows": 11}), TEAM)
    plan = world.plan(changed)
    world.reach(DATA, wanted("Team", "ops", {"members": ["bo"]}), wanted("Team", "new", {}))

    assert world.apply(plan, changed).outcome is Outcome.APPLIED


def test_a_blocked_operation_stops_the_whole_plan(world):
    plan = world.plan(tree(DATA, MODEL), require_gates=True)

    with pytest.raises(EvidenceMissingError) as caught:
        world.apply(plan, tree(DATA, MODEL))

    assert caught.value.exit_code == 6
    assert list(world.folder.iterdir()) == []


def test_a_plan_that_hides_a_block_is_stopped_by_what_holds_now(world):
    world.reach(wanted("Team", "ops", {}, protect=True))
    plan = world.plan(tree(MODEL), require_gates=True)
    hidden = replace(
        plan, operations=tuple(replace(each, blocked=None) for each in plan.operations)
    )
    strict = World(world.folder, replace(world.context, require_gates=True))

    with pytest.raises(PolicyDeniedError) as caught:
        strict.apply(hidden, tree(MODEL))

    assert len(caught.value.details) == 2


def test_evidence_that_is_gone_since_planning_stops_the_apply(world):
    passing = EvidenceEntry(
        "model/screen", "present", "pass", "sha256:r", gates=(GateEntry("auc", "pass"),)
    )
    strict = World(
        world.folder, replace(world.context, require_gates=True), {"model/screen": passing}
    )
    plan = strict.plan(tree(MODEL))

    with pytest.raises(EvidenceMissingError):
        strict.apply(plan, tree(MODEL), evidence={})
    assert strict.apply(plan, tree(MODEL), evidence=strict.evidence).outcome is Outcome.APPLIED


def test_a_gate_set_waits_for_evidence_that_went_stale_since_planning(world):
    passing = EvidenceEntry(
        "model/screen", "present", "pass", "sha256:r", gates=(GateEntry("auc", "pass"),)
    )
    model = wanted("Model", "screen", {"gateSets": ["x"]}, references=["gate-set/shared"])
    strict = World(
        world.folder, replace(world.context, require_gates=True), {"model/screen": passing}
    )
    strict.reach(wanted("GateSet", "shared", {"gates": [GATE]}), model)
    desired = tree(wanted("GateSet", "shared", {"gates": [GATE | {"atLeast": 0.99}]}), model)
    plan = strict.plan(desired)

    with pytest.raises(EvidenceMissingError) as caught:
        strict.apply(plan, desired, evidence={"model/screen": replace(passing, status="stale")})
    assert caught.value.details == ("`gate-set/shared`: `model/screen`: stale evidence",)
    assert strict.apply(plan, desired, evidence=strict.evidence).outcome is Outcome.APPLIED


def test_a_protected_resource_is_not_retired(world):
    guarded = wanted("Dataset", "census", {}, protect=True)
    world.reach(guarded)
    before = world.state()

    with pytest.raises(PolicyDeniedError, match="1 operation is blocked"):
        world.apply(world.plan({}), {})

    assert before == world.state()


def test_identities_stay_and_revisions_count(world):
    world.reach(DATA, MODEL)
    first = world.backend().observe().objects
    world.reach(DATA, LOOSER)
    second = world.backend().observe().objects

    assert first["model/screen"].uid == second["model/screen"].uid
    assert first["dataset/census"].uid != first["model/screen"].uid
    assert (second["dataset/census"].revision, second["model/screen"].revision) == (1, 2)


def test_every_operation_is_an_event_in_the_chain_of_its_address(world):
    first = world.reach(DATA, MODEL).run
    second = world.reach(LOOSER).run

    events = list(world.backend().events())
    told = [each.body["predicate"] for each in events]

    assert [
        (each["address"], each["sequence"], each["action"], each["pre"], each["post"])
        for each in told
    ] == [
        ("dataset/census", 1, "create", "", DATA.digest),
        ("dataset/census", 2, "retire", DATA.digest, DATA.digest),
        ("model/screen", 1, "create", "", MODEL.digest),
        ("model/screen", 2, "update", MODEL.digest, LOOSER.digest),
    ]
    assert [events[0].digest, events[2].digest] == [events[1].previous, events[3].previous]
    assert [each["run"] for each in told] == [first.run_id, second.run_id] * 2
    assert {each["runDigest"] for each in told} == {first.statement, second.statement}
    assert (told[1]["actor"], told[1]["serial"]) == ("ana", 2)
    assert world.audit().is_intact


def test_views_are_plain_and_can_be_narrowed(world):
    world.reach(DATA)
    world.reach(DATA, MODEL)
    snapshot_, *_ = world.state()

    assert [each.address for each in status_view(snapshot_).objects] == [
        "dataset/census",
        "model/screen",
    ]
    assert status_view(snapshot_, "model/none").objects == ()
    assert [each.serial for each in history_view(world.backend()).runs] == [1, 2]
    assert [each.serial for each in history_view(world.backend(), "model/screen").runs] == [2]
    assert world.audit().is_intact


def test_a_registry_changed_behind_the_ledger_is_not_intact(world):
    world.reach(DATA)
    head = world.backend().observe().objects["dataset/census"]
    with world.backend().transaction() as transaction:
        transaction.put(replace(head, digest="sha256:forged", body=None))

    view = world.audit()

    assert not view.is_intact
    assert "dataset/census" in "".join(map(str, view.problems))


@pytest.mark.parametrize(
    "forged",
    [{"protect": True}, {"lifecycle": Lifecycle.RETIRED}, {"uid": "other"}, {"revision": 9}],
)
def test_every_part_of_an_object_is_under_the_ledger(world, forged):
    world.reach(DATA)
    head = world.backend().observe().objects["dataset/census"]
    with world.backend().transaction() as transaction:
        transaction.put(replace(head, **forged))

    assert not world.audit().is_intact
