"""Status, history and audit, word for word."""

from __future__ import annotations

import json
from dataclasses import replace

from inline_snapshot import snapshot

from mlspec.ledger import Approval, Problem, RunFacts, Strength
from mlspec.planning import AuditView, HistoryView, StatusView
from mlspec.reporting.plans_state import (
    render_audit,
    render_audit_json,
    render_history,
    render_history_json,
    render_status,
    render_status_json,
)
from mlspec.state import (
    BreakGlass,
    Lifecycle,
    ObjectRecord,
    RunOperation,
    RunOutcome,
    RunRecord,
)

DIGEST = "sha256:" + "ab" * 8
VIEW = StatusView(
    "prod",
    "0123456789abcdef",
    7,
    (
        ObjectRecord("model/screen", "u1", 3, DIGEST, protect=True),
        ObjectRecord("dataset/old", "u2", 12, DIGEST, lifecycle=Lifecycle.RETIRED),
    ),
)
RUNS = (
    RunRecord("1-ab", "sha256:p", "prod", 1, "ana", "2026-01-02", (RunOperation("t/a", "create"),)),
    RunRecord(
        "2-cd",
        "sha256:q",
        "prod",
        2,
        "li\x1b[2J",
        "2026-01-03",
        tuple(RunOperation(f"t/{number}", "update") for number in range(6)),
    ),
)
GLASS = BreakGlass("sre", "the site is down")
SIGNED = Approval("bo", "model-risk", Strength.SIGNED, "sha256:p", "sha256:r", "sha256:a1")
HOST = Approval("@cy", "", Strength.HOST, "sha256:p", "", "sha256:a2")
FACTS = RunFacts(
    "1-ab", "sha256:p", "", "", "c0ffee", "prod", "L", 1, "ana", "2026-01-02", RunOutcome.APPLIED
)
BROKEN = AuditView(
    "prod",
    "L",
    5,
    2,
    1,
    "sha256:h",
    (Problem("event 3 of model/a", "it was edited"), Problem("team/x", "\x1b[2J is unknown")),
)


def test_status_as_text():
    assert render_status(VIEW) == snapshot("""\
prod (registry 0123456789ab, serial 7): 2 resources
ADDRESS       STATE            REVISION  DIGEST
model/screen  live, protected  3         sha256:abababababab
dataset/old   retired          12        sha256:abababababab
""")
    assert render_status(StatusView("dev", "", 0, ())) == snapshot(
        "There is no registry yet for dev: nothing was applied.\n"
    )
    assert render_status(StatusView("dev", "L1", 0, ())) == snapshot(
        "dev (registry L1, serial 0): 0 resources\n"
    )


def test_status_as_json():
    assert json.loads(render_status_json(VIEW))["objects"][1] == snapshot(
        {
            "address": "dataset/old",
            "digest": "sha256:abababababababab",
            "lifecycle": "retired",
            "protect": False,
            "revision": 12,
            "uid": "u2",
        }
    )


HISTORY = HistoryView(
    "prod",
    (
        replace(RUNS[0], statement="sha256:r1"),
        replace(RUNS[0], serial=2, break_glass=GLASS, outcome=RunOutcome.PARTIAL),
    ),
    {"sha256:r1": replace(FACTS, approvals=(SIGNED, HOST))},
)


def test_history_as_text():
    assert render_history(HISTORY) == snapshot("""\
SERIAL  RUN   AT          ACTOR  OUTCOME                             APPROVED BY          OPERATIONS
1       1-ab  2026-01-02  ana    applied                             bo SIGNED, @cy HOST  create t/a
2       1-ab  2026-01-02  ana    partial, BREAK GLASS, not reviewed  unknown              create t/a
""")
    assert render_history(HistoryView("prod", (), {})) == snapshot("Nothing was applied.\n")
    reviewed = replace(RUNS[0], break_glass=replace(GLASS, reviewed_by="bo"))
    long = render_history(HistoryView("prod", (reviewed, RUNS[1]), {}))
    assert "applied, BREAK GLASS, reviewed by bo" in long
    assert "li\\x1b[2J" in long
    assert "update t/0, update t/1, update t/2, update t/3, and 2 more" in long


