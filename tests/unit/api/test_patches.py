"""Patches of a workspace: what they change, what they may not, and what is told."""

from __future__ import annotations

import json

import pytest

from mlspec.api import compile_artifacts, plan, validate
from mlspec.api.execute import apply_now
from mlspec.api.start import init
from mlspec.errors import SpecInvalidError
from mlspec.reporting._plan_options import Options
from mlspec.reporting.plans_text import render_plan_text
from mlspec.syntax import SourceText, parse

MEMORY = """
- id: more-room
  target: {kind: Deployment, name: "chu*"}
  merge:
    spec:
      template:
        spec:
          containers: [{name: model, resources: {limits: {memory: 2Gi}}}]
"""

BROKEN_QUERY = (
    "{id: a, path: prometheus/*.rules.yaml, "
    "operations: [{op: replace, path: /groups/0/rules/0/expr, value: 'sum('}]}"
)


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    init(folder)
    return folder


def declare(shop, patches, *, everywhere=False):
    """Write patches into `mlspec.yaml`: those of prod, or of every environment."""
    file = shop / "mlspec.yaml"
    lines = [f"        {line}" for line in patches.strip().splitlines()]
    block = "\n".join(lines)
    text = file.read_text()
    if everywhere:
        text += f"  targets:\n    patches:\n{block}\n"
    else:
        head = "      namespace: ml-prod\n"
        text = text.replace(head, f"{head}      patches:\n{block}\n")
    file.write_text(text)


def objects(shop, path="kubernetes/churn.yaml", environment="prod"):
    content = (shop / "build" / environment / path).read_bytes()
    return [each.data for each in parse(SourceText(path, content)).documents]


def of_kind(shop, kind, environment="prod"):
    return [each for each in objects(shop, environment=environment) if each["kind"] == kind]


def refused(shop):
    with pytest.raises(SpecInvalidError) as caught:
        compile_artifacts(shop, "prod")
    assert not (shop / "build").exists()
    return caught.value.details


def told(shop):
    return [each.message for each in compile_artifacts(shop, "prod").diagnostics]


