"""A first release is one where the registry knows no other version that is live."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.planning.worlds import planned, record, registered, tree, wanted

from mlspec.errors import TamperedPlanError
from mlspec.evidence import EvidenceRecord, EvidenceStatus, GateResult, Verdict
from mlspec.planning import Action, BlockCode, Move, evidence_entry
from mlspec.state import Lifecycle

BEATS = {"id": "beats", "type": "champion-challenger", "onMissingBaseline": "first-release"}
SHARED = wanted("GateSet", "floors", {"gates": [BEATS]})


def model(artifact, name="screen", **spec):
    return wanted(
        "Model",
        name,
        {"gates": [BEATS], "artifact": {"digest": artifact}, **spec},
        references=["gate-set/floors"] if "gateSets" in spec else (),
    )


def excused(address="model/screen", status=EvidenceStatus.PRESENT):
    """The record of a floor that passes and a comparison that a first release excuses."""
    results = (
        GateResult(
            "beats", "champion-challenger", Verdict.NOT_EVALUATED, "> 0", excused="first-release"
        ),
        GateResult("floor", "metric-threshold", Verdict.PASS, ">= 0.9"),
    )
    found = EvidenceRecord(address, "sha256:d", "g", "1", Verdict.PASS, results, ())
    return {address: evidence_entry(address, found, status)}


ONE, TWO = model("sha256:one"), model("sha256:two")


def blocks(desired, *records, evidence=None, **changes):
    plan = planned(
        desired, registered(*records), evidence or excused(), require_gates=True, **changes
    )
    return {each.address: each.blocked for each in plan.operations if each.blocked}, plan


def test_what_the_registry_does_not_know_is_released_for_the_first_time():
    assert blocks([ONE])[0] == {}


def test_another_artifact_of_a_live_model_is_no_first_release():
    found, plan = blocks([TWO], record(ONE))

    (block,) = found.values()
    assert block.code is BlockCode.GATE_NOT_EVALUATED
    assert "beats not-evaluated" in block.reason
    assert "live version of `model/screen`" in block.reason
    assert "`evaluation.champion`" in block.reason
    assert plan.evidence[0].verdict == "not-evaluated"


def test_the_same_artifact_is_still_the_first_release():
    assert blocks([model("sha256:one", purpose="x")], record(ONE))[0] == {}


def test_what_was_retired_has_no_live_version():
    assert blocks([TWO], record(ONE, Lifecycle.RETIRED))[0] == {}


@pytest.mark.parametrize("unknown", [None, "", {"spec": {"artifact": {}}}])
def test_a_live_version_that_is_not_known_counts_as_another_one(unknown):
    lost = replace(record(ONE), body=unknown, digest="sha256:lost")

    assert [*blocks([TWO], lost)[0]] == ["model/screen"]


def test_a_name_that_is_new_makes_no_first_release():
    now = model("sha256:two", "screening")

    found, plan = blocks(
        [now],
        record(ONE),
        evidence=excused("model/screening"),
        moves=(Move("model/screen", "model/screening"),),
    )

    assert [each.action for each in plan.operations] == [Action.RENAME]
    assert [*found] == ["model/screening"]


def test_a_gate_set_that_the_model_shares_is_blocked_by_it_too():
    two = model("sha256:two", gateSets=["floors"])
    one = model("sha256:one", gateSets=["floors"])
    was = wanted("GateSet", "floors", {"gates": []})

    assert [*blocks([two, SHARED], record(one), record(was))[0]] == [
        "gate-set/floors",
        "model/screen",
    ]


def test_stale_evidence_is_called_stale():
    found, _ = blocks([TWO], record(ONE), evidence=excused(status=EvidenceStatus.STALE))

    assert [each.code for each in found.values()] == [BlockCode.EVIDENCE_STALE]


def test_an_apply_asks_the_registry_again(world):
    world.evidence = excused()
    world.context = replace(world.context, require_gates=True)
    first, later = tree(ONE), tree(TWO)
    plan = world.plan(first)
    world.apply(plan, first, evidence=excused())
    forged = replace(world.plan(later), evidence=tuple(excused().values()))
    forged = replace(forged, operations=tuple(replace(e, blocked=None) for e in forged.operations))

    assert world.plan(first).operations == ()
    with pytest.raises(TamperedPlanError, match="does not follow from"):
        world.apply(forged, later, evidence=excused())
    assert world.backend().observe().objects["model/screen"].digest == ONE.digest
