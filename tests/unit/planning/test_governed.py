"""The terms in force: of the specs and of the registry, the stricter of the two."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import CONTEXT, planned, record, registered, tree, wanted

from mlspec.errors import RegistryUnavailableError
from mlspec.ledger import Strength
from mlspec.planning import (
    Action,
    BlockCode,
    Freeze,
    Level,
    Move,
    Removal,
    Scope,
    ScopeMode,
    asks_of,
    in_force,
    signers_in_force,
)
from mlspec.state import Lifecycle

TEAM = wanted("Team", "ops", {"members": ["ana"]})
JUNE = {
    "id": "june",
    "start": "2026-06-01T00:00:00Z",
    "end": "2026-06-02T00:00:00Z",
    "reason": "closing of books",
}
FREEZE = Freeze("june", JUNE["start"], JUNE["end"], JUNE["reason"], Level.NONE)


def shop(name="shop", signers=(), environment="prod", **settings):
    made = wanted("Workspace", name, {"environments": {environment: settings}})
    body = made.body | {"governed": {"signers": list(signers)}}
    return replace(made, body=body, digest=f"sha256:{name}{sorted(settings)}{signers}")


def ruled(recorded, desired=(), **context):
    snapshot = registered(*([record(recorded)] if recorded else []))
    return in_force(replace(CONTEXT, **context), tree(*desired), snapshot)


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        ({"requireApprovals": True}, "require_approvals", True),
        ({"requireGates": True}, "require_gates", True),
        ({"minimumStrength": "signed"}, "minimum_strength", Strength.SIGNED),
        ({"freezes": [JUNE]}, "freezes", (FREEZE,)),
        ({"deleteBudget": 0}, "delete_budget", 0),
        ({"signedEvidence": "high"}, "signed_evidence", "high"),
        ({"recomputedEvidence": "minimal"}, "recomputed_evidence", "minimal"),
        ({"signedEvidence": "whatever"}, "signed_evidence", "minimal"),
        ({"signedProfiles": "limited"}, "signed_profiles", "limited"),
        ({"signedProfiles": "whatever"}, "signed_profiles", "minimal"),
    ],
)
def test_what_the_registry_recorded_holds_until_it_is_changed_there(settings, name, value):
    assert value == getattr(ruled(shop(**settings), [shop()]), name)
    assert value != getattr(ruled(shop(), [shop()]), name)


@pytest.mark.parametrize(
    ("context", "settings"),
    [
        ({"require_approvals": True}, {"requireApprovals": False}),
        ({"minimum_strength": Strength.SIGNED}, {"minimumStrength": "asserted"}),
        ({"freezes": (FREEZE,)}, {}),
        ({"delete_budget": 0}, {"deleteBudget": 5}),
    ],
)
def test_what_the_specs_ask_for_holds_at_once(context, settings):
    made = ruled(shop(**settings), [shop()], **context)

    assert {key: getattr(made, key) for key in context} == context


def test_a_freeze_that_both_know_stands_once_and_a_changed_one_twice():
    longer = replace(FREEZE, end="2026-07-01T00:00:00Z")

    assert ruled(shop(freezes=[JUNE]), freezes=(FREEZE,)).freezes == (FREEZE,)
    assert {*ruled(shop(freezes=[JUNE]), freezes=(longer,)).freezes} == {FREEZE, longer}


def test_settings_of_other_environments_do_not_hold():
    assert not ruled(shop(environment="dev", requireApprovals=True)).require_approvals


def test_a_workspace_under_another_name_does_not_shake_the_terms_off():
    plan = planned([shop("other"), TEAM], registered(record(shop(requireApprovals=True))))

    assert plan.require_approvals
    assert plan.required_approvals
    assert {"workspace/shop", "workspace/other"} <= {each.address for each in plan.read_set}


@pytest.mark.parametrize("lifecycle", [Lifecycle.RETIRED, Lifecycle.FORGOTTEN])
def test_what_was_taken_away_rules_until_another_is_live(lifecycle):
    before = record(shop(requireApprovals=True, signers=["ana key"]), lifecycle)
    alone, followed = registered(before), registered(before, record(shop("other")))

    assert in_force(CONTEXT, {}, alone).require_approvals
    assert signers_in_force(tree(shop("other", signers=["eve key"])), alone) == ("ana key",)
    assert not in_force(CONTEXT, {}, followed).require_approvals
    assert signers_in_force({}, followed) == ()


@pytest.mark.parametrize("action", [Action.RETIRE, Action.DELETE, Action.FORGET])
@pytest.mark.parametrize("lifecycle", [Lifecycle.LIVE, Lifecycle.RETIRED])
def test_the_last_workspace_is_not_taken_away(action, lifecycle):
    snapshot = registered(record(shop(), lifecycle), record(TEAM))
    removals = (Removal("workspace/shop", action, "done"),) if action is not Action.RETIRE else ()

    plan = planned([TEAM], snapshot, removals=removals)

    blocked = [each.blocked.code for each in plan.operations]
    is_idle = action is Action.RETIRE and lifecycle is Lifecycle.RETIRED
    assert blocked == ([] if is_idle else [BlockCode.LAST_WORKSPACE])


def test_a_workspace_is_replaced_in_one_plan_and_not_by_half_of_it():
    snapshot = registered(record(shop()))
    half = Scope(ScopeMode.TARGET, targets=("workspace/shop",))

    assert not planned([shop("other")], snapshot).blocked
    (operation,) = planned([shop("other")], snapshot, scope=half).blocked
    assert operation.blocked.code is BlockCode.LAST_WORKSPACE


def test_a_renamed_workspace_takes_its_own_place():
    moves = (Move("workspace/shop", "workspace/other"),)

    plan = planned([shop("other")], registered(record(shop())), moves=moves)

    assert [(each.action, each.blocked) for each in plan.operations] == [(Action.RENAME, None)]


def test_a_plan_rests_on_the_workspace_whose_terms_hold():
    terms = shop(requireApprovals=True)

    plan = planned([terms, TEAM], registered(record(terms)))

    assert [each.address for each in plan.operations] == ["team/ops"]
    assert [each.address for each in plan.read_set] == ["team/ops", "workspace/shop"]
    assert not planned([terms], registered(record(terms))).read_set


def test_terms_that_were_not_read_are_not_taken_for_none():
    unread = replace(record(shop()), body=None)

    with pytest.raises(RegistryUnavailableError, match="workspace/shop"):
        in_force(CONTEXT, {}, registered(unread))


def test_terms_of_a_later_version_are_read_as_far_as_they_are_known():
    made = ruled(
        shop(
            requireApprovals="yes",
            minimumStrength="witnessed",
            deleteBudget="many",
            freezes=["always", {"id": "x", "allow": "most"}],
        )
    )

    assert made.delete_budget == 0
    assert made.minimum_strength is None
    assert {each.allow for each in made.freezes} == {Level.NONE}


def test_signatures_count_by_the_keys_that_were_recorded_before():
    desired = tree(shop(signers=["eve key"]))

    assert signers_in_force(desired, registered(record(shop(signers=["ana key"])))) == ("ana key",)
    assert signers_in_force(desired, registered(record(shop()))) == ()
    assert signers_in_force(desired, registered()) == ("eve key",)


@pytest.mark.parametrize(
    ("floor", "asked"),
    [
        ("never", ()),
        ("high", ("high", "")),
        ("limited", ("high", "limited", "")),
        ("minimal", ("high", "limited", "minimal", "")),
    ],
)
def test_a_floor_asks_of_its_tier_and_those_above_and_of_one_that_is_not_known(floor, asked):
    tiers = ("high", "limited", "minimal", "")

    assert asked == tuple(each for each in tiers if asks_of(floor, each))
