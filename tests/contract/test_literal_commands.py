"""The words of `training.command` are arguments: every engine gives them to the program unchanged.

Each engine is played to its end with real shells and a program that says what it was given: GitHub
runs the step of its workflow, Kubernetes expands what a pod holds, and Kubeflow enters the folder
by a shell.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.trained import TRAINER, lowered
from tests.contract.kubernetes_expansion import environment, expanded

from mlspec.targets import emit, template_renderer

SAY = "import json, sys; print(json.dumps(sys.argv[1:]))"
PROGRAM = [sys.executable, "-c", SAY]
TRAPS = (
    *("$HOME", "${HOME}", "$(HOME)", "$$", "$$(HOME)", "$(MLSPEC_MODEL)", "$(id)", "`id`", "$"),
    *("*", "~", "a b", "", "'", '"', "\\", "\\$x", "a\nb\n", "\t", "#", "!x", "%s", "-n", "é", "{"),
    *("${x", "$'a'", "a;b", "|", "&", ">x", "=", "$.inputs", "$1", "$@", "{$}"),
)
WORDS = st.lists(
    st.sampled_from(TRAPS)
    | st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8
    ).filter(lambda text: "{{" not in text and "$[[" not in text),
    min_size=1,
    max_size=5,
).map(lambda words: [each or "x" for each in words])
PLACEHOLDER = re.compile(r"\{\{\$\.inputs\.parameters\['([a-z_]+)'\]\}\}")


def compiled(words):
    training = json.dumps({"image": TRAINER, "command": [*PROGRAM, *words]}, ensure_ascii=False)
    found = lowered(training=training)
    assert not found.diagnostics
    names = ("argo-workflows", "github-actions", "gitlab-ci", "kubeflow")
    return {each.path: each.content for each in emit(found.bundle, names, template_renderer(None))}


EVENT = re.compile(r"\$\{\{ github\.event\.client_payload\['[a-z-]+'\] \|\| '[a-z0-9:-]*' \}\}")
"""What GitHub replaces by what the event says."""


def said(command, **settings):
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL, **settings
    )
    return json.loads(done.stdout)


def by_github(files, folder):
    workflow = yaml.load(files["/.github/workflows/mlspec-retrain.yml"], yaml.BaseLoader)
    job = workflow["jobs"]["train-screen"]
    (step,) = [each for each in job["steps"] if each.get("name") == "Train"]
    told = {key: EVENT.sub("given", value) for key, value in job["env"].items()}
    assert "sh" == step["shell"]
    assert "${{" not in step["env"]["COMMAND"]
    return said(
        ["sh", "-e", "-c", step["run"]], cwd=folder, env={**os.environ, **told, **step["env"]}
    )


def by_gitlab(files, folder):
    job = yaml.load(files["/.gitlab/mlspec.gitlab-ci.yml"], yaml.BaseLoader)["mlspec:train:screen"]
    variable = job["variables"]["COMMAND"]
    assert "false" == variable["expand"]
    assert "$[[" not in variable["value"]
    settings = {
        key: each["value"] if isinstance(each, dict) else each
        for key, each in job["variables"].items()
    }
    # What whoever starts a pipeline says goes before what the job says.
    settings |= {key: "given" for key in settings if "_DIGEST_" in key or "TRIGGER" in key}
    settings |= {"MLSPEC_MODEL": "screen", "MLSPEC_WORKSPACE": "."}
    settings["CI_PROJECT_DIR"] = str(folder)
    (folder / "mlspec.yaml").touch()  # a workspace is never empty: all of it is handed on
    return said(
        ["sh", "-e", "-c", "\n".join(job["script"])], cwd=folder, env={**os.environ, **settings}
    )


def by_argo(files, folder):
    objects = yaml.safe_load_all(files["argo-workflows/screen.yaml"])
    (spec,) = [each["spec"] for each in objects if each["kind"] == "WorkflowTemplate"]
    (container,) = [each["container"] for each in spec["templates"] if each.get("name") == "train"]
    variables = environment(container)
    words = [expanded(each, variables) for each in container["command"]]
    return said(words, cwd=folder, env={**os.environ, **variables})


def by_kubeflow(files, folder):
    pipeline, _ = yaml.safe_load_all(files["kubeflow/screen.yaml"])
    container = pipeline["deploymentSpec"]["executors"]["exec-train"]["container"]
    in_pod = [expanded(each, {}) for each in (*container["command"], *container["args"])]
    launched = [PLACEHOLDER.sub(lambda found: replaced(found[1], folder), each) for each in in_pod]
    (folder / "repository" / "ml").mkdir(parents=True, exist_ok=True)
    return said(launched)


def replaced(parameter, folder):
    return str(folder) if parameter == "workspace" else "given"


ENGINES = {
    "argo": by_argo,
    "github": by_github,
    "gitlab": by_gitlab,
    "kubeflow": by_kubeflow,
}


@settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(words=WORDS)
def test_a_program_gets_the_words_of_the_spec(tmp_path, words):
    files = compiled(words)

    for name, engine in ENGINES.items():
        assert (name, words) == (name, engine(files, tmp_path))


@pytest.mark.parametrize("engine", ENGINES)
def test_no_trap_is_expanded_by_anything(tmp_path, engine):
    words = [each or "x" for each in TRAPS]

    assert words == ENGINES[engine](compiled(words), tmp_path)


PROMISED = """\
import json, os
print(json.dumps({key: os.environ[key] for key in os.environ if key.startswith("MLSPEC_")}))
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_every_variable_that_is_promised_reaches_the_program(tmp_path, engine):
    training = json.dumps({"image": TRAINER, "command": [sys.executable, "-c", PROMISED]})
    names = ("argo-workflows", "github-actions", "gitlab-ci", "kubeflow")
    bundle = lowered(training=training).bundle
    files = {each.path: each.content for each in emit(bundle, names, template_renderer(None))}

    found = ENGINES[engine](files, tmp_path)

    assert {
        "MLSPEC_ARTIFACT_URI": "models/screen.onnx",
        "MLSPEC_ENVIRONMENT": "prod",
        "MLSPEC_MODEL": "screen",
        "MLSPEC_VERSION": "v2",
    }.items() <= found.items()
    assert found["MLSPEC_ARTIFACT"].endswith("/models/screen.onnx")
    assert found["MLSPEC_ARTIFACT"].startswith("/")
    assert ["applicants", "employers"] == [
        each["name"] for each in json.loads(found["MLSPEC_DATA"])
    ]
    if engine != "argo":  # whose parameters are replaced before the pod starts
        given = ("MLSPEC_TRIGGER", "MLSPEC_DIGEST_APPLICANTS", "MLSPEC_DIGEST_EMPLOYERS")
        assert dict.fromkeys(given, "given").items() <= found.items()


def test_the_game_of_kubernetes_expands():
    """A game in which nothing happens would prove nothing."""
    known = {"A": "1"}

    assert ["1", "$(B)", "$(A)", "$A", "$$"] == [
        expanded(each, known) for each in ("$(A)", "$(B)", "$$(A)", "$A", "$$$$")
    ]


def test_every_container_is_told_its_variables_as_they_are():
    files = compiled(["x"])
    objects = yaml.safe_load_all(files["argo-workflows/screen.yaml"])
    (spec,) = [each["spec"] for each in objects if each["kind"] == "WorkflowTemplate"]
    containers = {
        each["name"]: each["container"] for each in spec["templates"] if "container" in each
    }
    helper = environment(containers["propose"])["GIT_CONFIG_VALUE_1"]

    assert '"$(cat /credentials/username)"' in helper
