"""The text of plans and applies, word for word."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from mlspec.planning import (
    Action,
    ApplyResult,
    Block,
    BlockCode,
    ChangeDirection,
    Envelope,
    EvidenceEntry,
    FieldChange,
    GateEntry,
    Operation,
    Outcome,
    Plan,
    Source,
    Toolchain,
)
from mlspec.reporting.applies import render_applied, render_applied_json
from mlspec.reporting.plans import render_plan
from mlspec.state import RunRecord

LOOSER = FieldChange(
    "spec.gates[auc-floor].atLeast",
    0.92,
    0.88,
    "gate",
    ChangeDirection.LOOSENED,
    "specs/screen.yaml:31:16",
)
LONGER = FieldChange(
    "spec.purpose", "x", "y" * 99, "data", ChangeDirection.NEUTRAL, "specs/screen.yaml:8:3"
)
TIGHTER = FieldChange(
    "spec.oversight",
    None,
    {"mode": "human-in-the-loop"},
    "oversight",
    ChangeDirection.TIGHTENED,
    "specs/churn.yaml:40:3",
)
ODD = FieldChange("spec.bogus", 1, None, "unknown", ChangeDirection.UNKNOWN, "specs/churn.yaml:1:1")
EVIDENCE = EvidenceEntry(
    "model/screen",
    "present",
    "pass",
    "sha256:e",
    "",
    (GateEntry("auc-floor", "pass"), GateEntry("speed", "fail", required=False)),
)
PLAN = Plan(
    environment="prod",
    backend="embedded",
    lineage="0123456789abcdef0123456789abcdef",
    source=Source({"mlspec.yaml": "sha256:1"}),
    toolchain=Toolchain("sha256:s", "sha256:t"),
    operations=(
        Operation(
            "0001", "dataset/old", "Dataset", Action.RETIRE, "absent-from-specs", "u", "a", "a"
        ),
        Operation(
            "0002",
            "model/churn",
            "Model",
            Action.UPDATE,
            "restored",
            "u",
            "a",
            "b",
            at="specs/churn.yaml:1:1",
            changes=(TIGHTER,),
        ),
        Operation(
            "0003",
            "model/screen",
            "Model",
            Action.UPDATE,
            "changed",
            "u",
            "a",
            "b",
            at="specs/screen.yaml:1:1",
            changes=(LOOSER, LONGER),
        ),
        Operation(
            "0004",
            "team/ops",
            "Team",
            Action.CREATE,
            "created",
            "",
            "",
            "b",
            at="specs/ops.yaml:1:1",
        ),
    ),
    evidence=(EVIDENCE,),
    unchanged=14,
    envelope=Envelope(serial=41),
)
BLOCKED = replace(
    PLAN,
    operations=(
        replace(
            PLAN.operations[2],
            blocked=Block(BlockCode.GATE_FAILED, "gates do not pass: auc-floor fail"),
        ),
        replace(PLAN.operations[0], protect=True, blocked=Block(BlockCode.PROTECTED, "protected")),
        replace(PLAN.operations[1], changes=(ODD,)),
    ),
    evidence=(
        EvidenceEntry("model/screen", "stale", "fail", "sha256:e", "`a.csv` was changed after it"),
    ),
)
EMPTY = replace(PLAN, operations=(), evidence=())
RUN = RunRecord(
    "4-ab",
    "sha256:p",
    "prod",
    4,
    "li",
    "2026-01-02",
    (("model/screen", "update"), ("team/ops", "create"), ("dataset/old", "retire")),
)


def test_a_plan_as_text():
    assert render_plan(PLAN, colour=False, plan_file="plan.json") == snapshot("""\
Plan for prod (registry 0123456789ab serial 41, specs sha256:fb15a2c48263)
~ model/screen  update   specs/screen.yaml:1:1
    gate  spec.gates[auc-floor].atLeast  0.92 -> 0.88                                 (loosened)  specs/screen.yaml:31:16
    data  spec.purpose                   "x" -> "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...              specs/screen.yaml:8:3
    evidence: present, pass: auc-floor pass, speed fail (advisory)
- dataset/old   retire   no longer in the specs; kept, marked as retired
~ model/churn   restore  specs/churn.yaml:1:1
    oversight  spec.oversight  (none) -> {"mode": "human-in-the-loop"}  (tightened)  specs/churn.yaml:40:3
+ team/ops      create   specs/ops.yaml:1:1
= 14 unchanged

1 to create, 2 to update, 1 to retire; 1 loosening change; 1 tightening change
Digest sha256:5b979f0edaac5380fde68acb41b7ea7c5afb1b632780c99a814b85ba829314fa
Apply: mlspec apply plan.json
""")  # noqa: E501  (the report is as wide as its values)


def test_a_blocked_plan_as_text():
    assert render_plan(BLOCKED, colour=False, plan_file="plan.json") == snapshot("""\
Plan for prod (registry 0123456789ab serial 41, specs sha256:fb15a2c48263)
! dataset/old   retire   no longer in the specs; kept, marked as retired
    blocked: protected
! model/screen  update   specs/screen.yaml:1:1
    blocked: gates do not pass: auc-floor fail
    gate  spec.gates[auc-floor].atLeast  0.92 -> 0.88                                 (loosened)  specs/screen.yaml:31:16
    data  spec.purpose                   "x" -> "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy...              specs/screen.yaml:8:3
    evidence: stale, fail (`a.csv` was changed after it)
