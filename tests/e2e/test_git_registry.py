"""The registry on a git remote, from the command line, as runners of CI meet it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
from tests.e2e.commands import clean_environment, edit
from tests.unit.registry.remotes import git

from mlspec.syntax import SourceText, parse

GIT = {"MLSPEC_REGISTRY": "git"}
STATE = "refs/mlspec/state/staging"
TEAM = """\
apiVersion: mlspec.dev/v1
kind: Team
metadata:
  name: {name}
spec:
  members: [ana]
  onCall: {{receiver: pager}}
"""


@pytest.fixture
def origin(shop, tmp_path):
    """A bare repository that holds the specs of `shop`, and how to clone it."""
    bare = tmp_path / "origin.git"
    git(tmp_path, "init", "-q", "--bare", "--initial-branch=main", bare)
    git(shop, "init", "-q", "--initial-branch=main")
    git(shop, "remote", "add", "origin", f"file://{bare}")
    push(shop, "specs")
    return bare


def push(clone, message):
    git(clone, "add", "-A")
    git(clone, "commit", "-q", "--allow-empty", "-m", message)
    git(clone, "push", "-q", "origin", "HEAD:main")


@pytest.fixture
def runner(origin, tmp_path):
    """Make the fresh and shallow clone that every job of CI starts with."""
    names = iter(range(100))

    def clone():
        folder = tmp_path / f"runner-{next(names)}"
        git(tmp_path, "clone", "-q", "--depth=1", f"file://{origin}", folder)
        return folder

    return clone


def in_process(*arguments, cwd):
    return subprocess.Popen(
        [sys.executable, "-m", "mlspec", *map(str, arguments)],
        cwd=cwd,
        env=clean_environment() | GIT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def planned(mlspec, clone, file, *options):
    return mlspec("plan", "--env", "staging", "--out", file, *options, cwd=clone, env=GIT)


def addresses(mlspec, clone):
    told = mlspec("status", "--env", "staging", "--format", "json", cwd=clone, env=GIT).expect(0)
    return {each["address"] for each in told.json["objects"]}


def test_each_job_of_a_pipeline_starts_from_nothing_and_finds_the_state(mlspec, runner, tmp_path):
    plan = tmp_path / "plan.json"

    planned(mlspec, runner(), plan, "--detailed-exitcode").expect(2)
    mlspec("apply", plan, "--as", "ci", cwd=runner(), env=GIT).expect(0)
    again = mlspec("apply", plan, "--as", "ci", cwd=runner(), env=GIT).expect(0)
    planned(mlspec, runner(), plan, "--detailed-exitcode").expect(0)

    assert "Already applied" in again.out
    assert "git" == json.loads(plan.read_text())["body"]["registry"]["backend"]
    mlspec("audit", "verify", "--env", "staging", cwd=runner(), env=GIT).expect(0)


def test_the_workspace_may_name_the_git_registry_itself(mlspec, origin, shop, tmp_path):
    plan = tmp_path / "plan.json"
    edit(shop / "mlspec.yaml", "backend: embedded", "backend: git")

    mlspec("plan", "--env", "staging", "--out", plan, cwd=shop).expect(0)
    mlspec("apply", plan, cwd=shop).expect(0)

    assert git(origin, "for-each-ref", STATE)
    assert not (shop / ".mlspec").exists()


def test_a_variable_with_a_file_goes_before_the_git_registry(mlspec, origin, shop, tmp_path):
    plan, file = tmp_path / "plan.json", tmp_path / "registry.db"
    edit(shop / "mlspec.yaml", "backend: embedded", "backend: git")
    env = {"MLSPEC_REGISTRY": str(file)}

    mlspec("plan", "--env", "staging", "--out", plan, cwd=shop, env=env).expect(0)
    mlspec("apply", plan, cwd=shop, env=env).expect(0)

    assert file.is_file()
    assert "" == git(origin, "for-each-ref", STATE)


def test_six_runs_of_one_plan_at_once_apply_it_once(mlspec, origin, runner, tmp_path):
    plan = tmp_path / "plan.json"
    planned(mlspec, runner(), plan).expect(0)

    runs = [in_process("apply", plan, "--as", f"job-{n}", cwd=runner()) for n in range(6)]
    told = [each.communicate() for each in runs]

    assert {0} == {each.returncode for each in runs}, told
    assert 1 == sum("Applied to staging" in out for out, _ in told), told
    assert "1" == git(origin, "rev-list", "--count", STATE)


def test_six_disjoint_plans_at_once_are_all_applied(mlspec, shop, origin, runner, tmp_path):
    planned(mlspec, runner(), tmp_path / "first.json").expect(0)
    mlspec("apply", tmp_path / "first.json", cwd=runner(), env=GIT).expect(0)
    clones = [(name, runner()) for name in ("a", "b", "c", "d", "e", "f")]
    for name, clone in clones:
        (clone / "specs" / f"{name}.yaml").write_text(TEAM.format(name=f"team-{name}"))
        planned(mlspec, clone, tmp_path / f"{name}.json").expect(0)

    patient = ("--lock-timeout", "5m")
    runs = [
        in_process("apply", tmp_path / f"{name}.json", *patient, cwd=clone)
        for name, clone in clones
    ]
    told = [each.communicate() for each in runs]

    assert {0} == {each.returncode for each in runs}, told
    assert {f"team/team-{name}" for name, _ in clones} <= addresses(mlspec, runner())
    assert "7" == git(origin, "rev-list", "--count", STATE)
    mlspec("audit", "verify", "--env", "staging", cwd=runner(), env=GIT).expect(0)


def test_of_six_overlapping_plans_one_is_applied_and_the_others_are_stale(mlspec, runner, tmp_path):
    clones = [runner() for _ in range(6)]
    for number, clone in enumerate(clones):
        (clone / "specs" / "same.yaml").write_text(
            TEAM.format(name="same").replace("[ana]", f"[ana, person-{number}]")
        )
        planned(mlspec, clone, tmp_path / f"{number}.json").expect(0)

    runs = [in_process("apply", tmp_path / f"{n}.json", cwd=each) for n, each in enumerate(clones)]
    told = [each.communicate() for each in runs]

    assert [0, 10, 10, 10, 10, 10] == sorted(each.returncode for each in runs), told
    mlspec("audit", "verify", "--env", "staging", cwd=runner(), env=GIT).expect(0)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
def test_kill_at_any_time_and_the_same_command_finishes(
    mlspec, forks, origin, runner, tmp_path, share
):
    plan = tmp_path / "plan.json"
    planned(mlspec, runner(), plan).expect(0)
    shutil.copytree(origin, tmp_path / "dry.git")
    dry = runner()
    git(dry, "remote", "set-url", "origin", f"file://{tmp_path / 'dry.git'}")
    counted = tmp_path / "calls"
    forks.run("apply", plan, cwd=dry, env=GIT, calls=str(counted)).expect(0)
    at_call = int(int(counted.read_text()) * share)
    clone = runner()

    killed = forks.run(
        *("apply", plan),
        cwd=clone,
        env=GIT,
        calls=os.devnull,
        signal=int(signal.SIGKILL),
        at_call=at_call,
    )
    mlspec("apply", plan, cwd=clone, env=GIT).expect(0)

    assert -signal.SIGKILL == killed.code
    assert "1" == git(origin, "rev-list", "--count", STATE)
    mlspec("audit", "verify", "--env", "staging", cwd=runner(), env=GIT).expect(0)
    planned(mlspec, runner(), plan, "--detailed-exitcode").expect(0)


def test_a_remote_that_declines_or_is_gone_is_69_and_nothing_is_lost(
    mlspec, origin, runner, tmp_path
):
    plan, clone = tmp_path / "plan.json", runner()
    planned(mlspec, clone, plan).expect(0)
    hook = origin / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'no pushes on Fridays' >&2\nexit 1\n")
    hook.chmod(0o755)

    mlspec("apply", plan, cwd=clone, env=GIT).refused(69, "no pushes on Fridays", "hint:")
    hook.unlink()
    origin.rename(tmp_path / "away.git")
    mlspec("apply", plan, cwd=clone, env=GIT).refused(69, "hint:")
    planned(mlspec, clone, plan).refused(69, "hint:")
    (tmp_path / "away.git").rename(origin)

    mlspec("apply", plan, cwd=clone, env=GIT).expect(0)


def test_a_full_disk_is_said_and_the_same_command_goes_on_when_there_is_room(
    mlspec, origin, runner, tmp_path
):
    plan, clone = tmp_path / "plan.json", runner()
    planned(mlspec, clone, plan).expect(0)

    mlspec("apply", plan, cwd=clone, env=GIT, file_bytes=600).refused(69, "hint:")
    assert "" == git(origin, "for-each-ref", STATE)
    mlspec("apply", plan, cwd=clone, env=GIT).expect(0)

    mlspec("audit", "verify", "--env", "staging", cwd=runner(), env=GIT).expect(0)
    planned(mlspec, runner(), plan, "--detailed-exitcode").expect(0)


def test_a_ref_written_by_hand_is_refused_and_named(mlspec, origin, runner, tmp_path):
    plan, clone = tmp_path / "plan.json", runner()
    planned(mlspec, clone, plan).expect(0)
    git(origin, "update-ref", STATE, "main")

    planned(mlspec, clone, plan).refused(69, STATE, "meta.json", "hint:")
    mlspec("apply", plan, cwd=clone, env=GIT).refused(69, STATE)


def publishing(shop, branch="rendered/staging"):
    edit(shop / "mlspec.yaml", "    staging:", f"    staging:\n      publish: {branch}")


def test_what_is_applied_is_published_for_a_controller_that_watches(
    mlspec, shop, origin, runner, tmp_path
):
    plan = tmp_path / "plan.json"
    publishing(shop)
    push(shop, "publish")

    planned(mlspec, runner(), plan).expect(0)
    mlspec("apply", plan, cwd=runner(), env=GIT).expect(0)

    compiled = runner()
    mlspec("compile", "--env", "staging", cwd=compiled).expect(0)
    output = compiled / "build" / "staging"
    wanted = {
        path.relative_to(output).as_posix(): path.read_text()
        for path in output.rglob("*")
        if path.is_file() and path.name != ".mlspec-manifest.json"
    }
    listed = git(origin, "ls-tree", "-r", "--name-only", "rendered/staging").splitlines()
    assert set(wanted) == set(listed)
    for path, text in wanted.items():
        assert text.strip() == git(origin, "cat-file", "blob", f"rendered/staging:{path}")


def test_the_branch_that_is_applied_is_no_place_to_publish_to(mlspec, shop):
    publishing(shop, "main")

    mlspec("plan", "--env", "staging", cwd=shop).refused(4, "MLS617")


def test_nothing_is_published_over_what_people_commit(mlspec, shop, origin, runner, tmp_path):
    plan, branch = tmp_path / "plan.json", "people"
    publishing(shop, branch)
    push(shop, "publish")
    git(origin, "branch", "people", "main~1")
    before = git(origin, "for-each-ref")

    planned(mlspec, runner(), plan)
    mlspec("apply", plan, cwd=runner(), env=GIT).refused(64, branch, "hint:")

    assert before == git(origin, "for-each-ref")


def test_the_embedded_registry_publishes_nothing_and_says_so(mlspec, shop, tmp_path):
    publishing(shop)
    mlspec("plan", "--env", "staging", "--out", "plan.json", cwd=shop).expect(0)

    mlspec("apply", "plan.json", cwd=shop).refused(64, "rendered/staging", "`git`")


# the compiled workflow, its scripts run as a runner does


class Workflow:
    """The compiled workflow of a workspace."""

    def __init__(self, folder, scratch):
        text = (folder / ".github/workflows/mlspec.yml").read_bytes()
        (document,) = parse(SourceText("mlspec.yml", text)).documents
        self._jobs, self._scratch = document.data["jobs"], scratch
        self._outputs = {}
        self._tools = scratch / "tools"
        self._tools.mkdir()
        tool = self._tools / "mlspec"
        tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m mlspec "$@"\n')
        tool.chmod(0o755)
        self.tool("gh", "exit 4")

    def tool(self, name, script):
        """Put a program on the PATH of the runner."""
        file = self._tools / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def run(self, job, clone):
        """Run the scripts of a job, apart from the installation; return what they wrote."""
        files = {
            key: self._scratch / f"{job}-{key}" for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
        }
        said = ""
        for step in self._jobs[job]["steps"]:
            if "run" not in step or step.get("id") == "install":
                continue
            done = self._step(self._jobs[job], step, clone, files)
            said += done.stdout
            assert 0 == done.returncode, done.stdout + done.stderr
        written = {key: file.read_text() for key, file in files.items() if file.exists()}
        for line in written.get("GITHUB_OUTPUT", "").splitlines():
            name, _, value = line.partition("=")
            self._outputs[f"${{{{ needs.{job}.outputs.{name} }}}}"] = value
        return said, written

    def _step(self, job, step, clone, files):
        declared = {**job.get("env", {}), **step.get("env", {})}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd="/" if step.get("working-directory") == "/" else clone,
            env=clean_environment()
            | {key: self._expanded(value) for key, value in declared.items()}
            | {key: str(file) for key, file in files.items()}
            | {
                "PATH": f"{self._tools}:{os.environ['PATH']}",
                "RUNNER_TEMP": str(self._scratch),
                "GITHUB_ACTOR": "ana",
                "GITHUB_REPOSITORY": "org/shop",
                "GITHUB_SHA": git(clone, "rev-parse", "HEAD"),
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def _expanded(self, value):
        """Expand expressions as a runner does where no variable of the repository is set."""
        known = {
            "${{ vars.MLSPEC_REGISTRY || 'git:origin' }}": "git:origin",
            "${{ github.token }}": "t0ken",
            "${{ github.server_url }}": "https://github.com",
            **self._outputs,
        }
        for expression, text in known.items():
            value = value.replace(expression, text)
        assert "${{" not in value
        return value


@pytest.fixture
def workflow(mlspec, shop, origin, tmp_path):
    mlspec("compile", "--env", "staging", cwd=shop).expect(0)
    push(shop, "workflow")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Workflow(shop, scratch)


def test_the_compiled_workflow_plans_and_applies_with_nothing_set_up(
    workflow, origin, runner, mlspec
):
    workflow.tool("gh", 'case "$*" in *--slurp*) echo "[[]]" ;; *) echo 7 ;; esac')

    said, written = workflow.run("plan-staging", runner())
    assert re.fullmatch(r"digest=[0-9a-f]{64}\nchanges=true\n", written["GITHUB_OUTPUT"])
    assert "## Plan for staging" in written["GITHUB_STEP_SUMMARY"]
    said, _ = workflow.run("apply-staging", runner())
    assert "Applied to staging" in said
    assert "::error" not in said

    _, written = workflow.run("plan-staging", runner())
    assert written["GITHUB_OUTPUT"].endswith("changes=false\n")
    assert "staging: serial 1, run 1-" in git(origin, "log", "--format=%s", STATE)


def test_the_workflow_asks_who_reviewed_the_merged_pull_request_and_gets_their_commits(
    workflow, shop, origin, runner, tmp_path
):
    git(origin, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(shop, "checkout", "-q", "-b", "change")
    git(shop, "commit", "-q", "--allow-empty", "-m", "change")
    reviewed = git(shop, "rev-parse", "HEAD")
    git(shop, "push", "-q", "origin", "HEAD:refs/pull/7/head")
    review = {
        "state": "APPROVED",
        "commit_id": reviewed,
        "submitted_at": "2026-01-01T00:00:00Z",
        "user": {"login": "bea", "type": "User"},
        "body": '"commit_id":"' + "0" * 40 + '"',
    }
    pages = tmp_path / "pages.json"
    pages.write_text(json.dumps([[review], []]))
    asked = tmp_path / "asked"
    workflow.tool(
        "gh", f'echo "$*" >> {asked}; case "$*" in *--slurp*) cat {pages} ;; *) echo 7 ;; esac'
    )
    workflow.run("plan-staging", runner())
    clone = runner()

    workflow.run("apply-staging", clone)

    assert reviewed == git(clone, "rev-parse", f"{reviewed}^{{commit}}")
    lines = asked.read_text().splitlines()
    assert re.match(r"api repos/org/shop/commits/[0-9a-f]{40}/pulls --jq ", lines[0])
    assert ["api --paginate --slurp repos/org/shop/pulls/7/reviews"] == lines[1:]
    assert [[review], []] == json.loads((tmp_path / "scratch/reviews.json").read_text())


def test_a_push_without_a_pull_request_has_no_reviews(workflow, runner, tmp_path):
    workflow.tool("gh", 'echo ""')
    workflow.run("plan-staging", runner())

    workflow.run("apply-staging", runner())

    assert [] == json.loads((tmp_path / "scratch/reviews.json").read_text())
