"""What a plan does to each object: rename, retire, delete, forget, adopt; and what stops it."""

from __future__ import annotations

import pytest
from tests.unit.planning.worlds import CONTEXT, GATE, planned, record, registered, tree, wanted

from mlspec.planning import (
    Action,
    BlockCode,
    Move,
    Removal,
    Scope,
    ScopeMode,
    make_plan,
    observe_for,
)
from mlspec.planning._permits import error_of_blocks
from mlspec.state import Lifecycle

CENSUS = wanted("Dataset", "census", {"rows": 10})
SURVEY = wanted("Dataset", "survey", {"rows": 20})


def model(name, training="census", **spec):
    return wanted(
        "Model",
        name,
        {"data": {"training": [training]}, **spec},
        references=[f"dataset/{training}"],
    )


OLD = model("screen")
NEW = model("triage")
MOVE = Move("model/screen", "model/triage")


def delete(*addresses):
    return tuple(Removal(each, Action.DELETE, "no longer used") for each in addresses)


def told(plan):
    return [(each.action, each.previous, each.address, each.reason) for each in plan.operations]


def only(plan):
    (operation,) = plan.operations
    return operation


class TestRename:
    def test_keeps_the_identity_and_tells_the_fields_that_differ(self):
        looser = model("triage", gates=[GATE])
        before = record(OLD, revision=4)

        plan = planned([CENSUS, looser], registered(record(CENSUS), before), moves=(MOVE,))

        operation = only(plan)
        assert told(plan) == [(Action.RENAME, "model/screen", "model/triage", "moved")]
        assert (operation.uid, operation.pre, operation.post) == (
            before.uid,
            OLD.digest,
            looser.digest,
        )
        assert [each.path for each in operation.changes] == ["metadata.name", "spec.gates[auc]"]

    def test_rests_on_both_addresses(self):
        plan = planned([CENSUS, NEW], registered(record(CENSUS), record(OLD)), moves=(MOVE,))

        assert [(each.address, each.revision) for each in plan.read_set] == [
            ("dataset/census", 1),
            ("model/screen", 1),
            ("model/triage", 0),
        ]

    def test_follows_a_chain_from_wherever_the_registry_is(self):
        moves = (Move("model/a", "model/b"), Move("model/b", "model/triage"))
        for name in ("a", "b"):
            plan = planned(
                [CENSUS, NEW], registered(record(CENSUS), record(model(name))), moves=moves
            )

            assert told(plan) == [(Action.RENAME, f"model/{name}", "model/triage", "moved")]

    def test_that_is_done_is_no_operation(self):
        plan = planned([CENSUS, NEW], registered(record(CENSUS), record(NEW)), moves=(MOVE,))

        assert not plan.has_changes

    def test_of_what_the_registry_never_held_is_a_creation(self):
        plan = planned([CENSUS, NEW], registered(record(CENSUS)), moves=(MOVE,))

        assert told(plan) == [(Action.CREATE, "", "model/triage", "created")]

    def test_to_an_address_that_is_taken_is_shown_as_blocked(self):
        snapshot = registered(record(CENSUS), record(OLD), record(NEW))

        plan = planned([CENSUS, NEW], snapshot, moves=(MOVE,))

        assert told(plan) == [(Action.RENAME, "model/screen", "model/triage", "moved")]
        assert only(plan).blocked.code is BlockCode.ADDRESS_TAKEN
        assert error_of_blocks(plan.operations).exit_code == 5

    def test_brings_back_what_was_retired(self):
        retired = record(OLD, Lifecycle.RETIRED)

        plan = planned([CENSUS, NEW], registered(record(CENSUS), retired), moves=(MOVE,))

        assert only(plan).action is Action.RENAME

    def test_comes_before_those_that_refer_to_the_new_address(self):
        move = Move("dataset/census", "dataset/survey")
        snapshot = registered(record(CENSUS), record(OLD))

        plan = planned([SURVEY, model("screen", "survey")], snapshot, moves=(move,))

        assert [(each.address, each.depends_on) for each in plan.operations] == [
            ("dataset/survey", ()),
            ("model/screen", ("0001",)),
        ]

    def test_does_not_take_the_record_of_a_resource_that_has_a_spec(self):
        snapshot = registered(record(CENSUS), record(OLD))

        plan = planned([CENSUS, OLD, NEW], snapshot, moves=(MOVE,))

        assert told(plan) == [(Action.CREATE, "", "model/triage", "created")]

    def test_in_a_circle_ends(self):
        moves = (Move("model/a", "model/triage"), Move("model/triage", "model/a"))

        assert planned([CENSUS, NEW], registered(record(CENSUS)), moves=moves).operations


