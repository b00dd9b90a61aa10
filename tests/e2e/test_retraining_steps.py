"""The steps of a retraining, run with git and mlspec: what of a training reaches the forge."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.cases.trained import DIGEST, compiled, texts

from mlspec.canonical import digest_bytes

RUN = "run-1"
GATE = "{id: auc, type: metric-threshold, metric: roc-auc, atLeast: 0.7, minimumRows: 10}"
CHANGES = {"gates": f"[{GATE}]\n  evaluation: {{predictions: evaluation/challenger.csv}}"}
SPEC = "specs/screen.yaml"
TOLD = "receiver: workforce"
BRANCH = f"retraining/screen/{RUN}"
GOOD = [(index % 2, index % 2 * 0.3 + index // 2 * 7 % 10 / 15) for index in range(400)]
BAD = [(index % 2, index // 2 * 7 % 10 / 15) for index in range(400)]


def git(folder, *words):
    identity = {f"GIT_{role}_NAME": "ana" for role in ("AUTHOR", "COMMITTER")}
    identity |= {key.replace("NAME", "EMAIL"): "ana@example.org" for key in identity}
    done = subprocess.run(
        ["git", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | identity,
    )
    return done.stdout.strip()


def predictions(rows):
    lines = [f"{index},{label},{score}" for index, (label, score) in enumerate(rows)]
    return "\n".join(["id,label,score", *lines, ""])


def sound():
    """Return the files of a workspace whose specs have no errors."""
    files = texts(**CHANGES)
    pinned = f"digest: '{DIGEST}'"
    spec = files[SPEC].replace("format: onnx", f"format: onnx, {pinned}")
    spec = spec.replace("above: 0.25", f"above: 0.25, {TOLD}").replace(
        "below: 0.7", f"below: 0.7, {TOLD}"
    )
    shared = files["specs/shared.yaml"].replace(
        "employers.csv, format: csv", f"employers.csv, format: csv, {pinned}"
    )
    return files | {SPEC: spec, "specs/shared.yaml": shared}


@pytest.fixture
def work(tmp_path):
    """Return a checkout whose branch `main` is pushed; the workspace is in `ml`."""
    bare, work = tmp_path / "origin.git", tmp_path / "work"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(work))
    files = sound() | {"models/screen.onnx": "champion", "train.py": "print()\n"}
    for name, text in files.items():
        (work / "ml" / name).parent.mkdir(parents=True, exist_ok=True)
        (work / "ml" / name).write_text(text)
    (work / "README.md").write_text("Specs\n")
    publish(work)
    return work


def publish(work):
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message=specs")
    git(work, "push", "--quiet", str(work.parent / "origin.git"), "main")


def of_argo():
    text = compiled("argo-workflows", **CHANGES)["argo-workflows/screen.yaml"]
    (found,) = (each for each in yaml.safe_load_all(text) if each["kind"] == "WorkflowTemplate")
    for each in found["spec"]["templates"]:
        if "container" in each:
            container = each["container"]
            env = {one["name"]: one["value"] for one in container["env"]}
            yield each["name"], container["command"], env, container["workingDir"]


def of_kubeflow():
    text = compiled("kubeflow", **CHANGES)["kubeflow/screen.yaml"]
    pipeline, _ = yaml.safe_load_all(text)
    for name, each in pipeline["deploymentSpec"]["executors"].items():
        container = each["container"]
        words = [*container["command"], *container["args"]]
        yield name.removeprefix("exec-"), words, {}, "/"


class Pipeline:
    """Runs steps in a folder in place of the volume; the training is a function."""

    def __init__(self, steps, volume, origin):
        self.steps = {name: rest for name, *rest in steps}
        self.volume, self.origin = volume, origin
        volume.mkdir()

    @property
    def workspace(self):
        return self.volume / "repository" / "ml"

    def _text(self, text):
        for old, new in {
            "{{$.inputs.parameters['workspace']}}": str(self.volume),
            "{{$.inputs.parameters['run']}}": RUN,
            "{{$.inputs.parameters['trigger']}}": "by-hand",
            "{{workflow.name}}-{{workflow.creationTimestamp.s}}": RUN,
            "{{workflow.parameters.trigger}}": "by-hand",
            "/workspace": str(self.volume),
            "https://git.example.org/ml/specs": self.origin.as_uri(),
            "$$": "$",
        }.items():
            text = text.replace(old, new)
        return text

    def step(self, name):
        command, env, folder = self.steps[name]
        own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        return subprocess.run(
            [self._text(each) for each in command],
            cwd=self._text(folder),
            env={key: self._text(value) for key, value in env.items()} | own,
            capture_output=True,
            text=True,
            check=False,
        )

    def run(self, training):
        """Return the first step that did not end well, and how; or the last one."""
        done = self.step("checkout")
        assert done.returncode == 0, done.stderr
        training(self.workspace)
        for name in ("take", "gates", "propose"):
            done = self.step(name)
            if done.returncode:
                break
        return name, done

    def proposed(self):
        return git(self.origin, "diff", "--name-only", "main", BRANCH).splitlines()

    def has_pushed(self):
        return BRANCH in git(self.origin, "branch", "--list", BRANCH)


@pytest.fixture(params=[of_argo, of_kubeflow], ids=["argo", "kubeflow"])
def pipeline(request, work, tmp_path):
    return Pipeline(request.param(), tmp_path / "volume", tmp_path / "origin.git")


def trained(workspace, rows=GOOD):
    """Do what a training must do, and leave something behind."""
    (workspace / "models" / "screen.onnx").write_text("challenger")
    (workspace / "evaluation").mkdir()
    (workspace / "evaluation" / "challenger.csv").write_text(predictions(rows))
    spec = workspace / SPEC
    text = spec.read_text().replace("version: v2,", "version: v3,", 1)
    spec.write_text(text.replace(DIGEST, digest_bytes(b"challenger")))
    (workspace / "training.log").write_text("left behind")


def test_a_challenger_is_its_outputs_and_its_evidence(pipeline):
    name, done = pipeline.run(trained)

    assert ("propose", 0) == (name, done.returncode), done.stdout + done.stderr
    assert [
        "ml/evaluation/challenger.csv",
        "ml/models/screen.onnx",
        "ml/specs/screen.yaml",
    ] == [each for each in pipeline.proposed() if "/evidence/" not in each]
    assert "ml/evidence/prod/screen.evidence.json" in pipeline.proposed()
    assert "version: v3" in git(pipeline.origin, "show", f"{BRANCH}:ml/{SPEC}")


def written(name, text="on: push\n"):
    def write(workspace):
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_text(text)

    return write


def edited(old, new, name=SPEC):
    def edit(workspace):
        text = (workspace / name).read_text()
        assert old in text
        (workspace / name).write_text(text.replace(old, new, 1))

    return edit


def linked(name):
    def link(workspace):
        (workspace / name).unlink()
        (workspace / name).symlink_to("/etc/hostname")

    return link


HOSTILE = {
    "workflow": (".github/workflows/x.yml", written(".github/workflows/x.yml")),
    "gitlab": (".gitlab-ci.yml", written(".gitlab-ci.yml")),
    "hooks": (".githooks/pre-commit", written(".githooks/pre-commit")),
    "settings": ("mlspec.yaml", edited("namespace: ml", "namespace: other", "mlspec.yaml")),
    "registry": (".mlspec/registry.db", written(".mlspec/registry.db")),
    "spec": ("specs/x.yaml", written("specs/x.yaml", "apiVersion: mlspec.dev/v1\n")),
    "code": ("train.py", edited("print()", "print(1)", "train.py")),
    "gates": (SPEC, edited("atLeast: 0.7", "atLeast: 0.1")),
    "tier": (SPEC, edited("tier: limited", "tier: minimal")),
    "elsewhere": (SPEC, edited("models/screen.onnx", "Jenkinsfile")),
    "link": ("models/screen.onnx", linked("models/screen.onnx")),
}


@pytest.mark.parametrize(("path", "hostile"), HOSTILE.values(), ids=HOSTILE)
def test_a_training_that_changes_anything_else_is_refused_and_pushes_nothing(
    pipeline, path, hostile
):
    name, done = pipeline.run(lambda workspace: (trained(workspace), hostile(workspace)))

    assert ("take", 5) == (name, done.returncode), done.stdout + done.stderr
    assert path in done.stderr
    assert not pipeline.has_pushed()


def test_files_above_the_workspace_are_not_proposed(pipeline):
    above = written("../.github/workflows/x.yml")

    pipeline.run(lambda workspace: (trained(workspace), above(workspace)))

    assert pipeline.has_pushed()
    assert all(each.startswith("ml/") for each in pipeline.proposed())


def test_gates_are_those_of_the_commit(pipeline):
    name, done = pipeline.run(lambda workspace: trained(workspace, BAD))

    assert ("gates", 7) == (name, done.returncode), done.stdout + done.stderr


def test_comments_of_a_training_are_not_taken(pipeline):
    def silences(workspace):
        trained(workspace)
        spec = workspace / SPEC
        spec.write_text("# mlspec: ignore[missing-owner] quiet\n" + spec.read_text())

    pipeline.run(silences)

    assert "quiet" not in git(pipeline.origin, "show", f"{BRANCH}:ml/{SPEC}")


def test_a_history_that_a_training_wrote_to_is_neither_run_nor_pushed(pipeline, tmp_path):
    trap, monitor = tmp_path / "trap", tmp_path / "monitor"
    monitor.write_text(f"#!/bin/sh\ntouch {trap}\n")
    monitor.chmod(0o755)

    def hostile(workspace):
        written("x.py")(workspace)
        git(workspace, "add", "--all")
        git(workspace, "commit", "--quiet", "--message=mine")
        git(workspace, "config", "core.fsmonitor", str(monitor))
        trained(workspace)

    name, done = pipeline.run(hostile)

    assert ("propose", 0) == (name, done.returncode), done.stdout + done.stderr
    assert not trap.exists()
    assert "ml/x.py" not in pipeline.proposed()


def test_what_others_changed_meanwhile_stays(pipeline, work):
    def slow(workspace):
        trained(workspace)
        (work / "ml" / "train.py").write_text("print(2)\n")
        edited("tier: limited", "tier: minimal")(work / "ml")
        publish(work)

    name, done = pipeline.run(slow)

    assert ("propose", 0) == (name, done.returncode), done.stdout + done.stderr
    assert "ml/train.py" not in pipeline.proposed()
    spec = git(pipeline.origin, "show", f"{BRANCH}:ml/{SPEC}")
    assert ("version: v3" in spec, "tier: minimal" in spec) == (True, True)


def test_a_step_that_runs_again_does_the_same(pipeline):
    pipeline.run(trained)

    again = [pipeline.step(name) for name in ("take", "gates", "propose")]

    assert [0, 0, 0] == [each.returncode for each in again], [each.stderr for each in again]


def test_a_training_that_changed_nothing_is_no_challenger(pipeline):
    name, done = pipeline.run(written("training.log", "nothing"))

    assert ("take", 1) == (name, done.returncode)
    assert "the training changed nothing" in done.stderr
