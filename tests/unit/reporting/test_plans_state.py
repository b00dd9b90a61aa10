"""Status, history and audit, word for word."""

from __future__ import annotations

import json

from inline_snapshot import snapshot

from mlspec.ledger import Problem
from mlspec.planning import AuditView, StatusView
from mlspec.reporting.plans_state import (
    render_audit,
    render_audit_json,
    render_history,
    render_history_json,
    render_status,
    render_status_json,
)
from mlspec.state import Lifecycle, ObjectRecord, RunOperation, RunRecord

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
    RunRecord(
        "1-ab", "sha256:p", "prod", 1, "ana", "2026-01-02", (RunOperation("model/a", "create"),)
    ),
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


def test_history_as_text():
    assert render_history(RUNS) == snapshot("""\
SERIAL  RUN   AT          ACTOR      OPERATIONS
1       1-ab  2026-01-02  ana        create model/a
2       2-cd  2026-01-03  li\\x1b[2J  update t/0, update t/1, update t/2, update t/3, and 2 more
""")
    assert render_history(()) == snapshot("Nothing was applied.\n")


def test_history_as_json():
    assert json.loads(render_history_json(RUNS[:1])) == snapshot(
        {
            "format": "mlspec.history/1.0",
            "runs": [
                {
                    "actor": "ana",
                    "at": "2026-01-02",
                    "env": "prod",
                    "operations": [{"action": "create", "address": "model/a", "status": "done"}],
                    "outcome": "applied",
                    "plan": "sha256:p",
                    "run": "1-ab",
                    "serial": 1,
                    "statement": "",
                }
            ],
        }
    )


def test_audit_as_text():
    assert render_audit(AuditView("prod", "L", 2, 1, 0, DIGEST, ()), colour=False) == snapshot(
        "intact: 2 events and 1 checkpoint (0 signed) of prod, head sha256:abababababababab\n"
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
            "problems": [
                {"what": "it was edited", "where": "event 3 of model/a"},
                {"what": "\x1b[2J is unknown", "where": "team/x"},
            ],
            "signed": 1,
        }
    )
