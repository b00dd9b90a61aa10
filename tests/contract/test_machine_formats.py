"""What programs read: every format has a published schema, and what is written fits it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cases import data_side
from tests.contract import exports
from tests.contract.test_plan_formats import PLANS, record
from tests.unit.inventory.models import INVENTORY
from tests.unit.planning.worlds import wanted
from tests.unit.reporting import policies
from tests.unit.schema.documents import SPECS

from mlspec.api.inspect import resource
from mlspec.api.queries import QueryRequest, make_query
from mlspec.api.targets import list_targets
from mlspec.canonical import digest_value
from mlspec.diagnostics import (
    Applicability,
    Diagnostic,
    Edit,
    Fix,
    Position,
    Related,
    Severity,
    Span,
)
from mlspec.evidence import (
    BoundTo,
    DataUse,
    DrillLink,
    DrillRecord,
    DrillStatus,
    EvidenceRecord,
    EvidenceStatus,
    FeatureProfile,
    GateResult,
    GateRun,
    Item,
    ItemPaper,
    ItemRecord,
    ItemState,
    ItemStatus,
    Material,
    Profile,
    Reason,
    Recheck,
    Verdict,
    write_item,
    write_profile,
    write_run,
    write_uses,
)
from mlspec.gates import Assumed, PlannedGate, PlannedRead, RowsNeeded
from mlspec.importing import (
    Certainty,
    Fact,
    FoundModel,
    Imported,
    Lost,
    Report,
    Unread,
)
from mlspec.importing import Outcome as ImportOutcome
from mlspec.inventory import Inventory
from mlspec.ir import Backend
from mlspec.kinds.policy_baseline import BaselineEntry
from mlspec.ledger import (
    Applied,
    Approval,
    EvidenceFact,
    Problem,
    RunFacts,
    Strength,
    change_event,
    make_checkpoint,
    run_statement,
)
from mlspec.ledger.approvals import Claim, approval_text
from mlspec.ledger.glass import GlassReview, review_text
from mlspec.ledger.reviews import Review, approval_of
from mlspec.manifests.definitions import convert_all, definition_to_text
from mlspec.planning import ApplyResult, AuditView, HistoryView, Outcome, StatusView, StepReport
from mlspec.planning.approvals import Decision, Rejected
from mlspec.planning.audit import AuditShow, LoggedEvent
from mlspec.planning.compare import Compared, ComparedView, Presence
from mlspec.planning.drift import Drift, DriftCode, DriftField, DriftView, Owner, SubjectKind
from mlspec.planning.odds import Chances, Judge, RolloutOdds, StepOdds, Traffic
from mlspec.planning.state_edit import Edited, EditedObject
from mlspec.planning.state_file import StateFile, write_state
from mlspec.planning.travel import Promotion, Travel
from mlspec.policy import BaselineDone, BaselineMode
from mlspec.reporting.adoptions import render_adopted_json
from mlspec.reporting.applies import (
    render_applied_json,
    render_finished_line,
    render_started_line,
    render_step_line,
)
from mlspec.reporting.approvals import decision_json
from mlspec.reporting.artifacts import FileDifference, render_every_json, render_files_json
from mlspec.reporting.audit import render_audit_log_json, render_audit_show_json
from mlspec.reporting.baselines import render_baseline_json
from mlspec.reporting.compare import render_compared_json
from mlspec.reporting.crds import render_changed_definitions_json, render_definitions_json
from mlspec.reporting.diagnostics import render_json
from mlspec.reporting.drift import render_drift_json
from mlspec.reporting.drills import render_drill_json
from mlspec.reporting.evidence_items import render_added_json, render_items
from mlspec.reporting.gate_plans import render_gate_plan_json
from mlspec.reporting.imports import render_import_json
from mlspec.reporting.inventory import render_inventory_json
from mlspec.reporting.odds import render_odds_json
from mlspec.reporting.plans_state import (
    render_audit_json,
    render_history_json,
    render_status_json,
)
from mlspec.reporting.promotions import render_promotion_json
from mlspec.reporting.rechecks import render_rechecks_json
from mlspec.reporting.resources import render_resource_json
from mlspec.reporting.state import render_edited_json, render_listed_json, render_object_json
from mlspec.reporting.targets import render_targets_json
from mlspec.reporting.templates import render_templates_json
from mlspec.resources import data_path
from mlspec.state import (
    BreakGlass,
    Head,
    LackingApprovals,
    Lifecycle,
    PassedOver,
    RunOperation,
    RunOutcome,
    RunRecord,
    Snapshot,
    StepStatus,
)
from mlspec.targets import StepLooks
from mlspec.vcs import Conflict

FOLDER = data_path("schemas") / "v1"
FORMATS = sorted(
    each.stem for each in FOLDER.glob("*.json") if each.stem[0].islower() and each.stem != "mlspec"
)
PLAN = PLANS["every action"]
DIGEST = digest_value("x")
AT = "2026-11-21T10:00:00Z"
DEFINITION = convert_all(
    [
        {
            "kind": "CustomResourceDefinition",
            "spec": {
                "group": "example.org",
                "names": {"kind": "Thing", "plural": "things"},
                "versions": [
                    {
                        "name": "v1",
                        "served": True,
                        "schema": {"openAPIV3Schema": {"type": "object"}},
                    }
                ],
            },
        }
    ]
).definitions[0]
OPERATIONS = (
    RunOperation("model/screen", "update", "abc-0001"),
    RunOperation("dataset/gone", "delete", "abc-0002", StepStatus.FAILED, "it is guarded"),
    RunOperation("team/new", "create", "abc-0003", StepStatus.PENDING),
)
GLASS = BreakGlass(
    "sre",
    "the site is on fire",
    passed_over=PassedOver(
        (LackingApprovals("model-risk", 2),),
        AT,
        ("q4",),
        authors_unknown=True,
        rules=("CORE-011 model/screen",),
    ),
)
RUN = RunRecord(
    "42-abc", PLAN.digest, "prod", 42, "li", AT, OPERATIONS, RunOutcome.PARTIAL, DIGEST, GLASS
)
FACTS = RunFacts(
    "42-abc",
    PLAN.digest,
    PLAN.risk_digest,
    PLAN.source.spec_digest,
    "c0ffee",
    "prod",
    "0123456789abcdef" * 2,
    42,
    "li",
    AT,
    RunOutcome.PARTIAL,
    OPERATIONS,
    (Approval("bo", "model-risk", Strength.SIGNED, PLAN.digest, PLAN.risk_digest, DIGEST, AT),),
    {
        "model/screen": EvidenceFact(DIGEST, "present", "pass"),
        "model/x": EvidenceFact("", "missing", "not-evaluated"),
        "model/y": EvidenceFact(DIGEST, "present", "pass", DIGEST),
    },
    GLASS,
)
CHANGED = Applied("model/screen", "update", "u1", 4, DIGEST, DIGEST, level="high", evidence=DIGEST)
GONE = Applied("model/gone", "delete", "u2", 5, DIGEST, "")
MOVED = Applied("model/b", "rename", "u3", 2, DIGEST, DIGEST, "model/a", lifecycle=Lifecycle.LIVE)
SCREEN = wanted("Model", "screen", {"purpose": "x"})
STATE = StateFile(
    Snapshot("prod", "0123", 4, DIGEST, {SCREEN.address: record(SCREEN)}, 4), "embedded"
)
EMPTY_STATE = StateFile(Snapshot("prod", "", 0, ""), "embedded")
IMPORT = Report(
    "mlflow",
    "https://mlflow.example.org",
    [
        Imported(
            FoundModel(
                "mlflow",
                "https://mlflow.example.org",
                "Churn",
                facts={"owner": Fact("crm", "tag team", Certainty.GUESSED)},
                lost=(Lost("tags note", "too long"),),
            ),
            "observed-model/churn",
            "specs/imported/churn.yaml",
            ImportOutcome.UPDATED,
            ("purpose",),
            (Conflict("a: 1\n", "a: 2\n"),),
        )
    ],
    [Lost("views.py:1", "a feature view")],
    [Unread("b.yaml", "no YAML")],
    ["observed-model/old"],
)
PROMOTION = Promotion(
    "model/screen",
    "prod",
    "v2",
    Travel("staging", "model/screen", "v3", DIGEST, "1-abc", AT, DIGEST, "pass", ("bo as x",)),
    is_written=True,
)
DRIFT = DriftView(
    "prod",
    "0123",
    4,
    (
        Drift(
            "model/screen",
            DriftCode.CHANGED,
            (
                DriftField("spec.x", 1, None, Owner.MLSPEC),
                DriftField("spec.y", 1, 2, Owner.EXTERNAL),
            ),
            run="42-abc",
            at=AT,
        ),
        Drift("published", DriftCode.GONE, subject_kind=SubjectKind.BRANCH),
    ),
    1,
)
COMPARED = ComparedView(
    left="staging",
    right="prod",
    differences=(
        Compared("model/a", Presence.LEFT),
        Compared("model/screen", Presence.BOTH, PLAN.operations[2].changes),
    ),
    equal=3,
    source="specs",
)

APPROVAL = FACTS.approvals[0]
AUDIT = AuditView(
    "prod", "0123", 3, 2, 1, DIGEST, (Problem("event 2 of model/screen", "it is gone"),)
)
PLACE = Span("specs/a.yaml", Position(4, 10), Position(4, 12))
FOUND = Diagnostic(
    "MLS301",
    "missing-owner",
    Severity.ERROR,
    "`owner` is empty",
    PLACE,
    related=(Related(PLACE, "here"),),
    hint="name a team",
    fixes=(Fix("use `risk`", (Edit(PLACE, "risk"),), Applicability.SAFE),),
)
NOWHERE = Diagnostic("MLS201", "no-workspace", Severity.NOTE, "there is no `mlspec.yaml`")
RECHECK = Recheck("model/a", "prod", "a.json", EvidenceStatus.STALE, "the file was changed")
JUDGED = GateResult("auc", "metric-threshold", Verdict.FAIL, "roc-auc >= 0.9", "low", "x")
RECORD = EvidenceRecord(
    "model/a", DIGEST, DIGEST, "1.0", Verdict.FAIL, (JUDGED,), (Material("rows", "a.csv", DIGEST),)
)
TRAFFIC = Traffic(5, 0.005, 0.02)
CHANCES = Chances(0.1, 0.2, 0.7, 0.1, 0.6)
ROLLOUT = RolloutOdds(
    Backend.ROLLOUTS,
    Judge.ANALYSIS_RUNS,
    (StepOdds(StepLooks(0.05, 60, 6, 10, 0, 2), 900.0, CHANCES, CHANCES),),
    10,
    10,
    10,
    None,
    ("errors",),
    ("slow",),
)
FEATURES = (
    FeatureProfile(
        "age", (30.0, 40.5), (40.5,), None, (), (3, 4, 0, 2), 1, 0, 36.5, 4.0, 18.0, 70.0
    ),
    FeatureProfile("sex", categories=("f", "m"), counts=(6, 4, 0), others=None, new=None),
)
PROFILE = Profile(Material("reference", "a.csv", DIGEST), 10, FEATURES, (DIGEST,), engine="numpy")
READ = PlannedRead("champion", "", ("sex",), Reason("champion-missing", "no file"))
NEEDED = (
    RowsNeeded("rows", 3710.0, 1000, "the models are alike", "sex: a / b", 0.01),
    RowsNeeded("attacks", math.inf, 0, "no attack succeeds"),
    RowsNeeded("pairs", None, None, "there are no predictions"),
)
PLANNED = (
    PlannedGate("fair", "fairness", "x >= 0.8", True, "bound", (READ,), READ.problem, NEEDED),
)
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "county"


def lines():
    """Every sort of line that `apply --format jsonl` prints."""
    result = ApplyResult(Outcome.PARTIAL, PLAN, RUN)
    step = StepReport("model/screen", "update", StepStatus.FAILED, 1, 3, "it is guarded")
    return [render_started_line(3), render_step_line(step), render_finished_line(result)]


def documents_of_environments():
    yield "drift", render_drift_json(DRIFT)
    yield "diff", render_compared_json(COMPARED)
    yield "promotion", render_promotion_json(PROMOTION)
    yield "import", render_import_json(IMPORT)
    for found in (INVENTORY, Inventory("2026-11-22", "", (), ())):
        yield "inventory", render_inventory_json(found)
    missing = Diagnostic("MLS620", "unsaid-value", Severity.ERROR, "`x` is `unknown`", None)
    entry = BaselineEntry.model_validate(SPECS["PolicyBaseline"]["entries"][0])
    known = replace(FOUND, waived="known since the baseline", about="model/a", known="0" * 64)
    yield "diagnostics", render_json([known])
    left = ((missing, "nothing can be planned while it is there"),)
    for mode in BaselineMode:
        yield "policy-baseline", render_baseline_json(BaselineDone(mode, (entry,), (entry,)))
    yield (
        "policy-baseline",
        render_baseline_json(BaselineDone(BaselineMode.WRITE, (), removed=(entry,), left_out=left)),
    )
    yield "adopted", render_adopted_json([("model/a", "a.yaml", [missing])], is_written=True)


def documents():
    """Yield the name of a format, and a text that claims to have it."""
    for outcome, run in [(Outcome.PARTIAL, RUN), (Outcome.NO_CHANGES, None)]:
        yield "applied", render_applied_json(ApplyResult(outcome, PLAN, run, ("a notice",)))
    for line in lines():
        yield "apply-event", line
    for state in (STATE, EMPTY_STATE):
        yield "state", write_state(state)
    yield from documents_of_environments()
    yield "targets", render_targets_json(list_targets())
    yield from documents_of_definitions()
    claim = Claim(
        PLAN.digest, PLAN.risk_digest, "prod", "model-risk", "bo", "", AT, DIGEST, "c0ffee"
    )
    yield "approval", approval_text(claim)
    review = Review("bo", "a" * 40, AT, "Fine.", "https://github.com/o/r/pull/12")
    yield "forge-review", approval_of(review, PLAN.digest, "prod", DIGEST)[1].content
    missing = Decision(
        (APPROVAL,), PLAN.required_approvals, (Rejected(APPROVAL, "again"),), (APPROVAL,)
    )
    for decision in (missing, Decision()):
        told = decision_json(PLAN, decision, [("a.json", "it is no statement")], ["a note"])
        yield "approvals", json.dumps(told | {"expired": False, "applied": None, "stale": []})
    for run in (RUN, None):
        changes = (EditedObject("model/screen", "rename", "from model/x"),)
        yield "state-edit", render_edited_json(Edited("prod", changes, run, ("team/x: as it is",)))
    view = StatusView("prod", "0123", 4, (record(SCREEN),))
    yield "state-list", render_listed_json(view)
    yield "status", render_status_json(view)
    yield "state-object", render_object_json("prod", record(SCREEN), None)
    for facts in (FACTS, None):
        told = {DIGEST: facts} if facts else {}
        yield "history", render_history_json(HistoryView("prod", (RUN,), told, ("a notice",)))
    yield "audit", render_audit_json(AUDIT)
    logged = LoggedEvent(change_event(Head(3, DIGEST), FACTS, DIGEST, CHANGED), FACTS)
    yield "audit-log", render_audit_log_json([logged, replace(logged, facts=None)])
    for newest in (logged, None):
        shown = AuditShow("prod", "model/screen", AT, newest, newest, SCREEN.body, 1)
        yield "audit-show", render_audit_show_json(shown)
    yield from documents_of_gates()
    yield "rollout-odds", render_odds_json("model/a", "prod", "canary", TRAFFIC, ROLLOUT)
    yield from documents_of_compile()
    yield "diagnostics", render_json([FOUND, NOWHERE])
    spec = resource("model/form-digit-reader", EXAMPLE, "prod")
    yield "resource", render_resource_json(spec)
    yield "review", review_text(GlassReview("bo", "owner", "it was right", AT), RUN, "0123")
    yield "run", run_statement(FACTS).content
    for applied in (CHANGED, GONE, MOVED):
        yield "change", json.dumps(change_event(Head(3, DIGEST), FACTS, DIGEST, applied).body)
    heads = {"model/screen": Head(4, DIGEST), "model/gone": Head(2, DIGEST)}
    for previous in (Head(), Head(7, DIGEST)):
        made = make_checkpoint(previous, FACTS, DIGEST, heads, {"model/screen"})
        yield "checkpoint", json.dumps(made.body)


def documents_of_evidence():
    """Yield items of every state, and what is told of them."""
    for each in ITEMS:
        yield "evidence-item", write_item(each)
        yield "evidence-added", render_added_json(each, ["a.item.json"], is_new=True)
    shelf = [Item("model/a", each.kind, ItemStatus.PRESENT, record=each) for each in ITEMS]
    shelf += [Item("model/a", "notice", ItemStatus.MISSING, "it is not there", asked_by=("EU-1",))]
    shelf += [Item("model/a", "x", ItemStatus.CONFLICT, "changed", is_whole=False, mend="look")]
    shelves = [("model/a", "prod", shelf)]
    yield "evidence-items", render_items("2026-11-21", shelves, "json", colour=False)


def documents_of_definitions():
    yield "definition", definition_to_text(DEFINITION)
    yield "definitions", render_definitions_json([DEFINITION])
    yield "definitions-changed", render_changed_definitions_json({"added": [DEFINITION.name]})


def documents_of_compile():
    """Yield what is told of compiled files and of templates."""
    yield "compile", render_files_json("prod", "out", {"written": ["a.yaml"], "kept": []})
    run = ("prod", "out", {"stale": ["a.yaml"]}, [FileDifference("a.yaml", b"a: 1\n", None)])
    yield "compile", render_files_json(*run)
    yield "compile-all", render_every_json([run, ("dev", "out", {"differing": []}, [])])
    yield "contract-cases", data_side.emitted("consumer-tests")["contracts/shelf-demand/cases.json"]
    yield "feature-services", data_side.emitted("feast")["feast/expected.json"]
    yield (
        "templates",
        render_templates_json([("a/b.j2", "stale", "own/a/b.j2"), ("c", "shipped", "")]),
    )


def documents_of_gates():
    yield from documents_of_evidence()
    yield "drill", render_drill_json(DRILL)
    yield "profile", write_profile(PROFILE)
    for asked, line in ASKED:
        yield "aggregates", json.dumps(asked | {"lines": [line], "snapshot": "v1"})
    found = [RECHECK, replace(RECHECK, is_reproduced=False), replace(RECHECK, record=RECORD)]
    found += [replace(RECHECK, run=RUN_OF_GATES, run_signers=("ci",))]
    for facts in (RUN_OF_GATES, GateRun()):
        yield "gate-run", write_run(facts, RECORD)
    yield "gate-verify", render_rechecks_json(found)
    yield "data-uses", write_uses("model/a", [DataUse(DIGEST, DIGEST)])
    yield "gate-plan", render_gate_plan_json([("model/screen", ("prod",), PLANNED)], Assumed())


def asked_for(shape, **columns):
    request = QueryRequest("duckdb", "people", shape, source="now", **columns)
    return make_query(request, PROFILE)


ASKED = [
    (asked_for("counts"), {"feature": 0, "bin": -1, "row_count": 10}),
    (
        asked_for("quantiles", columns=("age",), where=("role", "new")),
        {"FEATURE": 0, "KIND": 0, "VALUE_UNITS": 1.0, "ROW_COUNT": 3},
    ),
    (
        asked_for("scores", prediction="class"),
        {"score_units": None, "label": None, "prediction": None, "row_count": 3},
    ),
    (
        asked_for("crossed", columns=("sex",)),
        {"SCORE_UNITS": 12, "LABEL": 1, "GROUP_0": "it's", "ROW_COUNT": 3},
    ),
    (
        asked_for("crossed", champion="other"),
        {"score_units": 12, "label": 1, "champion_score_units": 10, "row_count": 3},
    ),
]
RUN_OF_GATES = GateRun(
    AT, 1.5, "ada", "gitlab-ci", "https://a/b", "specs/a.yaml", "a" * 40, dirty=False, signed=True
)
DRILL = DrillRecord(
    subject="model/screen",
    environment="prod",
    path_digest=DIGEST,
    tool_version="0.1.0",
    as_of=AT,
    drift="auto",
    strength=1.5,
    seed=2**53 - 1,
    links=(
        DrillLink("drift", DrillStatus.PROVEN, "the gate says fail"),
        DrillLink("alert", DrillStatus.MISSING, "there is no alert", "add one", "on-drift"),
    ),
)
ITEM = ItemRecord(
    "model/a",
    "test-report",
    "2026-11-20",
    ItemState.KEPT,
    (BoundTo("model/a", DIGEST), BoundTo("model/a#use", DIGEST)),
    ItemPaper("report.pdf", DIGEST, 12),
)
ITEMS = (
    ITEM,
    replace(ITEM, state=ItemState.REFERENCED, paper=ItemPaper("r.pdf", DIGEST, 12, "docs/r.pdf")),
    replace(ITEM, state=ItemState.WITHHELD, by="eva", reason="a secret of a supplier", signed=True),
    replace(
        ITEM,
        state=ItemState.NOT_APPLICABLE,
        paper=None,
        by="eva",
        reason="nobody is affected",
        part="x",
        note="y",
        valid_until="2027-11-20",
        environments=("prod",),
    ),
)
DOCUMENTS = [*documents(), *policies.documents(), *exports.documents()]


def schema(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def complaints(name, value):
    return [each.message for each in Draft202012Validator(schema(name)).iter_errors(value)]


@pytest.mark.parametrize(("name", "text"), DOCUMENTS)
def test_what_is_written_fits_the_schema(name, text):
    assert [] == complaints(name, json.loads(text))


@pytest.mark.parametrize(("name", "text"), DOCUMENTS)
def test_the_schema_refuses_a_word_too_many_and_one_too_few(name, text):
    value = json.loads(text)

    assert complaints(name, value | {"extra": 1})
    for key in value:
        assert complaints(name, {other: each for other, each in value.items() if other != key})
    body = value.get("predicate") or value.get("state")
    if body:
        body["extra"] = 1
        assert complaints(name, value)


def test_every_schema_of_a_report_or_statement_is_tried():
    tried = {name for name, _text in DOCUMENTS}

    assert {*FORMATS} == tried | {"plan", "card"}  # those have tests of their own


def nodes(node):
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node:
        if isinstance(each, dict | list):
            yield from nodes(each)


@pytest.mark.parametrize("name", FORMATS)
def test_a_schema_is_whole_and_says_what_things_mean(name):
    found = schema(name)

    Draft202012Validator.check_schema(found)
    assert f"https://mlspec.dev/schemas/v1/{name}.json" == found["$id"]
    assert found["title"]
    assert found["description"]
    for node in nodes(found):
        if node.get("type") == "object" and "properties" in node:
            assert False is node["additionalProperties"]
            assert node["description"]


WRITTEN = re.compile(r"\"mlspec\.([a-z-]+)/1\.0\"|\"https://mlspec\.dev/([a-z-]+)/v1\"")
OWN = {"manifest", "state-order"}  # nobody but mlspec reads them
WITHIN = {"verdicts"}  # a list of evidence records, which docs/pages/evidence.md describes


def test_every_format_that_is_written_has_a_schema():
    sources = (ROOT / "src").rglob("*.py")
    found = {
        report or statement
        for source in sources
        for report, statement in WRITTEN.findall(source.read_text(encoding="utf-8"))
    }

    assert {"plan", "run"} & found
    assert set() == found - {*FORMATS} - OWN - WITHIN
