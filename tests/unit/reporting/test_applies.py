"""Reports of applies: what was done, what failed, what was not started, and why."""

from __future__ import annotations

import json
from dataclasses import replace

from inline_snapshot import snapshot
from tests.unit.planning.worlds import World, tree, wanted

from mlspec.planning import ApplyResult, Outcome, StepReport, notice_of
from mlspec.reporting.applies import (
    render_applied,
    render_applied_json,
    render_finished_line,
    render_progress,
    render_started_line,
    render_step_line,
)
from mlspec.state import BreakGlass, RunOperation, RunOutcome, RunRecord, StepStatus

OPERATIONS = (
    RunOperation("dataset/a", "create"),
    RunOperation("dataset/b", "rename"),
    RunOperation("dataset/c", "delete"),
    RunOperation("dataset/d", "forget"),
    RunOperation("dataset/e", "update", status=StepStatus.FAILED, note="the disk is full"),
    RunOperation("model/f", "update", status=StepStatus.PENDING, note="depends on `dataset/e`"),
)
RUN = RunRecord("4-ab", "sha256:p", "prod", 4, "li", "2026-01-02", OPERATIONS, RunOutcome.PARTIAL)


def plan(tmp_path):
    return World(tmp_path).plan(tree(wanted("Team", "ops", {})))


def test_a_partial_apply_tells_what_is_left_and_why(tmp_path):
    result = ApplyResult(Outcome.PARTIAL, plan(tmp_path), RUN)

    *lines, empty, last = render_applied(result, colour=False).splitlines()
    assert "\n".join(lines) == snapshot("""\
+ dataset/a
> dataset/b
x dataset/c
- dataset/d
! dataset/e  failed: the disk is full
. model/f    not started: depends on `dataset/e`\
""")
    assert empty == ""
    assert last == (
        "Partly applied to prod as run 4-ab, serial 4: 1 created, 1 renamed, 1 deleted, "
        "1 forgotten, 1 failed, 1 not started. Run the same command again to finish it."
    )
    interrupted = replace(result, outcome=Outcome.INTERRUPTED)
    last = render_applied(interrupted, colour=False).splitlines()[-1]
    assert last.startswith("Interrupted: partly applied to prod as run 4-ab")


def test_a_break_glass_run_nobody_has_reviewed_comes_first(tmp_path):
    run = replace(RUN, break_glass=BreakGlass("sre", "scores are wrong\x1b[2J"))
    result = ApplyResult(Outcome.PARTIAL, plan(tmp_path), run, (notice_of(run),))

    first = render_applied(result, colour=False).splitlines()[0]
    told = json.loads(render_applied_json(result))

    assert first.startswith(
        "! BREAK GLASS: run 4-ab is not reviewed (`mlspec review 4-ab --env prod"
    )
    assert "applied by li as sre" in first
    assert "\x1b" not in first
    assert told["notices"] == list(result.notices)
    assert told["break_glass"] == {
        "role": "sre",
        "reason": "scores are wrong\x1b[2J",
        "passed_over": {
            "approvals": [],
            "expired_at": "",
            "freezes": [],
            "authors_unknown": False,
            "rules": [],
        },
    }


def test_json_lines_hold_no_clock_but_the_stamp(tmp_path):
    step = StepReport("dataset/e", "update", StepStatus.FAILED, 5, 6, "the disk is full")
    result = ApplyResult(Outcome.PARTIAL, plan(tmp_path), RUN)

    assert render_started_line(6) == '{"total":6,"type":"started"}\n'
    assert json.loads(render_step_line(step)) == {
        "type": "operation",
        "address": "dataset/e",
        "action": "update",
        "status": "failed",
        "note": "the disk is full",
        "number": 5,
        "total": 6,
    }
    finished = json.loads(render_finished_line(result))
    assert finished["counts"] == {"done": 4, "failed": 1, "not-started": 1}
    assert (finished["type"], finished["outcome"]) == ("finished", "partial")
    assert "operations" not in finished
    assert render_progress(step) == "5 of 6: update dataset/e"