~ model/churn   restore  specs/churn.yaml:1:1
    unknown  spec.bogus  1 -> (none)  (unknown: counts as loosened)  specs/churn.yaml:1:1
= 14 unchanged

2 to update, 1 to retire; 2 blocked; 2 loosening changes
Digest sha256:2f6823806facf80993c2207110f8a19c6562c0d10c52bd42dd1e92faa2fca731
Apply: not before nothing is blocked
""")  # noqa: E501  (as above)


def test_the_evidence_of_affected_models_stands_under_the_gate_set():
    addresses = tuple(f"model/m{number:02}" for number in range(12))
    shared = replace(
        PLAN.operations[1], address="gate-set/shared", affects=addresses, changes=(), at=""
    )
    entries = [EvidenceEntry(each, "present", "pass") for each in addresses]
    entries[7] = EvidenceEntry("model/m07", "stale", "pass", reason="the gates have changed")
    plan = replace(PLAN, operations=(shared,), evidence=tuple(entries))

    lines = render_plan(plan, colour=False).splitlines()

    assert lines[2] == ("    affects model/m07: evidence stale, pass (the gates have changed)")
    assert lines[3] == "    affects model/m00: evidence present, pass"
    assert lines[12] == "    affects 2 more models"


def test_a_plan_that_is_not_kept_says_how_to_keep_it():
    first = replace(PLAN, operations=PLAN.operations[3:], evidence=(), lineage="", unchanged=0)

    assert render_plan(first, colour=False) == snapshot("""\
Plan for prod (no registry yet, specs sha256:fb15a2c48263)
+ team/ops  create  specs/ops.yaml:1:1

1 to create
Digest sha256:b04c01fe0901dd6d8ca1ed5e3abe8b14793edd4d0ed3768910e2bf8fe1d35fd4
Apply: keep the plan with `mlspec plan --env prod --out plan.json`, then `mlspec apply plan.json`
""")


def test_no_changes_as_text():
    assert render_plan(EMPTY, colour=False) == snapshot(
        "No changes: the registry of prod holds what the specs say (14 resources).\n"
    )


def test_colour_adds_nothing_but_colour():
    coloured = render_plan(BLOCKED, colour=True)

    for code in ("\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == render_plan(BLOCKED, colour=False)
    assert "\x1b[31m" in render_plan(PLAN, colour=True)


@pytest.mark.parametrize("hostile", ["\x1b[2J", "\r", "a\nb", "\u202e", "\x00", "\u200b\U000e0001"])
def test_text_from_specs_moves_no_cursor(hostile):
    change = FieldChange(
        hostile, hostile, {hostile: hostile}, hostile, ChangeDirection.NEUTRAL, hostile
    )
    plan = replace(
        PLAN,
        environment=hostile,
        lineage=hostile * 12,
        operations=(
            replace(
                PLAN.operations[1],
                address=hostile,
                at=hostile,
                changes=(change,),
                blocked=Block(BlockCode.PROTECTED, hostile),
            ),
        ),
        evidence=(
            EvidenceEntry(hostile, hostile, hostile, "", hostile, (GateEntry(hostile, "x"),)),
        ),
    )

    for text in (
        render_plan(plan, colour=False, plan_file=hostile),
        render_applied(
            ApplyResult(Outcome.APPLIED, plan, replace(RUN, actor=hostile, run_id=hostile)),
            colour=False,
        ),
    ):
        assert hostile not in text
        assert all(line.isprintable() for line in text.splitlines())


def test_an_apply_as_text():
    assert render_applied(ApplyResult(Outcome.APPLIED, PLAN, RUN), colour=False) == snapshot("""\
~ model/screen
+ team/ops
- dataset/old

Applied to prod as run 4-ab, serial 4: 1 created, 2 updated, 1 retired.
""")
    again = ApplyResult(Outcome.ALREADY_APPLIED, PLAN, RUN)
    assert render_applied(again, colour=False) == snapshot(
        "Already applied to prod as run 4-ab, serial 4, by li at 2026-01-02. Nothing was written.\n"
    )
    assert render_applied(ApplyResult(Outcome.NO_CHANGES, EMPTY), colour=False) == snapshot(
        "Nothing to apply: the plan for prod has no changes.\n"
    )


def test_an_apply_as_json():
    told = json.loads(render_applied_json(ApplyResult(Outcome.APPLIED, PLAN, RUN)))
    nothing = json.loads(render_applied_json(ApplyResult(Outcome.NO_CHANGES, EMPTY)))

    assert told == snapshot(
        {
            "actor": "li",
            "at": "2026-01-02",
            "env": "prod",
            "format": "mlspec.applied/1.0",
            "operations": [
                {"action": "update", "address": "model/screen"},
                {"action": "create", "address": "team/ops"},
                {"action": "retire", "address": "dataset/old"},
            ],
            "outcome": "applied",
            "plan": "sha256:5b979f0edaac5380fde68acb41b7ea7c5afb1b632780c99a814b85ba829314fa",
            "run": "4-ab",
            "serial": 4,
        }
    )
    assert (nothing["outcome"], nothing["run"], nothing["operations"]) == ("no-changes", None, [])