class TestRemoval:
    def test_is_never_what_absence_alone_means(self):
        plan = planned([CENSUS], registered(record(CENSUS), record(OLD)))

        assert told(plan) == [(Action.RETIRE, "", "model/screen", "absent-from-specs")]

    @pytest.mark.parametrize("lifecycle", list(Lifecycle))
    def test_deletes_what_is_asked_for_whatever_became_of_it(self, lifecycle):
        snapshot = registered(record(CENSUS), record(OLD, lifecycle))

        plan = planned([CENSUS], snapshot, removals=delete("model/screen"))

        assert told(plan) == [(Action.DELETE, "", "model/screen", "removed")]
        assert (only(plan).pre, only(plan).post) == (OLD.digest, "")

    def test_has_its_reason_in_what_is_approved_and_no_other_operation_has_one(self):
        snapshot = registered(record(CENSUS), record(OLD))
        other = (Removal("model/screen", Action.DELETE, "withdrawn"),)

        plan = planned([CENSUS], snapshot, removals=delete("model/screen"))
        withdrawn = planned([CENSUS], snapshot, removals=other)

        assert ["no longer used", "withdrawn"] == [only(plan).why, only(withdrawn).why]
        assert plan.digest != withdrawn.digest
        assert plan.risk_digest != withdrawn.risk_digest
        assert "" == only(planned([CENSUS], snapshot)).why

    def test_of_what_the_registry_does_not_hold_is_no_operation(self):
        removals = delete("model/screen")

        assert not planned([CENSUS], registered(record(CENSUS)), removals=removals).has_changes

    def test_leaves_what_has_a_spec(self):
        snapshot = registered(record(CENSUS), record(OLD))

        assert not planned([CENSUS, OLD], snapshot, removals=delete("model/screen")).has_changes

    @pytest.mark.parametrize(
        ("lifecycle", "actions"),
        [
            (Lifecycle.LIVE, [Action.FORGET]),
            (Lifecycle.RETIRED, [Action.FORGET]),
            (Lifecycle.FORGOTTEN, []),
        ],
    )
    def test_forgets_once_and_keeps_the_body(self, lifecycle, actions):
        removals = (Removal("model/screen", Action.FORGET, "given away"),)

        plan = planned([], registered(record(OLD, lifecycle)), removals=removals)

        assert [each.action for each in plan.operations] == actions
        assert all(each.pre == each.post == OLD.digest for each in plan.operations)

    def test_beyond_the_budget_is_shown_as_blocked(self):
        snapshot = registered(record(CENSUS), record(OLD), record(SURVEY))
        removals = delete("model/screen", "dataset/census", "dataset/survey")

        plan = planned([], snapshot, removals=removals)

        assert [(each.address, each.blocked and each.blocked.code) for each in plan.operations] == [
            ("dataset/census", None),
            ("dataset/survey", BlockCode.DELETE_BUDGET),
            ("model/screen", BlockCode.DELETE_BUDGET),
        ]
        assert "`prod` allows 1" in plan.operations[1].blocked.reason
        assert error_of_blocks(plan.operations).exit_code == 5
        assert not planned([], snapshot, removals=removals, delete_budget=3).blocked

    def test_waits_for_those_that_referred_to_what_goes(self):
        snapshot = registered(record(CENSUS), record(OLD))
        changed = model("screen", "survey")

        plan = planned([SURVEY, changed], snapshot, removals=delete("dataset/census"))

        assert [(each.action, each.address, each.depends_on) for each in plan.operations] == [
            (Action.DELETE, "dataset/census", ("0003",)),
            (Action.CREATE, "dataset/survey", ()),
            (Action.UPDATE, "model/screen", ("0002",)),
        ]

    def test_of_both_goes_from_the_referrer_to_what_it_referred_to(self):
        plan = planned([], registered(record(CENSUS), record(OLD)))

        assert [(each.address, each.depends_on) for each in plan.operations] == [
            ("dataset/census", ("0002",)),
            ("model/screen", ()),
        ]