def test_a_patch_changes_its_target_in_its_environment_only(shop):
    declare(shop, MEMORY)

    compile_artifacts(shop, "prod")
    compile_artifacts(shop, "staging")

    (prod,), (staging,) = of_kind(shop, "Deployment"), of_kind(shop, "Deployment", "staging")
    limits = prod["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert limits["memory"] == "2Gi"
    assert "2Gi" not in json.dumps(staging)


def test_a_patched_file_says_so_in_its_header_and_in_the_manifest(shop):
    declare(shop, MEMORY)

    compile_artifacts(shop, "prod")

    text = (shop / "build/prod/kubernetes/churn.yaml").read_text()
    manifest = json.loads((shop / "build/prod/.mlspec-manifest.json").read_text())
    patched = {each["path"]: each["patches"] for each in manifest["artifacts"] if "patches" in each}
    assert "# Patched by: more-room (mlspec.yaml)\n" in text.partition("apiVersion")[0]
    assert [("more-room", "mlspec.yaml")] == [
        (each["id"], each["source"]) for each in patched["kubernetes/churn.yaml"]
    ]
    assert list(patched) == ["kubernetes/churn.yaml"]


def test_a_change_of_what_a_patch_says_changes_its_digest(shop):
    (shop / "patch.yaml").write_text("[{op: add, path: /metadata/annotations/a, value: x}]\n")
    declare(shop, "- {id: note, target: {kind: Service}, file: patch.yaml}")
    compile_artifacts(shop, "prod")
    first = manifest_digest(shop)

    (shop / "patch.yaml").write_text("[{op: add, path: /metadata/annotations/a, value: y}]\n")

    assert not compile_artifacts(shop, "prod", check=True).is_clean
    compile_artifacts(shop, "prod")
    assert first != manifest_digest(shop)


def manifest_digest(shop):
    manifest = json.loads((shop / "build/prod/.mlspec-manifest.json").read_text())
    return next(each["patches"][0]["digest"] for each in manifest["artifacts"] if "patches" in each)


def test_shared_patches_come_first_and_each_sees_what_the_one_before_left(shop):
    note = "- {{id: {0}, target: {{kind: Service}}, operations: [{1}]}}"
    first = "{op: add, path: /metadata/annotations/by, value: all}"
    second = "{op: replace, path: /metadata/annotations/by, value: prod}"
    declare(shop, note.format("one", first), everywhere=True)
    declare(shop, note.format("two", second))

    compile_artifacts(shop, "prod")
    compile_artifacts(shop, "staging")

    assert {"prod"} == {each["metadata"]["annotations"]["by"] for each in of_kind(shop, "Service")}
    staging = of_kind(shop, "Service", "staging")
    assert {"all"} == {each["metadata"]["annotations"]["by"] for each in staging}


def test_a_patch_may_name_its_object_itself_as_in_kustomize(shop):
    (shop / "patch.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: churn}\n"
        "spec: {minReadySeconds: 7}\n"
    )
    declare(shop, "- {id: slow, file: patch.yaml}")

    compile_artifacts(shop, "prod")

    assert [7] == [each["spec"]["minReadySeconds"] for each in of_kind(shop, "Deployment")]


def test_files_that_hold_no_objects_are_patched_by_path(shop):
    declare(
        shop,
        "- id: slower\n"
        "  path: prometheus/*.rules.yaml\n"
        "  operations: [{op: add, path: /groups/0/interval, value: 2m}]\n"
        "- id: titled\n"
        "  path: cards/churn.json\n"
        "  merge: {note: reviewed}",
    )
    home = shop / "mlspec.yaml"
    home.write_text(home.read_text() + "  targets: {modelCard: {formats: [json]}}\n")

    compile_artifacts(shop, "prod")

    (rules,) = objects(shop, "prometheus/churn.rules.yaml")
    assert rules["groups"][0]["interval"] == "2m"
    assert json.loads((shop / "build/prod/cards/churn.json").read_text())["note"] == "reviewed"


def test_a_deleted_object_leaves_its_file_and_is_missed_where_others_name_it(shop):
    declare(shop, "- {id: no-budget, target: {kind: Service}, merge: {$patch: delete}}")

    report = compile_artifacts(shop, "prod")

    assert of_kind(shop, "Service") == []
    assert ["MLS1303"] == [each.code for each in report.diagnostics]
    assert "churn.route.yaml:37: the set holds no Service `churn`" in report.diagnostics[0].message


@pytest.mark.parametrize(
    ("patch", "line", "words"),
    [
        ("{id: a, target: {kind: Deploymnt}, merge: {spec: {}}}", "MLS1301", "matches no object"),
        ("{id: a, path: promtheus/*, merge: {spec: {}}}", "MLS1301", "matches no file"),
        (
            "{id: a, target: {kind: Deployment}, operations: [{op: remove, path: /spec/x}]}",
            "MLS1302",
            "there is no `/spec/x`, in Deployment `churn` of `kubernetes/churn.yaml`",
        ),
        (
            "{id: a, target: {kind: Deployment}, merge: {metadata: {name: other}}}",
            "MLS1302",
            "`metadata.name` of an object stays as it is",
        ),
        (
            "{id: a, target: {kind: Deployment}, merge: {metadata: null}}",
            "MLS1302",
            "`metadata.name` of an object stays as it is",
        ),
        (
            "{id: a, target: {kind: Deployment}, merge: {spec: {replicaz: 3}}}",
            "MLS1303",
            "`replicaz` is no field of `spec` [MLS1030]",
        ),
        (
            BROKEN_QUERY,
            "MLS1303",
            "[MLS1050]",
        ),
        ("{id: a, path: cards/*.md, merge: {a: 1}}", "MLS1305", "which is text"),
        ("{id: a, path: '*/workflows/*', merge: {a: 1}}", "MLS1305", "which is text"),
        ("{id: a, target: {group: apps}, file: gone.yaml}", "MLS1306", "no such file"),
        ("{id: a, target: {group: apps}, file: link.yaml}", "MLS1306", "leads out"),
        ("{id: a, target: {group: apps}, file: text.yaml}", "MLS1306", "not one mapping or list"),
        ("{id: a, target: {group: apps}, file: bad.yaml}", "MLS1302", "needs `value`"),
    ],
)
def test_a_patch_that_can_not_be_made_stops_everything_and_says_where(
    shop, tmp_path, patch, line, words
):
    (tmp_path / "outside.yaml").write_text("spec: {}\n")
    (shop / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (shop / "text.yaml").write_text("spec\n")
    (shop / "bad.yaml").write_text("- {op: add, path: /spec}\n")
    declare(shop, f"- {patch}")

    (found, *_) = (each for each in refused(shop) if f"[{line}]" in each)

    assert words in found
    assert found.startswith("bad.yaml:1:" if "bad.yaml" in patch else "mlspec.yaml:"), found


def test_what_was_wrong_before_a_patch_is_not_said_to_come_from_it(shop):
    """Without definitions of a cluster, kinds that nobody knows are a warning before and after."""
    declare(shop, MEMORY)

    assert told(shop) == []


def test_a_protection_that_a_patch_takes_away_is_a_warning_at_the_patch(shop):
    declare(
        shop,
        "- {id: a, target: {kind: Deployment}, merge: {spec: {template: {spec: {"
        "hostNetwork: true}}}}}",
    )

    report = compile_artifacts(shop, "prod")

    assert ["MLS1304"] == [each.code for each in report.diagnostics]
    assert "`hostNetwork` is on" in report.diagnostics[0].message
    assert report.diagnostics[0].span.file == "mlspec.yaml"
    assert report.is_clean


def test_with_some_targets_only_patches_of_others_are_not_missed(shop):
    declare(shop, MEMORY)

    report = compile_artifacts(shop, "prod", targets=("prometheus",))

    assert report.diagnostics == ()


def test_without_patches_nothing_is_read_or_written_again(shop):
    compile_artifacts(shop, "prod")
    before = (shop / "build/prod/kubernetes/churn.yaml").read_bytes()
    declare(shop, "- {id: same, target: {kind: Deployment}, merge: {kind: Deployment}}")

    compile_artifacts(shop, "prod")

    after = (shop / "build/prod/kubernetes/churn.yaml").read_text()
    assert before.decode() == after.replace("# Patched by: same (mlspec.yaml)\n", "")


def test_a_plan_knows_the_files_of_patches(shop):
    (shop / "patch.yaml").write_text("spec: {minReadySeconds: 7}\n")
    declare(shop, "- {id: slow, target: {kind: Deployment}, file: patch.yaml}")

    first = plan(shop, "prod")
    (shop / "patch.yaml").write_text("spec: {minReadySeconds: 8}\n")
    second = plan(shop, "prod")

    assert first.source.files["patch.yaml"] != second.source.files["patch.yaml"]


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        ("{id: a, target: {kind: Service}}", "the patch `a` says no change"),
        (
            "{id: a, target: {kind: Service}, merge: {}, file: x.yaml}",
            "the patch `a` says more than one change",
        ),
        ("{id: a, target: {}, merge: {}}", "the patch `a` does not say what it changes"),
        ("{id: a, merge: {kind: Service}}", "the patch `a` does not say what it changes"),
        ("{id: a, target: {kind: S}, operations: [{op: add, path: /a}]}", "`add` needs `value`"),
        ("{id: one, target: {kind: S}, merge: {}}", "a patch of every environment is named `one`"),
    ],
)
def test_a_patch_that_says_too_little_or_too_much_is_found_by_validate(shop, patch, message):
    declare(shop, "- {id: one, target: {kind: Service}, merge: {}}", everywhere=True)
    declare(shop, f"- {patch}")

    found = [each for each in validate(directory=shop).diagnostics if each.code == "MLS1300"]

    assert len(found) == 1
    assert found[0].message.startswith(message)


