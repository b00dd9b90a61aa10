"""The counts of a plan agree with the rules that it names."""

from __future__ import annotations

import pytest
from tests.unit.planning.worlds import GATE, planned, record, registered, wanted

ROLES = {"members": ["ana", "li"], "roles": ["sre"]}
RISK = {"risk": {"tier": "high", "domain": "credit", "affectsPeople": True}}
CANARY = {"strategy": "canary", "steps": [{"share": 0.05, "holdMinutes": 60}]}


def summary(kind, old, new):
    before, after = wanted(kind, "it", old), wanted(kind, "it", new)
    plan = planned([after], registered(record(before)))
    rules = {each.rule for operation in plan.operations for each in operation.risk.reasons}
    return plan.summary, rules


@pytest.mark.parametrize(
    ("kind", "old", "new", "loosened", "tightened"),
    [
        ("Team", ROLES, ROLES | {"members": ["ana", "li", "eve"]}, 1, 0),
        ("Team", ROLES, ROLES | {"members": ["ana"]}, 0, 1),
        ("Model", RISK | {"gates": [GATE]}, RISK | {"gates": [GATE | {"atLeast": 0.8}]}, 1, 0),
        ("Model", RISK | {"gates": [GATE]}, RISK | {"gates": [GATE | {"metric": "f1"}]}, 1, 0),
        ("Model", RISK, RISK | {"risk": RISK["risk"] | {"tier": "limited"}}, 1, 0),
        ("Model", RISK, RISK | {"purpose": "x"}, 0, 0),
    ],
)
def test_what_loosens_or_tightens_is_counted_where_only_a_rule_says_so(
    kind, old, new, loosened, tightened
):
    found, _ = summary(kind, old, new)

    assert (found.loosened, found.tightened) == (loosened, tightened)


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("Model", RISK | {"rollout": CANARY}, RISK),
        ("Model", RISK, RISK | {"rollout": CANARY}),
        ("Model", RISK | {"serving": {"mode": "online", "replicas": {"minimum": 2}}}, RISK),
        ("Team", ROLES, ROLES | {"roles": []}),
        ("Team", ROLES, {"members": ["li"], "roles": []}),
    ],
)
def test_a_count_is_zero_exactly_where_no_rule_goes_that_way(kind, old, new):
    found, rules = summary(kind, old, new)

    assert bool(found.loosened) == any(each.endswith(("-LOOSENED", "-LOWERED")) for each in rules)
    assert bool(found.tightened) == any(each.endswith("-TIGHTENED") for each in rules)


def test_a_change_that_may_loosen_counts_once():
    found, _ = summary(
        "Model", RISK | {"gates": [GATE]}, RISK | {"gates": [GATE | {"type": "calibration"}]}
    )

    assert found.loosened == 1