class TestGuard:
    GUARDED = record(
        wanted(
            "Model",
            "screen",
            {"data": {"training": ["census"]}},
            references=["dataset/census"],
            protect=True,
        )
    )

    @pytest.mark.parametrize(
        "removals",
        [(), delete("model/screen"), (Removal("model/screen", Action.FORGET, "given away"),)],
        ids=["retire", "delete", "forget"],
    )
    def test_in_the_registry_blocks_whatever_takes_an_object_away(self, removals):
        plan = planned([SURVEY], registered(self.GUARDED), removals=removals)

        assert [each.address for each in plan.operations] == ["dataset/survey", "model/screen"]
        assert plan.operations[1].protect
        assert plan.operations[1].blocked.code is BlockCode.PROTECTED
        assert error_of_blocks(plan.operations).exit_code == 5

    def test_can_not_be_lowered_by_the_plan_that_deletes(self):
        """One address has one operation: a spec that lowers the guard is what keeps the object."""
        lowered = planned([OLD], registered(self.GUARDED), removals=delete("model/screen"))
        absent = planned([], registered(self.GUARDED), removals=delete("model/screen"))
        renamed = planned(
            [NEW], registered(self.GUARDED), moves=(MOVE,), removals=delete("model/screen")
        )

        assert [each.action for each in lowered.operations] == [Action.UPDATE]
        assert [each.path for each in only(lowered).changes] == ["metadata.protect"]
        assert [each.action for each in absent.blocked] == [Action.DELETE]
        assert [each.action for each in renamed.operations] == [Action.RENAME]

    def test_of_the_spec_protects_nothing(self):
        plan = planned([], registered(record(OLD)), removals=delete("model/screen"))

        assert not plan.blocked

    def test_does_not_hold_up_a_rename(self):
        assert not planned([NEW], registered(self.GUARDED), moves=(MOVE,)).blocked


class TestAdoption:
    def test_takes_back_what_was_forgotten_with_the_fields_that_differ(self):
        snapshot = registered(record(OLD, Lifecycle.FORGOTTEN), record(CENSUS))

        same = only(planned([CENSUS, OLD], snapshot))
        other = only(planned([CENSUS, model("screen", gates=[GATE])], snapshot))

        assert (same.action, same.reason, same.changes) == (Action.ADOPT, "adopted", ())
        assert [each.path for each in other.changes] == ["spec.gates[auc]"]
        assert other.uid == record(OLD).uid

    def test_never_happens_without_a_spec(self):
        assert not planned([], registered(record(OLD, Lifecycle.FORGOTTEN))).has_changes


