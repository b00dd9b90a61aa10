"""A workspace in which cards have nearly everything to tell: model, system, data, policy, ledger.

Every free text has a mark of its own, so that a test can tell where it went.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from itertools import count

from mlspec.api.policy import PolicyReport
from mlspec.evidence import (
    EvidenceRecord,
    GateResult,
    Interval,
    Item,
    ItemPaper,
    ItemRecord,
    ItemState,
    ItemStatus,
    PartResult,
    Verdict,
    Waived,
)
from mlspec.ir import Bundle, Gateway, Pipeline
from mlspec.lowering import Agreed, AppliedChange, CardFacts, CardHistory, Live, Policies
from mlspec.policy import (
    Stage,
    StatedWaiver,
    in_force,
    judge,
    read_pack_folder,
    shipped_folder,
)
from mlspec.syntax import SourceText
from mlspec.targets import template_renderer
from mlspec.targets.model_card import TARGET
from mlspec.workspace import load, overlay

DIGEST = "sha256:" + "1" * 64
OTHER = "sha256:" + "2" * 64
EVENT = "sha256:" + "3" * 64
TODAY = "2026-11-21"

SPECS = f"""\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {{name: workforce}}
spec:
  members: [TEXT@example.org]
  onCall: {{receiver: workforce-pager, contact: TEXT}}
---
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {{name: applicants, version: v1, owner: workforce, description: TEXT}}
spec:
  uri: data/TEXT.csv
  digest: {DIGEST}
  format: csv
  rows: 12000
  period: {{start: "2015-01-01", end: "2015-12-31"}}
  columns: [{{name: age, type: int, sensitive: true, description: TEXT}}]
  licence: TEXT
  origin: TEXT
  preparation: TEXT
  gaps: [TEXT, TEXT]
---
apiVersion: mlspec.dev/v1
kind: System
metadata: {{name: desk, version: v1, owner: workforce}}
spec:
  purpose: TEXT
  models: [screen]
  components: [{{name: mailer, supplier: TEXT, contract: TEXT}}]
  risk:
    tier: high
    domain: employment
    affectsPeople: true
    automatedDecision: false
    sensitiveData: false
