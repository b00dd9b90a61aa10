"""`mlspec verify` and `mlspec crds` as people run them."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from tests.contract import crd
from tests.e2e.commands import CHECKOUT, COUNTY, copy_workspace, run_process

HAND_WRITTEN = CHECKOUT / "tests" / "cases" / "verify" / "hand-written" / "input"
DEFINITION = HAND_WRITTEN / "base" / "queue-definition.json"
QUEUE = """\
apiVersion: example.org/v1
kind: Queue
metadata: {name: retraining}
spec: {depth: 1, owner: ops}
"""
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scorer}\n"


@pytest.fixture
def shop(tmp_path, mlspec):
    """A workspace with a folder of one sound custom resource."""
    root = tmp_path / "shop"
    mlspec("init", root).expect(0)
    (root / "deploy").mkdir()
    (root / "deploy" / "queue.yaml").write_text(QUEUE)
    return root


def test_many_problems_of_many_files_are_reported_in_one_run(mlspec, tmp_path):
    shutil.copytree(HAND_WRITTEN, tmp_path / "deploy")

    done = mlspec("verify", "deploy", cwd=tmp_path).expect(4)

    assert done.out.count("error[MLS") > 20
    assert "deploy/base/deployment.yaml:8:3: error[MLS1030]" in done.out
    assert "without their fields, which are not known: 1 Gadget (other.example.org/v1)" in done.err


def test_a_kind_without_a_definition_is_never_called_sound(mlspec, shop):
    done = mlspec("verify", "deploy", cwd=shop).expect(0)

    assert "warning[MLS1020] missing-definition: nothing is known of Queue" in done.out
    assert "kubectl get crd -o json | mlspec crds add -" in done.out
    assert "no problems" not in done.out
    mlspec("verify", "deploy", "--strict", cwd=shop).expect(4)


def test_definitions_of_a_cluster_are_added_once_and_used_from_then_on(mlspec, shop):
    listed = {"apiVersion": "v1", "kind": "List", "items": [json.loads(DEFINITION.read_text())]}
    (shop / "crds.json").write_text(json.dumps(listed))

    added = mlspec("crds", "add", "-", cwd=shop, stdin=str(shop / "crds.json")).expect(0)
    again = mlspec("crds", "add", "crds.json", "--format", "json", cwd=shop).expect(0)
    listing = mlspec("crds", "list", "--format", "json", cwd=shop).expect(0)

    assert "added 1 definition: queues.example.org\n" == added.out
    assert ["queues.example.org"] == again.json["unchanged"]
    assert ["v1"] == listing.json["definitions"][0]["versions"]
    assert [shop / ".mlspec/crds/queue.example.org.json"] == [*(shop / ".mlspec/crds").iterdir()]
    assert "Found no problems" in mlspec("verify", "deploy", cwd=shop).expect(0).out
    (shop / "deploy" / "queue.yaml").write_text(QUEUE.replace("depth: 1", "depth: 0"))
    assert "the least is 1" in mlspec("verify", "deploy", cwd=shop).expect(4).out


def test_definitions_are_removed_by_name_or_kind(mlspec, shop):
    mlspec("crds", "add", DEFINITION, cwd=shop).expect(0)

    mlspec("crds", "remove", "queue.example.org", cwd=shop).refused(64, "did you mean `queues")
    removed = mlspec("crds", "remove", "Queue", cwd=shop).expect(0)

    assert "removed 1 definition: queues.example.org\n" == removed.out
    assert "No definitions yet" in mlspec("crds", "list", cwd=shop).expect(0).out
    mlspec("crds", "remove", "Queue", cwd=shop).refused(64)


def test_definitions_are_given_for_one_run_and_kept_by_digest(mlspec, tmp_path):
    (tmp_path / "queue.yaml").write_text(QUEUE.replace("depth: 1", "depth: 0"))
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}

    runs = [
        mlspec("verify", "queue.yaml", "--crds", DEFINITION, cwd=tmp_path, env=cache).expect(4)
        for _ in range(2)
    ]

    assert runs[0].out == runs[1].out
    assert "queue.yaml:4:15: error[MLS1033]" in runs[0].out
    (kept,) = (each for each in (tmp_path / "cache").rglob("*") if each.is_file())
    kept.write_text("spoiled")
    mlspec("verify", "queue.yaml", "--crds", DEFINITION, cwd=tmp_path, env=cache).expect(4)


def test_definitions_of_all_places_that_are_given_are_used_the_first_of_a_kind(mlspec, tmp_path):
    deeper, gadget = (json.loads(DEFINITION.read_text()) for _ in range(2))
    fields = deeper["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    fields["properties"]["depth"]["minimum"] = 7
    gadget["metadata"]["name"] = "gadgets.example.org"
    gadget["spec"]["names"] = {"kind": "Gadget", "plural": "gadgets"}
    for name, definition in (("deeper", deeper), ("gadget", gadget)):
        (tmp_path / f"{name}.json").write_text(json.dumps(definition))
    objects = QUEUE.replace("depth: 1", "depth: 0")
    (tmp_path / "objects.yaml").write_text(objects + "---\n" + objects.replace("Queue", "Gadget"))

    def least(*places):
        given = [word for place in places for word in ("--crds", place)]
        done = mlspec("verify", "objects.yaml", *given, cwd=tmp_path).expect(4)
        return [line for line in done.out.splitlines() if "the least is" in line], done.out

    (queue, other), out = least("gadget.json", DEFINITION, "deeper.json")

    assert "missing-definition" not in out
    assert "the least is 1" in queue
    assert "the least is 1" in other
    assert "the least is 7" in least("deeper.json", DEFINITION)[0][0]
    told = mlspec("verify", "--help", cwd=tmp_path).expect(0).out
    assert "may be repeated" in " ".join(told.split())


def test_definitions_of_another_workspace_are_definitions(mlspec, shop, tmp_path):
    mlspec("crds", "add", DEFINITION, cwd=shop).expect(0)
    (tmp_path / "queue.yaml").write_text(QUEUE.replace("depth: 1", "depth: 0"))

    done = mlspec("verify", "queue.yaml", "--crds", shop / ".mlspec/crds", cwd=tmp_path).expect(4)

    assert "the least is 1" in done.out


def test_a_place_without_definitions_is_refused(mlspec, tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG)

    for place in (".", "config.yaml", "none"):
        mlspec("verify", "config.yaml", "--crds", place, cwd=tmp_path).refused(64)


def test_a_cache_that_cannot_be_written_is_done_without(mlspec, tmp_path):
    (tmp_path / "queue.yaml").write_text(QUEUE)
    (tmp_path / "file").write_text("")

    for home in ("file", os.devnull):
        cache = {"XDG_CACHE_HOME": str(tmp_path / home)}
        done = mlspec("verify", "queue.yaml", "--crds", DEFINITION, cwd=tmp_path, env=cache)
        assert "Found no problems" in done.expect(0).out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no CustomResourceDefinition"),
        ("kind: Service\n", "no CustomResourceDefinition"),
        ("a: [1\n", "no YAML or JSON"),
        ('{"kind": ' * 100_000, "no YAML or JSON"),
        ("\x00", "no YAML or JSON"),
    ],
)
def test_what_holds_no_definition_is_refused(mlspec, shop, content, said):
    (shop / "crds.yaml").write_text(content)

    mlspec("crds", "add", "crds.yaml", cwd=shop).refused(64, said)


def test_a_definition_that_cannot_be_used_is_told_and_the_others_are_kept(mlspec, shop):
    bad = {"kind": "CustomResourceDefinition", "metadata": {"name": "bad.example.org"}, "spec": 1}
    listed = {"kind": "List", "items": [bad, json.loads(DEFINITION.read_text())]}
    (shop / "crds.json").write_text(json.dumps(listed))

    done = mlspec("crds", "add", "crds.json", cwd=shop).expect(4)

    assert "added 1 definition" in done.out
    assert "`bad.example.org` can't be used: `spec` is no mapping" in done.err


def test_a_spoiled_definition_of_the_workspace_is_an_error(mlspec, shop):
    mlspec("crds", "add", DEFINITION, cwd=shop).expect(0)
    file = shop / ".mlspec/crds/queue.example.org.json"
    for text in ("{}", "[", file.read_text().replace('"items":', '"items":9')):
        file.write_text(text)

        done = mlspec("verify", "deploy", cwd=shop).expect(4)

        assert "error[MLS1024] unusable-definition" in done.out


def test_without_a_workspace_definitions_have_no_home(mlspec, tmp_path):
    mlspec("crds", "add", DEFINITION, cwd=tmp_path).refused(64, "mlspec.yaml", "--crds")
    mlspec("crds", "list", cwd=tmp_path).refused(64)


def test_core_kinds_are_held_against_the_version_that_is_asked_for(mlspec, tmp_path):
    text = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n"
    (tmp_path / "budget.yaml").write_text(text)

    new = mlspec("verify", ".", "--kubernetes", "1.36", cwd=tmp_path).expect(4)

    assert "budget.yaml:1:13: error[MLS1021]" in new.out
    assert "it is in `policy/v1`" in new.out
    mlspec("verify", ".", "--kubernetes", "new", cwd=tmp_path).refused(64, "no version")
    mlspec("verify", ".", "--kubernetes", "1.1", cwd=tmp_path).refused(64, "begin at")
    later = mlspec("verify", ".", "--kubernetes", "1.999", cwd=tmp_path).expect(4)
    assert "not 1.999" in later.out


def test_the_version_of_the_workspace_is_used(mlspec, shop):
    home = shop / "mlspec.yaml"
    text = home.read_text()
    assert "targets:" not in text
    home.write_text(text.rstrip() + '\n  targets:\n    versions: {kubernetes: "1.999"}\n')
    (shop / "deploy" / "config.yaml").write_text(CONFIG)

    assert "not 1.999" in mlspec("verify", "deploy", cwd=shop).expect(0).out


def test_a_folder_without_manifests_is_not_called_sound(mlspec, tmp_path):
    mlspec("verify", "none", cwd=tmp_path).refused(64, "does not exist")
    done = mlspec("verify", ".", cwd=tmp_path).expect(4)

    assert "nothing-to-verify" in done.out


def test_links_out_of_the_folder_and_things_that_are_no_files_are_not_read(mlspec, tmp_path):
    folder = tmp_path / "deploy"
    folder.mkdir()
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "there").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.yaml")
    (folder / "good.yaml").write_text(CONFIG)

    done = mlspec("verify", "deploy", cwd=tmp_path).expect(4)

    assert "hunter2" not in done.out
    assert 2 == done.out.count("MLS1002")
    assert "`deploy/pipe.yaml` can't be read: it is not a regular file" in done.out


@pytest.mark.parametrize("output_format", ["text", "json", "github"])
def test_every_format_of_validate_is_one_of_verify(mlspec, tmp_path, output_format):
    (tmp_path / "a.yaml").write_text("kind: Service\n")

    done = mlspec("verify", ".", "--format", output_format, cwd=tmp_path).expect(4)

    assert "MLS1006" in done.out


@pytest.mark.skipif(not crd.CONFORMANCE.exists(), reason=crd.WHY_SKIPPED)
def test_what_the_example_compiles_to_is_sound(mlspec, tmp_path):
    root = copy_workspace(COUNTY, tmp_path / "county")
    mlspec("gate", "run", cwd=root)
    mlspec("compile", "--env", "prod", cwd=root).expect(0)

    definitions = crd.CONFORMANCE / "crds"
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = mlspec("verify", "build", "--crds", definitions, cwd=root, env=cache)

    assert "error[" not in done.expect(0).out


def test_without_the_extra_what_is_not_checked_is_said(tmp_path):
    """In a process of its own, where the modules of the extra can't be imported."""
    (tmp_path / "all.yaml").write_text(
        CONFIG + "---\n" + QUEUE.replace("ops}", "ops, retention: 1d}")
    )
    rules = "groups: [{name: a, rules: [{record: a, expr: b}]}]\n"
    (tmp_path / "rules.yaml").write_text(rules)
    blocked = "\n".join(
        f"sys.modules[{name!r}] = None" for name in ("kubernetes_validate", "promql_parser", "re2")
    )
    (tmp_path / "sitecustomize.py").write_text(f"import sys\n{blocked}\n")

    done = run_process(
        *("verify", ".", "--crds", DEFINITION),
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
    ).expect(0)

    assert "warning[MLS1023] missing-checker: ConfigMap objects are not checked" in done.out
    assert "patterns need the extra `k8s`" in done.out
    assert "PromQL needs the extra `k8s`" in done.out


