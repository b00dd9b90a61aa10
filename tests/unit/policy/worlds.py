"""A small workspace under a pack: one model with its team, data and gates; specs as texts."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.policy.packs import HOME, files, pack_of, rule

from mlspec.policy import BoundPack, Force, Stage, judge, stated_waivers
from mlspec.syntax import SourceText
from mlspec.workspace import load, overlay

TODAY = "2026-11-21"
HOME_SPEC = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: shop}
spec:
  environments:
    staging: {}
    prod: {}
"""
TEAMS = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: builders}
spec: {members: [ana@example.org @ana, li@example.org], roles: [ml-engineer]}
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: risk}
spec: {members: [val@example.org, cro@example.org], roles: [model-risk, compliance]}
---
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: desk}
spec: {members: [sam@example.org], roles: [sre]}
"""
DATA = """\
apiVersion: mlspec.dev/v1
kind: Dataset
metadata: {name: past, version: v1, owner: builders}
spec:
  uri: s3://lake/past.parquet
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  format: parquet
  period: {start: "2024-01-01", end: "2024-12-31"}
  columns: [{name: id, type: int}]
  licence: Internal
  origin: The database.
"""
MODEL = """\
apiVersion: mlspec.dev/v1
kind: Model
metadata: {name: NAME, version: v1, owner: builders}
spec:
  purpose: Tells which customers will leave, so that somebody calls them.
  task: binary-classification
  artifact:
    uri: s3://lake/m.onnx
    format: onnx
    digest: sha256:2222222222222222222222222222222222222222222222222222222222222222
  data: {training: [past@v1], evaluation: [past@v1]}
  output:
    version: v1
    fields: [{name: score, type: float, minimum: 0, maximum: 1, description: Chance.}]
  risk:
    tier: TIER
    domain: marketing
    affectsPeople: false
    automatedDecision: false
    sensitiveData: false
    rationale: Somebody gets a call, or does not.
  gates: [{id: auc, type: metric-threshold, metric: roc-auc, atLeast: 0.7}]
"""
SYSTEM = """\
apiVersion: mlspec.dev/v1
kind: System
metadata: {name: office, owner: builders}
spec:
  purpose: Decides whom somebody calls, and when they do so.
  models: [churn]
  risk:
    tier: TIER
    domain: marketing
    affectsPeople: false
    automatedDecision: false
    sensitiveData: false
    rationale: Somebody gets a call, or does not.
"""
BINDING = """\
apiVersion: mlspec.dev/v1
kind: PolicyBinding
metadata: {name: house, owner: risk}
spec: {pack: house, version: 2026.11.0}
"""
TIER_RULE = """\
---
apiVersion: mlspec.dev/policy/v1
kind: TierRule
metadata: {name: HOUSE-900, title: Decides alone about people}
spec:
  tier: high
  when: WHEN
  reason: it decides alone
"""


def model(name="churn", tier="minimal", more=""):
    return MODEL.replace("NAME", name).replace("TIER", tier) + more


def waiver(name="w1", owner="builders", **fields):
    """Return the document of a waiver; `fields` replace lines of its spec."""
    spec = {
        "rule": "HOUSE-001",
        "scope": "{resource: model/churn}",
        "reason": "The list of owners is agreed on in December.",
        "approvedBy": "[val@example.org]",
        "created": '"2026-11-01"',
        "expires": '"2026-12-31"',
    } | fields
    lines = "".join(f"  {key}: {value}\n" for key, value in spec.items())
    return (
        f"apiVersion: mlspec.dev/v1\nkind: Waiver\nmetadata: {{name: {name}, owner: {owner}}}\n"
        f"spec:\n{lines}"
    )


def workspace(*documents, environment="prod", home=HOME_SPEC, today=TODAY):
    """Return the effective workspace of these documents, teams and data; they must be sound."""
    texts = {"mlspec.yaml": home, "specs/teams.yaml": TEAMS, "specs/data.yaml": DATA}
    texts |= {f"specs/d{number}.yaml": text for number, text in enumerate(documents)}
    loaded = load(SourceText(name, text.encode()) for name, text in texts.items())
    told = [each.message for each in loaded.diagnostics]
    assert loaded.workspace is not None, told
    assert not told, told
    found = replace(loaded.workspace, today=today)
    return overlay(found, environment)[0] if environment else found


def bound(found, *rules, home=HOME, environments=(), enforcement=None):
    """Return a pack of these rules as the binding of a workspace puts it in force."""
    pack = pack_of("---\n".join(rules) or rule(), home=home)
    (binding,) = found.of_kind("PolicyBinding")
    return BoundPack(pack, binding, environments, enforcement or {})


def force(*packs):
    return Force(list(packs))


def judgement(found, *packs, stage=Stage.VALIDATE, further=None):
    """Return what packs say of a workspace, with its waivers."""
    return judge(found, packs, stated_waivers(found), stage, lambda _each: further or {})


__all__ = [
    "BINDING",
    "SYSTEM",
    "TIER_RULE",
    "TODAY",
    "bound",
    "files",
    "force",
    "judgement",
    "model",
    "waiver",
    "workspace",
]
