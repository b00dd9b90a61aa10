"""A last look at a GitLab pipeline: what a replaced template must not get past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.targets._rendered import one_mapping

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["check_pipeline"]

_TEMPLATES = "templates/gitlab_ci"
_GLOBAL = ("stages", "include")
_SHARED = ".mlspec"
_OWN = "mlspec:"

_Job = dict[str, "Json"]


def check_pipeline(
    text: str,
    environments: tuple[str, ...],
    protected: frozenset[str],
    included: tuple[str, ...] = (),
) -> None:
    """Refuse text that is no pipeline, or one that is not safe to run.

    Args:
        text: What the template gave.
        environments: Those of the workspace; each is deployed to by exactly one job.
        protected: The conditions under which such a job may be started by hand.
        included: The files of this repository that it includes, and no others.

    Raises:
        OutputError: it does not parse, it has keys that would hold for the jobs of others, it
            includes other files, a job has a stage that is not listed, an environment has no job
            of its own, or one whose rules let it start by itself or elsewhere.
    """
    pipeline = one_mapping("mlspec.gitlab-ci.yml", text, _refusal)
    found = _jobs(pipeline)
    if pipeline.get("include", []) != [{"local": each} for each in included]:
        raise _refusal("its `include` names other files than those that are written beside it")
    _check_stages(found, pipeline.get("stages"))
    deploying = [job for job in found if job.get("environment") is not None]
    if sorted(map(_environment, deploying)) != sorted(environments):
        raise _refusal("its jobs do not have exactly one `environment` for each of the workspace")
    if not all(_is_manual(job.get("rules"), protected) for job in deploying):
        raise _refusal("a job with an `environment` can start without somebody who starts it")


def _jobs(pipeline: _Job) -> list[_Job]:
    found = []
    for name, job in pipeline.items():
        if name in _GLOBAL:
            continue
        if not isinstance(job, dict) or not (name == _SHARED or name.startswith(_OWN)):
            raise _refusal(f"`{name}` is no job of mlspec")
        found.append(job)
    return found


def _check_stages(jobs: list[_Job], stages: Json) -> None:
    listed = stages if isinstance(stages, list) else []
    for job in jobs:
        if job.get("stage", "test") not in listed and "script" in job:
            raise _refusal(f"the stage `{job.get('stage')}` is not in `stages`")


def _environment(job: _Job) -> str:
    declared = job["environment"]
    return str(declared.get("name") if isinstance(declared, dict) else declared)


def _is_manual(rules: Json, protected: frozenset[str]) -> bool:
    if not isinstance(rules, list) or not rules:
        return False
    return all(
        isinstance(each, dict) and each.get("when") == "manual" and each.get("if") in protected
        for each in rules
    )


def _refusal(reason: str) -> OutputError:
    return OutputError(
        f"the pipeline that `{_TEMPLATES}` gives is not written: {reason}",
        hint="correct the templates of the workspace",
    )