ALERTMANAGER = "route: {receiver: ops}\nreceivers: [{name: ops}]\n"
DASHBOARD = '{"title": "Scorer", "panels": []}'


def test_how_far_each_file_was_looked_at_is_said(mlspec, tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "alertmanager.yaml").write_text(ALERTMANAGER)
    (tmp_path / "dashboard.json").write_text(DASHBOARD)
    (tmp_path / "Chart.yaml").write_text("name: scorer\n")

    done = mlspec("verify", ".", cwd=tmp_path).expect(0)

    assert "checked 1 ConfigMap (v1)" in done.err
    assert "checked in part (routes, matchers and receivers): 1 configuration of A" in done.err
    assert "checked in part (panels, queries and data sources): 1 Grafana dashboard" in done.err
    assert "not checked here: 1 file of a Helm chart (`helm lint`)" in done.err


def test_a_folder_of_nothing_but_routes_of_alerts_is_checked(mlspec, tmp_path):
    (tmp_path / "alertmanager.yaml").write_text(ALERTMANAGER.replace("name: ops", "name: on-call"))

    done = mlspec("verify", ".", cwd=tmp_path).expect(4)

    assert "nothing-to-verify" not in done.out
    assert "there is no receiver `ops`" in done.out


@pytest.mark.parametrize("command", ["verify", "validate"])
@pytest.mark.parametrize(
    ("output_format", "start"), [("sarif", '{\n  "$schema"'), ("junit", "<?xml"), ("gitlab", "[")]
)
def test_ci_gets_the_same_findings_in_its_own_format(mlspec, shop, command, output_format, start):
    place = ["deploy"] if command == "verify" else []

    done = mlspec(command, *place, "--format", output_format, cwd=shop)

    assert done.out.startswith(start)
    assert ("MLS1020" in done.out) is (command == "verify")