def test_a_patch_that_sends_all_requests_to_the_challenger_at_once_is_told(shop):
    champion = f"{{version: v0, image: 'r.example.org/churn@sha256:{1:064}'}}"
    with (shop / "specs" / "churn.yaml").open("a") as spec:
        spec.write(f"  champion: {champion}\n")
    declare(
        shop,
        "- {id: all-at-once, path: 'rollout/churn/step-01-*', target: {kind: HTTPRoute}, "
        "operations: [{op: replace, path: /spec/rules/0/backendRefs/0/weight, value: 0}]}",
    )

    (told,) = compile_artifacts(shop, "prod").diagnostics

    assert told.code == "MLS1304"
    assert "`churn-challenger` gets 100 % of requests, not 10 %" in told.message


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_missing_file_of_a_patch_is_told_before_anything_is_compiled(shop, everywhere):
    (shop / "patches").mkdir()
    (shop / "patches/replicas.yaml").write_text("spec: {replicas: 3}\n")
    declare(
        shop,
        "- {id: a, target: {kind: Deployment}, file: patches/replica.yaml}",
        everywhere=everywhere,
    )

    (found,) = validate(directory=shop).diagnostics

    line = (shop / "mlspec.yaml").read_text().splitlines()[found.span.start.line - 1]
    assert "MLS1306" == found.code
    assert line[found.span.start.column - 1 :].startswith("patches/replica.yaml")
    assert "did you mean `patches/replicas.yaml`?" == found.hint


