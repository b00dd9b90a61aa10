"""A small runner of GitHub workflows: jobs in order, steps as a runner starts them.

Scripts run as they are, in the shell that the workflow names, with the real commands. Expressions
are evaluated by GitHub's own library. The four actions that the workflows use are played: a
checkout is a clone, artifacts are folders, and Python is the one of this test run.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.contract import tools
from tests.e2e import ci

from mlspec.syntax import SourceText, parse

if TYPE_CHECKING:
    from collections.abc import Callable

_SHELLS = {
    None: ["bash", "-e"],
    "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"],
    "sh": ["sh", "-e"],
}
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_SERVER = "https://forge.example.org"


@dataclass
class Job:
    """How a job ended: `success`, `failure` or `skipped`; what it said, and its outputs."""

    result: str = "skipped"
    log: str = ""
    summary: str = ""
    outputs: dict[str, str] = field(default_factory=dict)


class Runner:
    """Runs a workflow of a remote repository for one event.

    `forge` is a folder with the `gh` of the runner; `after` holds what happens after a job, and
    `context` is what the event adds to `github`, its `inputs` among it.
    """

    def __init__(self, remote, scratch, name, forge, **context):
        self.remote, self.scratch, self.event, self.context = remote, scratch, name, context
        self.artifacts = scratch / "artifacts"
        self.jobs: dict[str, Job] = {}
        self.after: dict[str, Callable[[], object]] = {}
        self._forge = forge

    def run(self, file):
        """Run the jobs of a workflow file in order; return how they ended, by name."""
        (document,) = parse(SourceText(file.name, file.read_bytes())).documents
        self._workflow = document.data
        for name in document.data["jobs"]:
            self.again(name)
            self.after.get(name, lambda: None)()
        return self.jobs

    def again(self, name):
        """Run one job of the workflow again, and return how it ended."""
        self.jobs[name] = self._job(name, self._workflow["jobs"][name])
        return self.jobs[name]

    def _job(self, name, job):
        needs = job.get("needs", [])
        needed = {each: self.jobs[each] for each in ([needs] if isinstance(needs, str) else needs)}
        is_clear = all(each.result == "success" for each in needed.values())
        status = "success" if is_clear else "failure"
        if not self._holds(job.get("if", "success()"), self._contexts(name, needed, {}), status):
            return Job()
        for each in ("temp", "work"):
            (self.scratch / name / each).mkdir(parents=True, exist_ok=True)
        return self._ran(name, job, needed)

    def _ran(self, name, job, needed):
        found, steps = Job("success"), {}
        for step in job["steps"]:
            context = self._contexts(name, needed, steps)
            if not self._holds(step.get("if", "success()"), context, found.result):
                continue
            ended = self._step(step, job, self.scratch / name, context, found, steps)
            if not ended and not step.get("continue-on-error"):
                found.result = "failure"
        context = self._contexts(name, needed, steps)
        outputs = job.get("outputs", {})
        found.outputs = {key: self._text(value, context) for key, value in outputs.items()}
        return found

    def _step(self, step, job, folder, context, found, steps):
        if "uses" in step:
            given = {key: self._text(each, context) for key, each in step.get("with", {}).items()}
            action = step["uses"].partition("@")[0].partition("/")[2]
            return getattr(self, "_" + action.replace("-", "_"))(folder, given)
        defaults = self._workflow["defaults"]["run"]
        files = self._files(folder)
        place = step.get("working-directory", defaults["working-directory"])
        env = job.get("env", {}) | step.get("env", {})
        done = subprocess.run(
            [*_SHELLS[step.get("shell", defaults.get("shell"))], "-c", step["run"]],
            cwd=folder / "work" / place,
            env=self._environment(folder, files)
            | {key: self._text(each, context) for key, each in env.items()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        found.log += done.stdout + done.stderr
        found.summary = files["GITHUB_STEP_SUMMARY"].read_text()
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        steps[step.get("id", "")] = dict(line.split("=", 1) for line in lines)
        return done.returncode == 0

    def _files(self, folder):
        names = ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
        files = {name: folder / name for name in names}
        for file in files.values():
            file.touch()
        files["GITHUB_OUTPUT"].write_text("")
        return files

    def _environment(self, folder, files):
        env = ci.runner_environment(self.scratch)
        added = files["GITHUB_PATH"].read_text().split()
        return {
            **env,
            **{key: str(file) for key, file in files.items()},
            "PATH": ":".join([*reversed(added), str(self._forge), env["PATH"]]),
            "RUNNER_TEMP": str(folder / "temp"),
            "GITHUB_WORKSPACE": str(folder / "work"),
            "GITHUB_ACTOR": "ana",
            "GITHUB_REPOSITORY": "county/specs",
            "GITHUB_SHA": self._head(),
            "GITHUB_RUN_ID": "1",
        }

    def _head(self):
        return _git("--git-dir", self.remote, "rev-parse", "main")

    def _contexts(self, name, needed, steps):
        github = {"event_name": self.event, "sha": self._head(), "server_url": _SERVER}
        github |= {"token": "t0ken", "ref": "refs/heads/main", "run_id": "1", "event": {}}
        return {
            "github": github | self.context,
            "vars": {},
            "inputs": self.context.get("inputs", {}),
            "runner": {"temp": str(self.scratch / name / "temp")},
            "steps": {key: {"outputs": outputs} for key, outputs in steps.items()},
            "needs": {
                key: {"result": each.result, "outputs": each.outputs}
                for key, each in needed.items()
            },
        }

    def _holds(self, condition, context, status):
        if condition == "success()":
            return status == "success"
        text = _EXPRESSION.sub(r"\1", condition)
        # As GitHub has it: without one of these functions a condition waits for success.
        if not re.search(r"\b(success|failure|always|cancelled)\(\)", text):
            text = f"success() && ({text})"
        return self._value(text, context, status) == "true"

    def _text(self, text, context):
        if not isinstance(text, str):
            return json.dumps(text)
        return _EXPRESSION.sub(lambda found: self._value(found[1], context), text)

    def _value(self, expression, context, status="success"):
        asked = json.dumps({"expression": expression, "contexts": context, "status": status})
        return tools.run("workflow-expression", asked).rstrip("\n")

    def _checkout(self, folder, given):
        depth = [] if given.get("fetch-depth") == "0" else ["--depth=1"]
        shutil.rmtree(folder / "work")
        _git("clone", "--quiet", *depth, Path(self.remote).as_uri(), folder / "work")
        return True

    def _setup_python(self, folder, _given):
        (folder / "GITHUB_PATH").write_text(f"{Path(sys.executable).parent}\n")
        return True

    def _upload_artifact(self, folder, given):
        source, target = folder / "work" / given["path"], self.artifacts / given["name"]
        if not source.exists():
            return given.get("if-no-files-found") != "error"
        shutil.rmtree(target, ignore_errors=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*"))
        else:
            target.mkdir(parents=True)
            shutil.copy2(source, target)
        return True

    def _download_artifact(self, folder, given):
        source = self.artifacts / given["name"]
        if not source.exists():
            return False
        shutil.copytree(source, folder / "work" / given["path"], dirs_exist_ok=True)
        return True


def _git(*arguments):
    done = subprocess.run(["git", *map(str, arguments)], check=True, capture_output=True, text=True)
    return done.stdout.strip()