def test_history_as_json():
    told = json.loads(render_history_json(HISTORY))

    assert ("mlspec.history/1.0", "prod") == (told["format"], told["env"])
    assert told["runs"][0] == snapshot(
        {
            "actor": "ana",
            "approvals": [
                {
                    "at": "",
                    "carriedOver": False,
                    "comment": "",
                    "plan": "sha256:p",
                    "principal": "bo",
                    "role": "model-risk",
                    "statement": "sha256:a1",
                    "strength": "signed",
                },
                {
                    "at": "",
                    "carriedOver": False,
                    "comment": "",
                    "plan": "sha256:p",
                    "principal": "@cy",
                    "role": "",
                    "statement": "sha256:a2",
                    "strength": "host",
                },
            ],
            "at": "2026-01-02",
            "breakGlass": None,
            "commit": "c0ffee",
            "env": "prod",
            "operations": [{"action": "create", "address": "t/a", "status": "done"}],
            "order": None,
            "outcome": "applied",
            "plan": "sha256:p",
            "reason": "",
            "reverts": "",
            "run": "1-ab",
            "serial": 1,
            "statement": "sha256:r1",
        }
    )
    assert told["runs"][1]["breakGlass"] == snapshot(
        {
            "passedOver": {
                "approvals": [],
                "authorsUnknown": False,
                "expiredAt": "",
                "freezes": [],
                "rules": [],
            },
            "reason": "the site is down",
            "reviewedBy": "",
            "role": "sre",
        }
    )


def test_a_run_that_broke_the_glass_is_the_first_line_of_every_report():
    notices = ("BREAK GLASS: run 2-cd",)

    for text in (
        render_status(replace(VIEW, notices=notices)),
        render_history(replace(HISTORY, notices=notices)),
        render_audit(replace(BROKEN, notices=notices), colour=False),
        render_audit(replace(BROKEN, notices=notices, problems=()), colour=False),
    ):
        assert "! BREAK GLASS: run 2-cd" == text.splitlines()[0]
    for text in (
        render_status_json(replace(VIEW, notices=notices)),
        render_history_json(replace(HISTORY, notices=notices)),
        render_audit_json(replace(BROKEN, notices=notices)),
    ):
        assert [*notices] == json.loads(text)["notices"]


def test_audit_as_text():
    assert render_audit(
        AuditView("prod", "L", 2, 1, 0, DIGEST, (), sequence=2), colour=False
    ) == snapshot(
        "intact: 2 events and 1 checkpoint (0 signed) of prod, head 2:sha256:abababababababab\n"
    )
    assert render_audit(AuditView("prod", "", 0, 0, 0, "", ()), colour=False) == snapshot(
        "intact: 0 events and 0 checkpoints (0 signed) of prod\n"
    )
    assert render_audit(BROKEN, colour=False) == snapshot("""\
not intact: 2 problems in 5 events and 2 checkpoints (1 signed) of prod
  event 3 of model/a: it was edited
  team/x: \\x1b[2J is unknown
""")
    assert render_audit(BROKEN, colour=True).startswith("\x1b[31m")


def test_audit_as_json():
    assert json.loads(render_audit_json(BROKEN)) == snapshot(
        {
            "checkpoints": 2,
            "env": "prod",
            "events": 5,
            "format": "mlspec.audit/1.0",
            "head": "sha256:h",
            "intact": False,
            "lineage": "L",
            "notices": [],
            "problems": [
                {"what": "it was edited", "where": "event 3 of model/a"},
                {"what": "\x1b[2J is unknown", "where": "team/x"},
            ],
            "sequence": 0,
            "signed": 1,
        }
    )