---
apiVersion: mlspec.dev/v1
kind: Model
metadata: {{name: screen, version: v2, owner: workforce, description: TEXT, labels: {{unit: a}}}}
spec:
  purpose: TEXT
  task: binary-classification
  limitations: [TEXT]
  artifact: {{uri: models/TEXT.onnx, format: onnx, digest: {DIGEST}}}
  data: {{training: [applicants@v1], evaluation: [applicants@v1]}}
  output:
    version: v1
    fields: [{{name: score, type: float, description: TEXT}}]
    consumers: [{{system: outreach, team: workforce}}]
  risk:
    tier: limited
    domain: employment
    affectsPeople: true
    automatedDecision: false
    sensitiveData: false
    rationale: TEXT
    roles: [provider]
    markets: [EU]
    affected: {{groups: [TEXT], includesMinors: false, vulnerable: []}}
    misuse: [{{use: TEXT, mitigation: TEXT}}]
    euAiAct:
      prohibitedPractices: {{day: "2026-11-02", screenedBy: TEXT}}
      regulatedProduct: {{act: TEXT, thirdPartyConformity: false}}
      highRiskUses: ["4(a)"]
      profiling: false
      exemption:
        condition: 6(3)(d)
        noSignificantRisk: TEXT
        assessment: {{uri: TEXT, digest: {DIGEST}}}
        registration: TEXT
      transparency: []
      generalPurpose: {{role: none}}
      firstPlaced: "2026-01-01"
      publicBody: true
      registration: TEXT
      rightsAssessment: {{uri: TEXT}}
    modelRisk: {{framework: TEXT, exposure: low, materiality: low}}
    privacy: {{personalData: true, safeguards: TEXT, impactAssessment: {{uri: TEXT}}}}
    consequentialDecision: {{subject: TEXT, materiallyInfluences: false}}
    biasAudit: {{auditor: TEXT, day: "2026-01-01", summary: TEXT, noticeDays: 10}}
    hazards:
      - id: age
        hazard: TEXT
        rights: [TEXT]
        severity: serious
        likelihood: rare
        control: TEXT
        residual: acceptable
        acceptedBy: TEXT
        reviewBy: "2027-01-01"
      - {{id: drift, hazard: TEXT, severity: minor, likelihood: rare}}
  owners: {{accountable: TEXT, deputy: TEXT, technical: TEXT, validator: TEXT}}
  lineage:
    repository: TEXT
    commit: {"a" * 40}
    run: TEXT
    architecture: TEXT
    parameters: 1200
    compute: {{hardware: TEXT, hours: 3.5, operations: 2.5e+18, energyKwh: 12.5}}
  components: [{{name: base, supplier: TEXT, version: v1, licence: TEXT, digest: {DIGEST}}}]
  gates:
    - {{id: floor, type: metric-threshold, metric: roc-auc, atLeast: 0.7}}
    - {{id: even, type: metric-threshold, metric: brier, atMost: 0.2}}
  logging: {{events: [input], retentionDays: 184, sink: TEXT}}
  oversight:
    mode: human-in-the-loop
    reviewers: workforce
    intervention: TEXT
    appeal: TEXT
    overseers: [{{person: TEXT, canStop: true, training: {{uri: TEXT}}}}]
  transparency: {{instructions: {{uri: TEXT}}, explanation: TEXT, contact: TEXT}}
  postMarket: {{plan: {{uri: TEXT}}, incidentContact: TEXT}}
  review: {{last: "2026-10-01", everyDays: 365, triggers: [incident]}}
  monitoring: [{{id: drift, dimension: data-drift, metric: screen_psi, above: 0.2}}]
  retraining: [{{id: yearly, type: schedule, everyDays: 365}}]
  budget: {{monthly: 400, currency: EUR}}
---
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {{name: core, owner: workforce}}
spec: {{pack: core, version: 2026.11.0}}
---
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {{name: eu-ai-act, owner: workforce}}
spec: {{pack: eu-ai-act, version: 2026.11.0}}
---
apiVersion: mlspec.dev/v1
kind: Waiver
metadata: {{name: no-lineage, owner: workforce}}
spec:
  rule: CORE-050
  scope: {{resource: model/screen}}
  reason: TEXT, which is long enough.
  approvedBy: [TEXT@example.org]
  created: "2026-11-01"
  expires: "2026-11-30"
---
apiVersion: mlspec.dev/v1
kind: Incident
metadata: {{name: skipped, owner: workforce}}
spec:
  resource: model/screen
  category: serious
  markets: [EU]
  happened: "2026-11-01T10:00:00Z"
  known: "2026-11-02T10:00:00Z"
  description: TEXT, which is long enough.
"""
HOME = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: county}
spec: {environments: {prod: {}}}
"""


def marked(text=SPECS):
    """Return the specs with a mark in each free text."""
    numbers = count(1)
    return re.sub(r"\bTEXT\b", lambda _found: f"mark-{next(numbers)}-text", text)


def workspace(texts=None):
    """Return the effective workspace; `texts` replaces the specs."""
    specs = marked() if texts is None else texts
    sources = {"mlspec.yaml": HOME, "specs/all.yaml": specs}
    loaded = load([SourceText(file, text.encode()) for file, text in sources.items()])
    assert [] == [each.message for each in loaded.diagnostics]
    merged, diagnostics = overlay(replace(loaded.workspace, today=TODAY), "prod")
    assert not diagnostics
    return merged


