"""`gitlab_ci`: jobs that validate, judge, plan and apply a workspace, to be included.

It is text from a template that people may replace. Whatever the template says, the result is
parsed again and refused unless it holds jobs of its own only, and each environment is deployed to
by one job that somebody has to start.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.ir import IMAGE_FILE, Artifact
from mlspec.targets._ci_values import (
    check_names,
    evidence_folder,
    portions,
    refuse,
    shared_values,
)
from mlspec.targets._gitlab_check import check_pipeline
from mlspec.targets._gitlab_extra import extra_values, training_parts
from mlspec.targets._gitlab_image import current_image
from mlspec.targets._port import Target
from mlspec.targets._seal import seal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Pipeline
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_PATH = "/.gitlab/mlspec.gitlab-ci.yml"
_TEMPLATE = "gitlab_ci/mlspec.gitlab-ci.yml.j2"
_TRAININGS = "gitlab_ci/mlspec-retrain.gitlab-ci.yml.j2"
_LOCK = "gitlab_ci/pins.gitlab-ci.yml.j2"
_WHERE = "a GitLab pipeline"
_STAGES = ("validate", "compile", "gates", "plan", "apply", "drift", "drill", "retrain")

_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_IMAGE = re.compile(r"[a-z0-9][A-Za-z0-9._:/@-]{0,499}")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@:/+=,<>~!#\[\]-]{0,299}")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the file to include, those that it includes, and the lock of its image.

    There is no lock where the workspace names an image.
    """
    pipeline = bundle.pipeline
    _check(pipeline)
    image = pipeline.gitlab.image or current_image(renderer, pipeline.locks.image)
    parts = training_parts(pipeline)
    included = tuple(filter(None, parts))
    values = _values(bundle, image) | {"trainings": parts[""], "included": included}
    text = renderer(_TEMPLATE, values)
    check_pipeline(text, pipeline.environments, frozenset({_on_branch(pipeline)}), included)
    yield Artifact(_PATH, seal(text), pipeline.source)
    for path in included:
        part = renderer(_TRAININGS, values | {"trainings": parts[path]})
        check_pipeline(part, (), frozenset())
        yield Artifact(path, seal(part), pipeline.source)
    if not pipeline.gitlab.image:
        yield Artifact(f"/{IMAGE_FILE}", seal(renderer(_LOCK, values)), pipeline.source)


def _values(bundle: Bundle, image: str) -> dict[str, object]:
    pipeline = bundle.pipeline
    evidence = evidence_folder(pipeline)
    return {
        **shared_values(bundle, pipeline.gitlab.requirement),
        **extra_values(pipeline),
        "path": _PATH,
        "lock_path": "" if pipeline.gitlab.image else f"/{IMAGE_FILE}",
        "stages": _STAGES,
        "image": image,
        "tags": pipeline.gitlab.tags,
        "on_branch": _on_branch(pipeline),
        "environments": [_environment(name, evidence) for name in pipeline.environments],
        "batches": _batches(portions(pipeline)),
    }


def _on_branch(pipeline: Pipeline) -> str:
    return f'$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "{pipeline.gitlab.branch}"'


def _environment(name: str, evidence: str) -> dict[str, str]:
    return {
        "name": name,
        "gates_job": f"mlspec:gates:{name}",
        "plan_job": f"mlspec:plan:{name}",
        "apply_job": f"mlspec:apply:{name}",
        "applied_job": f"mlspec:applied:{name}",
        "apply_code": f"mlspec-apply/{name}/apply.env",
        "drift_job": f"mlspec:drift:{name}",
        "drill_job": f"mlspec:drill:{name}",
        "evidence": f"{evidence}/{name}/",
        "gates_folder": f"mlspec-gates/{name}/",
        "gates_reports": f"mlspec-gates/{name}/*.xml",
        "plan_file": f"mlspec-plan/{name}/plan.json",
        "plan_page": f"mlspec-plan/{name}/plan.html",
        "plan_counts": f"mlspec-plan/{name}/terraform.json",
        "plan_findings": f"mlspec-plan/{name}/codequality.json",
        "plan_digest": f"mlspec-plan/{name}/plan.env",
        "lock": f"mlspec-apply-{name}",
    }


def _batches(models: list[str]) -> list[dict[str, str]]:
    return [
        {"variable": f"MODELS_{index}", "models": each, "call": f'judge {index} "$MODELS_{index}"'}
        for index, each in enumerate(models, start=1)
    ]


def _check(pipeline: Pipeline) -> None:
    declared = pipeline.gitlab
    check_names(pipeline, _WHERE)
    refuse(_BRANCH, "branch", _WHERE, declared.branch)
    refuse(_IMAGE, "container image", _WHERE, *filter(None, [declared.image]))
    refuse(_REQUIREMENT, "requirement", _WHERE, *filter(None, [declared.requirement]))
    refuse(_TAG, "runner", _WHERE, *declared.tags)


TARGET = Target(
    "gitlab_ci",
    "GitLab jobs: validate, gates, plan, apply, drift, drill, retrain",
    emit,
    is_default=False,
)
