"""What becomes of the law: bindings and waivers that come, go or change, and who has to agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import CONTEXT

from mlspec.canonical import digest_value
from mlspec.ledger import Strength
from mlspec.planning import Action, Desired, Level, Operation
from mlspec.planning.approvals import required_approvals
from mlspec.planning.risk import Assessor

STRICT = replace(CONTEXT, require_approvals=True)
BOTH = {"compliance", "model-risk"}
BINDING = {"pack": "core", "version": "2026.11.0"}
WAIVER = {
    "rule": "CORE-011",
    "scope": {"resource": "model/fraud"},
    "reason": "The pipeline writes no run id before January.",
    "approvedBy": ["n.osei@example.org"],
    "created": "2026-11-01",
    "expires": "2026-12-31",
}
TIGHTER = [{"rule": "CORE-011", "enforcement": "mandatory"}]
ENTRY = {
    "fingerprint": "0" * 64,
    "rule": "CORE-001",
    "resource": "model/fraud",
    "severity": "warning",
    "reason": "It was live before the pack.",
    "recorded": "2026-11-22",
}
ANOTHER = ENTRY | {"fingerprint": "1" * 64, "rule": "MLS301"}
BASELINE = {"entries": [ENTRY]}
PREFIXES = {
    "PolicyBaseline": "policy-baseline",
    "PolicyBinding": "policy-binding",
    "Waiver": "waiver",
}


def body(kind, spec):
    return None if spec is None else {"kind": kind, "metadata": {"name": "it"}, "spec": spec}


def assessed(kind, old, new, action=Action.UPDATE):
    """The operation from one spec to another; None where there is none."""
    address, wanted = f"{PREFIXES[kind]}/it", body(kind, new)
    tree = {address: Desired(address, kind, wanted, digest_value(wanted))} if wanted else {}
    operation = Operation("0001", address, kind, action, "", "u", "a", "b")
    return Assessor(tree).assess(operation, body(kind, old))


def meaning(operation, context=STRICT):
    """The level, the rules that count, and the roles that have to agree."""
    rules = [each.rule for each in operation.risk.reasons if each.level.rank >= Level.MEDIUM.rank]
    roles = {each.role for each in required_approvals([operation], context)}
    return operation.risk.level.value, rules, roles


def test_a_waiver_loosens_and_two_roles_have_to_agree():
    found = meaning(assessed("Waiver", None, WAIVER, Action.CREATE))

    assert found == ("high", ["R-POLICY-LOOSENED"], BOTH)


def test_a_waiver_that_goes_tightens():
    found = meaning(assessed("Waiver", WAIVER, None, Action.RETIRE))

    assert found == ("medium", ["R-POLICY-TIGHTENED"], {"compliance"})


def test_a_pack_that_is_bound_tightens():
    found = meaning(assessed("PolicyBinding", None, BINDING, Action.CREATE))

    assert found == ("medium", ["R-POLICY-TIGHTENED"], {"compliance"})


@pytest.mark.parametrize("action", [Action.RETIRE, Action.FORGET, Action.DELETE])
def test_a_binding_that_goes_loosens_whatever_the_way(action):
    level, rules, roles = meaning(assessed("PolicyBinding", BINDING, None, action))

    assert (level, roles) == ("high", BOTH)
    assert "R-POLICY-LOOSENED" in rules


@pytest.mark.parametrize(
    ("old", "new", "level", "rule"),
    [
        ({}, {"enforcement": TIGHTER}, "medium", "R-POLICY-TIGHTENED"),
        ({"enforcement": TIGHTER}, {}, "high", "R-POLICY-LOOSENED"),
        (
            {"enforcement": TIGHTER},
            {"enforcement": [{"rule": "CORE-011", "enforcement": "waivable"}]},
            "high",
            "R-POLICY-LOOSENED",
        ),
        ({}, {"version": "2026.12.0"}, "medium", "R-POLICY-CHANGED"),
        ({}, {"pack": "house"}, "high", "R-POLICY-LOOSENED"),
        ({}, {"source": {"folder": "policies/core"}}, "high", "R-POLICY-LOOSENED"),
        ({}, {"environments": ["prod"]}, "high", "R-POLICY-LOOSENED"),
    ],
)
def test_a_binding_that_changes(old, new, level, rule):
    found = meaning(assessed("PolicyBinding", BINDING | old, BINDING | new))

    assert found[:2] == (level, [rule])
    assert found[2] >= {"compliance"}


@pytest.mark.parametrize(
    ("new", "level", "rule"),
    [
        ({"expires": "2027-01-31"}, "high", "R-POLICY-LOOSENED"),
        ({"expires": "2026-11-30"}, "medium", "R-POLICY-TIGHTENED"),
        ({"rule": "CORE-001"}, "high", "R-POLICY-LOOSENED"),
        ({"scope": {"resource": "model/other"}}, "high", "R-POLICY-LOOSENED"),
        ({"approvedBy": ["li@example.org"]}, "high", "R-POLICY-LOOSENED"),
        ({"compensatingControls": ["each refusal is read"]}, "medium", "R-POLICY-TIGHTENED"),
    ],
)
def test_a_waiver_that_changes(new, level, rule):
    """Another rule or another resource is another waiver: who agreed to this one, did not to it."""
    assert meaning(assessed("Waiver", WAIVER, WAIVER | new))[:2] == (level, [rule])


def test_no_word_is_enough_for_a_waiver_and_a_key_is_asked_for_where_there_are_some():
    operation = assessed("Waiver", None, WAIVER, Action.CREATE)
    keyed = required_approvals([operation], replace(STRICT, has_signers=True))

    assert {each.strength for each in required_approvals([operation], STRICT)} == {Strength.HOST}
    assert {each.strength for each in keyed} == {Strength.SIGNED}


def test_a_first_baseline_loosens_as_a_waiver_does_and_tightens_when_it_goes():
    comes = meaning(assessed("PolicyBaseline", None, BASELINE, Action.CREATE))
    goes = meaning(assessed("PolicyBaseline", BASELINE, None, Action.RETIRE))

    assert comes == ("high", ["R-POLICY-LOOSENED"], BOTH)
    assert goes == ("medium", ["R-POLICY-TIGHTENED"], {"compliance"})


@pytest.mark.parametrize(
    ("changed", "rule", "roles"),
    [
        ([ENTRY, ANOTHER], "R-POLICY-LOOSENED", BOTH),
        ([ANOTHER], "R-POLICY-LOOSENED", BOTH),
        ([], "R-POLICY-TIGHTENED", {"compliance"}),
        ([ENTRY | {"severity": "error"}], "R-POLICY-LOOSENED", BOTH),
        ([ENTRY | {"severity": "note"}], "R-POLICY-TIGHTENED", {"compliance"}),
        ([ENTRY | {"rule": "CORE-002"}], "R-POLICY-LOOSENED", BOTH),
        ([ENTRY | {"resource": "model/other"}], "R-POLICY-LOOSENED", BOTH),
        ([ENTRY | {"until": "2027-01-01"}], "R-POLICY-TIGHTENED", {"compliance"}),
        ([ENTRY | {"reason": "Another one."}], "R-POLICY-CHANGED", {"compliance"}),
    ],
)
def test_an_entry_of_a_baseline_loosens_and_one_less_tightens(changed, rule, roles):
    _, rules, asked = meaning(assessed("PolicyBaseline", BASELINE, {"entries": changed}))

    assert rule in rules
    assert asked == roles