class TestScope:
    SNAPSHOT = registered(record(OLD))

    def target(self, desired, *targets, **changes):
        scope = Scope(ScopeMode.TARGET, targets)
        return planned(desired, self.SNAPSHOT, scope=scope, **changes)

    def test_of_targets_leaves_the_rest_out_and_says_so(self):
        plan = self.target([CENSUS, SURVEY], "dataset/survey")

        assert told(plan) == [(Action.CREATE, "", "dataset/survey", "created")]
        assert plan.body["scope"] == {
            "mode": "target",
            "partial": True,
            "targets": ["dataset/survey"],
            "reverts": "",
        }

    def test_brings_what_a_target_refers_to_and_is_not_there(self):
        other = model("other")

        assert [
            each.address for each in self.target([CENSUS, SURVEY, other], "model/other").operations
        ] == [
            "dataset/census",
            "model/other",
        ]

    def test_leaves_changes_of_what_a_target_refers_to(self):
        snapshot = registered(record(CENSUS))
        changed = wanted("Dataset", "census", {"rows": 11})
        scope = Scope(ScopeMode.TARGET, ("model/screen",))

        plan = planned([changed, OLD], snapshot, scope=scope)

        assert [each.address for each in plan.operations] == ["model/screen"]
        assert plan.unchanged == 0

    @pytest.mark.parametrize("target", ["model/screen", "model/triage"])
    def test_of_a_renamed_resource_goes_by_both_addresses(self, target):
        plan = self.target([CENSUS, NEW], target, moves=(MOVE,))

        assert "model/triage" in [each.address for each in plan.operations]

    def test_of_what_goes(self):
        assert told(self.target([SURVEY], "model/screen")) == [
            (Action.RETIRE, "", "model/screen", "absent-from-specs")
        ]


def test_the_counts_name_every_action():
    snapshot = registered(
        record(CENSUS),
        record(OLD),
        record(model("given"), Lifecycle.FORGOTTEN),
        record(model("gone")),
        record(model("left")),
        record(model("thrown")),
    )
    plan = planned(
        [NEW, SURVEY, CENSUS, model("given")],
        snapshot,
        moves=(MOVE,),
        removals=(*delete("model/thrown"), Removal("model/left", Action.FORGET, "given away")),
    )

    counts = plan.summary.to_json()
    assert {
        key: counts[key] for key in ("create", "rename", "retire", "delete", "adopt", "forget")
    } == (dict.fromkeys(("create", "rename", "retire", "delete", "adopt", "forget"), 1))
    assert (plan.unchanged, counts["update"]) == (1, 0)


def test_the_bodies_that_are_read_are_those_that_operations_touch():
    class Recorder:
        asked = frozenset()

        def observe(self, *, bodies):
            assert not bodies
            return registered(record(CENSUS), record(OLD), record(SURVEY), record(model("left")))

        def bodies(self, digests):
            self.asked = frozenset(digests)
            return {each.digest: each.body for each in self.observe(bodies=False).objects.values()}

    from dataclasses import replace

    backend, context = Recorder(), replace(CONTEXT, moves=(MOVE,), removals=delete("model/left"))
    desired = tree(CENSUS, NEW)
    plan = make_plan(desired, observe_for(backend, desired, context), context)

    assert backend.asked == {OLD.digest, SURVEY.digest, model("left").digest}
    assert len(plan.operations) == 3


class TestRetiringEverything:
    CENSUS = wanted("Dataset", "census", {})
    SURVEY = wanted("Dataset", "survey", {})
    OPS = wanted("Team", "ops", {})

    def plan(self, *desired, **changes):
        records = map(record, (self.CENSUS, self.SURVEY, self.OPS))
        return planned(desired, registered(*records), **changes)

    def test_is_blocked_for_specs_that_were_not_found(self):
        plan = self.plan(self.OPS)

        assert {each.blocked.code for each in plan.operations} == {BlockCode.RETIRE_EVERYTHING}
        assert "spec.paths.specs" in plan.operations[0].blocked.reason
        assert error_of_blocks(plan.operations).exit_code == 5

    def test_is_blocked_whatever_else_goes_or_comes_with_it(self):
        for desired in ((), (wanted("Dataset", "other", {}),)):
            blocked = {each.address for each in self.plan(*desired).blocked}
            assert blocked == {"dataset/census", "dataset/survey"}

    def test_is_allowed_in_parts_and_when_it_was_the_only_object(self):
        targets = ("dataset/census", "dataset/survey")
        part = Scope(ScopeMode.TARGET, targets=targets)

        assert not self.plan(self.OPS, scope=part).blocked
        assert not planned([self.OPS], registered(record(self.OPS), record(self.CENSUS))).blocked

    def test_is_not_to_retire_all_but_one(self):
        assert not self.plan(self.CENSUS).blocked
