"""From real specs to desired objects, with places in the files."""

from __future__ import annotations

from inline_snapshot import snapshot
from tests.unit.planning.worlds import CONTEXT

from mlspec.planning import desired_objects, make_plan
from mlspec.state import ObjectRecord, Snapshot
from mlspec.syntax import SourceText
from mlspec.workspace import load, overlay

WORKSPACE = """\
apiVersion: mlspec.dev/v1
kind: Workspace
metadata: {name: shop}
spec:
  environments:
    dev: {}
    prod:
      overrides:
        - {kind: GateSet, name: floors, path: "spec.gates[auc].atLeast", value: 0.95}
"""
SPECS = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata: {name: ops}
spec:
  members: [ana@example.org]
---
apiVersion: mlspec.dev/v1
kind: GateSet
metadata:
  name: floors
  owner: ops
  protect: true
spec:
  gates:
    - id: auc
      type: metric-threshold
      metric: auc
      atLeast: 0.9
      required: true
"""


def workspace(specs=SPECS, environment="dev"):
    texts = {"mlspec.yaml": WORKSPACE, "specs/a.yaml": specs}
    loaded = load([SourceText(file, text.encode()) for file, text in texts.items()])
    assert [each.message for each in loaded.diagnostics] == []
    merged, diagnostics = overlay(loaded.workspace, environment)
    assert not diagnostics
    return merged


def snapshot_of(desired):
    objects = {
        address: ObjectRecord(address, f"u-{address}", 1, each.digest, each.body, each.protect)
        for address, each in desired.items()
    }
    return Snapshot("prod", "L1", 1, "h", objects)


def told(before, after):
    plan = make_plan(desired_objects(after), snapshot_of(desired_objects(before)), CONTEXT)
    return [
        (change.path, change.old, change.new, change.direction.value, change.at)
        for each in plan.operations
        if each.kind != "Workspace"  # it is another one in every environment
        for change in each.changes
    ]


def test_every_kind_is_kept():
    desired = desired_objects(workspace())

    assert list(desired) == ["gate-set/floors", "team/ops", "workspace/shop"]
    assert desired["gate-set/floors"].references == ("team/ops",)
    assert desired["gate-set/floors"].protect
    assert desired["gate-set/floors"].locate(()) == "specs/a.yaml:7:1"


def test_layout_comments_and_written_defaults_change_nothing():
    other = SPECS.replace("      required: true\n", "").replace(
        "members: [", "members: [  # a\n    "
    )

    assert desired_objects(workspace()) == desired_objects(workspace(other))


def test_an_override_is_told_with_the_place_of_the_override():
    assert told(workspace(), workspace(environment="prod")) == snapshot(
        [("spec.gates[auc].atLeast", 0.9, 0.95, "tightened", "mlspec.yaml:9:81")]
    )


def test_changes_stand_at_the_new_value_or_at_what_held_the_old_one():
    changed = SPECS.replace("  owner: ops\n", "").replace("atLeast: 0.9", "atLeast: 0.8") + (
        "    - id: speed\n      type: metric-threshold\n      metric: f1\n      atLeast: 0.5\n"
    )

    assert told(workspace(), workspace(changed)) == snapshot(
        [
            ("metadata.owner", "ops", None, "neutral", "specs/a.yaml:10:3"),
            ("spec.gates[auc].atLeast", 0.9, 0.8, "loosened", "specs/a.yaml:17:16"),
            (
                "spec.gates[speed]",
                None,
                {"id": "speed", "type": "metric-threshold", "metric": "f1", "atLeast": 0.5},
                "tightened",
                "specs/a.yaml:19:7",
            ),
        ]
    )


GOVERNED = WORKSPACE.replace(
    "    dev: {}\n", "    dev: {}\n    stage: {requireApprovals: true, deleteBudget: 3}\n"
).replace("    prod:\n", "    prod:\n      description: for people\n      requireGates: true\n")


def governed(text=GOVERNED, environment="prod", signers=()):
    loaded = load([SourceText("mlspec.yaml", text.encode()), SourceText("specs/a.yaml", SPECS_B)])
    merged, _ = overlay(loaded.workspace, environment)
    return desired_objects(merged, signers)["workspace/shop"]


SPECS_B = SPECS.encode()
KEY = 'ana@example.org namespaces="mlspec.approval" ssh-ed25519 AAAA'


def test_of_the_workspace_only_what_governs_the_environment_is_kept():
    moved = (
        GOVERNED + "  moved: [{previous: team/dev, address: team/ops}]\n  paths: {output: out}\n"
    )

    assert governed(moved).body == snapshot(
        {
            "kind": "Workspace",
            "metadata": {"name": "shop"},
            "spec": {"environments": {"prod": {"requireGates": True}}},
            "governed": {"signers": []},
        }
    )


def test_settings_of_another_environment_do_not_concern_this_one():
    other = GOVERNED.replace("deleteBudget: 3", "deleteBudget: 9")

    assert governed(other) == governed()
    assert governed(other, "stage") != governed(environment="stage")


def test_signers_count_without_layout_order_and_comments():
    other = KEY.replace("ana", "li")

    written = governed(signers=["# who signs", "", f"  {other}  ", KEY, KEY])

    assert written == governed(signers=[KEY, other])
    assert written.body["governed"] == {"signers": [KEY, other]}


def test_a_new_signer_loosens_and_is_told_at_the_file_of_signers():
    before, after = governed(), governed(signers=[KEY])
    plan = make_plan({after.address: after}, snapshot_of({before.address: before}), CONTEXT)

    (operation,) = plan.operations
    assert [
        (each.path, each.field_class, each.direction, each.at) for each in operation.changes
    ] == [("governed.signers", "policy", "loosened", ".mlspec/allowed_signers:1:1")]


OBSERVED = """\
---
apiVersion: mlspec.dev/v1
kind: ObservedModel
metadata: {name: churn}
spec:
  lifecycle: observed
  origins:
    - {id: mlflow, system: mlflow, location: "https://mlflow.example.org", name: Churn}
  owner: unknown
  purpose: unknown
  task: unknown
  tier: unknown
  version: unknown
  artifact: {uri: unknown, format: unknown, digest: unknown}
  licence: unknown
"""


def test_a_model_that_is_only_observed_is_no_object_of_the_registry():
    observing = workspace(SPECS + OBSERVED)

    assert "observed-model/churn" in observing.resources
    assert desired_objects(workspace()) == desired_objects(observing)
