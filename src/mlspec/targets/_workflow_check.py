"""A last look at a workflow: what a replaced template or a bad pin must not get past."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.targets._rendered import one_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.canonical import Json

__all__ = ["check_workflow", "read_environment"]

_PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}|docker://.+@sha256:[0-9a-f]{64}|\./.+")
_TEMPLATES = "templates/github_actions"
_LONGEST_BYTES = 500_000
"""GitHub starts nothing of a larger file, and says so nowhere but in its list of runs."""


def check_workflow(text: str, environments: tuple[str, ...], *, applies: bool = True) -> None:
    """Refuse text that is no workflow, or one that is not safe to run.

    `environments` are those of the workspace; a workflow that `applies` has a job for each.

    Raises:
        OutputError: it does not parse, is larger than GitHub allows, a script holds an
            expression, an action is not pinned to a commit, the token is not restricted, a job
            that nobody has to approve may write, or an environment has no job of its own.
    """
    size = len(text.encode())
    if size > _LONGEST_BYTES:
        raise OutputError(
            f"a workflow of this workspace has {size:,} bytes, and GitHub starts none of more "
            f"than {_LONGEST_BYTES:,}",
            hint="make two workspaces of it, or enable targets other than `github-actions`",
        )
    workflow = one_mapping("mlspec.yml", text, _refusal)
    jobs = workflow.get("jobs")
    if not isinstance(jobs, dict) or not jobs:
        raise _refusal("it has no jobs")
    if workflow.get("permissions") != {}:
        raise _refusal("it does not start from `permissions: {}`")
    found = [job for job in jobs.values() if isinstance(job, dict)]
    _check_jobs(found, environments, applied=environments if applies else ())
    for key, value in _leaves(workflow, ""):
        _check_leaf(key, value)


def _check_jobs(
    found: list[dict[str, Json]], environments: tuple[str, ...], *, applied: tuple[str, ...]
) -> None:
    """Look at who may write: nobody approves a job of `ENV.read`, or one of no environment."""
    reading = {None, *(read_environment(each) for each in environments)}
    named = [job["environment"] for job in found if job.get("environment") not in reading]
    if sorted(str(each) for each in named) != sorted(applied):
        raise _refusal("its jobs do not have exactly one `environment` for each of the workspace")
    if any(_may_write(job) for job in found if job.get("environment") in reading):
        raise _refusal("a job that nobody has to approve gets a token that may write")


def read_environment(name: str) -> str:
    """Return the name of the environment of a forge that lets jobs read, and waits for nobody.

    No environment of a workspace has a dot in its name.
    """
    return f"{name}.read"


def _may_write(job: dict[str, Json]) -> bool:
    granted = job.get("permissions", {})
    levels = granted.values() if isinstance(granted, dict) else (granted,)
    return any(level not in ("read", "none") for level in levels)


def _check_leaf(key: str, value: Json) -> None:
    if key == "run" and "${{" in str(value):
        raise _refusal("a script holds an expression, which would run what it expands to")
    if key == "uses" and not _PINNED.fullmatch(str(value)):
        raise _refusal(f"`{value}` is not pinned to a commit; see `pins.json`")


def _leaves(value: Json, key: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each, key)
    else:
        yield key, value


def _refusal(reason: str) -> OutputError:
    return OutputError(
        f"the workflow that `{_TEMPLATES}` gives is not written: {reason}",
        hint="correct the templates of the workspace",
    )