def report(found, lock=None):
    """Return what the shipped packs say of the workspace."""

    def fetch(spec):
        return read_pack_folder(shipped_folder() / spec.pack, spec.pack)

    force = in_force(found, fetch, lock)
    waivers = [StatedWaiver(each.address, each.spec) for each in found.of_kind("Waiver")]
    judged = judge(found, force.packs, waivers, Stage.VALIDATE, lambda _resource: {})
    return PolicyReport(force, judged, ())


@cache
def whole():
    """Return the workspace with all that is known, made once."""
    found = workspace()
    return found, facts(found)


def facts(found):
    """Return what cards tell beside specs: policy without the lock, papers, a ledger."""
    known = report(found)
    force = replace(known.force, diagnostics=[])  # nothing is locked here
    return CardFacts(
        Policies(found, force, known.judged),
        {"model/screen": HISTORY},
        items={"model/screen": ITEMS},
    )


HISTORY = CardHistory(
    (
        AppliedChange(1, EVENT, "create", "v1", "2026-10-01T10:00:00+00:00", "ada", "high"),
        AppliedChange(
            2,
            EVENT,
            "update",
            "v2",
            "2026-11-01T10:00:00+00:00",
            "ada",
            "medium",
            OTHER,
            (Agreed("bo", "model-risk", "signed", DIGEST),),
        ),
    ),
    Live("v2", OTHER, ("spec.gates[floor].atLeast",), "v1"),
)


def item(kind, status, state=ItemState.KEPT, **more):
    """Return an item of the model `screen`."""
    paper = ItemPaper("report.pdf", DIGEST, 12)
    record = ItemRecord("model/screen", kind, "2026-11-01", state, (), paper, by="ada")
    return Item("model/screen", kind, status, "", f"evidence/{kind}.json", record, **more)


ITEMS = (
    item("test-report", ItemStatus.PRESENT, signers=("bo",)),
    item("notice", ItemStatus.STALE, mend="add the notice again"),
    replace(item("audit", ItemStatus.WITHHELD, ItemState.WITHHELD), reason="it names people"),
    replace(item("marking", ItemStatus.NOT_APPLICABLE), reason="no text is written"),
    Item("model/screen", "scan", ItemStatus.MISSING, asked_by=("CORE-010", "CORE-050")),
    Item("model/screen", "other", ItemStatus.MISSING, asked_by=("NOBODY-001",)),
)


def records():
    """Return a gate record with slices, an interval and a waiver."""
    interval = Interval("delong", 0.9, 0.72, 0.78)
    parts = (
        PartResult("sex: F", Verdict.FAIL, "too few", "small", 0.7, interval, (("rows", 40),)),
        PartResult("sex: M", Verdict.PASS, estimate=0.8, interval=interval),
    )
    waived = Waived("the slice is small", "workforce", "bo", "2026-12-31")
    result = GateResult(
        "floor",
        "metric-threshold",
        Verdict.PASS,
        "roc-auc >= 0.7",
        metric="roc-auc",
        estimate=0.75,
        interval=interval,
        counts=(("rows", 8000),),
        parts=parts,
        waived=waived,
    )
    record = EvidenceRecord("model/screen", DIGEST, OTHER, "0.1.0", Verdict.PASS, (result,), ())
    return {"model/screen": record}


def emitted(cards):
    """Return the files of cards by path."""
    pipeline = Pipeline((), "main", "x", "3.12", ".", "evidence", (), "0.1.0", "mlspec.yaml")
    sources = (("mlspec.yaml", DIGEST), ("specs/all.yaml", OTHER))
    bundle = Bundle("prod", (), (), cards, pipeline, Gateway("g", "n", "d.example"), sources)
    return {each.path: each.content for each in TARGET.emit(bundle, template_renderer())}


def pages(cards):
    """Return the texts of cards."""
    return [*emitted(cards).values()]


def documents(cards):
    """Return the cards as JSON, by path."""
    return {
        path: json.loads(text) for path, text in emitted(cards).items() if path.endswith(".json")
    }