def test_what_the_file_of_a_patch_says_is_judged_where_it_stands(shop):
    (shop / "patches").mkdir()
    (shop / "patches/a.yaml").write_text("# Nothing.\n- {op: replace, path: spec, value: 3}\n")
    declare(shop, "- {id: a, target: {kind: Deployment}, file: patches/a.yaml}")

    report = validate(directory=shop)

    (found,) = report.diagnostics
    assert ("MLS1302", "patches/a.yaml", 2) == (
        found.code,
        found.span.file,
        found.span.start.line,
    )
    assert found.span.file in report.sources


def test_a_patch_that_moves_a_step_by_replicas_is_told(shop):
    champion = f"{{version: v0, image: 'r.example.org/churn@sha256:{1:064}'}}"
    spec = shop / "specs" / "churn.yaml"
    fixed = spec.read_text().replace("    scaling: {cpuUtilisation: 0.7}\n", "")
    spec.write_text(f"{fixed}  champion: {champion}\n")
    declare(
        shop,
        "- {id: larger, path: 'rollout/churn/step-01-*', target: {kind: Deployment, "
        "name: churn-challenger}, merge: {spec: {replicas: 9}}}",
    )
    with (shop / "mlspec.yaml").open("a") as home:
        home.write("  targets: {backend: plain, router: none}\n")

    (told,) = compile_artifacts(shop, "prod").diagnostics

    assert told.code == "MLS1304"
    assert "`churn-challenger` has 64.3 % of the replicas" in told.message


def planned(shop):
    """Return what a plan for staging says, and what it does to the workspace."""
    made = plan(shop, "staging")
    (operation,) = (each for each in made.operations if each.kind == "Workspace")
    return render_plan_text(made, Options()), operation


def test_a_plan_shows_patches_in_full_and_whom_they_may_change(shop):
    apply_now("staging", shop)
    (shop / "patches").mkdir()
    (shop / "patches/pid.yaml").write_text("spec: {template: {spec: {hostPID: true}}}\n# Why.\n")
    shared = "- {id: pid, target: {kind: Deployment}, file: patches/pid.yaml}\n"
    declare(shop, MEMORY + shared, everywhere=True)

    told, operation = planned(shop)

    assert "memory: 2Gi" in told.replace('"', "")
    assert "+ spec: {template: {spec: {hostPID: true}}}" in told
    assert "patches/pid.yaml:1:1" in told
    assert "what is compiled for 1 model (model/churn), by patches" in told
    assert ("model/churn",) == operation.risk.blast.dependants


def test_a_plan_shows_what_changes_in_the_file_of_a_patch(shop):
    (shop / "patches").mkdir()
    file = shop / "patches/pid.yaml"
    file.write_text("spec:\n  template:\n    spec: {hostPID: false}\n")
    declare(shop, "- {id: a, target: {kind: Deployment}, file: patches/pid.yaml}", everywhere=True)
    apply_now("staging", shop)
    assert not plan(shop, "staging").operations

    file.write_text("spec:\n  template:\n    spec: {hostPID: true}\n")
    told, _ = planned(shop)

    assert "-     spec: {hostPID: false}" in told
    assert "+     spec: {hostPID: true}" in told

    apply_now("staging", shop)
    assert not plan(shop, "staging").operations


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        ("{id: a, target: {kind: Deploymnt}, merge: {spec: {}}}", "did you mean `Deployment`?"),
        ("{id: a, target: {kind: Service, name: churm}, merge: {}}", "did you mean `churn`?"),
        ("{id: a, target: {kind: Rollout, name: churn}, merge: {}}", "`churn` is `Deployment`, "),
        ("{id: a, target: {kind: Job}, merge: {}}", "there is `Deployment`, "),
        ("{id: a, target: {name: churn, group: batch}, merge: {}}", "another `group`"),
        ("{id: a, path: promtheus/churn.rules.yaml, merge: {}}", "mean `prometheus/churn.rules"),
        ("{id: a, path: kubernetes/*, target: {kind: Jobs}, merge: {}}", "there is `Deployment`"),
    ],
)
def test_a_patch_that_matches_nothing_is_told_with_what_it_may_have_meant(shop, patch, words):
    declare(shop, f"- {patch.replace('merge: {}', 'merge: {spec: {}}')}")

    _, hint = refused(shop)

    assert hint.startswith("  hint: ")
    assert words in hint
