"""`gitlab_ci`: jobs that validate, judge, plan and apply a workspace, to be included.

It is text from a template that people may replace. Whatever the template says, the result is
parsed again and refused unless it holds jobs of its own only, and each environment is deployed to
by one job that somebody has to start.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.targets._ci_values import (
    DISTRIBUTION,
    ON_A_REF,
    check_names,
    evidence_folder,
    portions,
    refuse,
)
from mlspec.targets._gitlab_check import check_pipeline
from mlspec.targets._header import source_digest
from mlspec.targets._port import Target
from mlspec.targets._seal import SEAL_LINE, seal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Pipeline
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_PATH = "/.gitlab/mlspec.gitlab-ci.yml"
_TEMPLATE = "gitlab_ci/mlspec.gitlab-ci.yml.j2"
_WHERE = "a GitLab pipeline"
_STAGES = ("validate", "compile", "gates", "plan", "apply", "drift")
_TASKS = ("drift",)

_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")
_IMAGE = re.compile(r"[a-z0-9][A-Za-z0-9._:/@-]{0,299}")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@:/+=,<>~!\[\]-]{0,299}")
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the file to include."""
    pipeline = bundle.pipeline
    _check(pipeline)
    source = f"{pipeline.source} ({source_digest(bundle, pipeline.source) or 'digest unknown'})"
    text = renderer(_TEMPLATE, _values(pipeline, source))
    check_pipeline(text, pipeline.environments, frozenset({_on_branch(pipeline)}))
    yield Artifact(_PATH, seal(text), pipeline.source)


def _values(pipeline: Pipeline, source: str) -> dict[str, object]:
    gitlab = pipeline.gitlab
    version = pipeline.mlspec_version
    evidence = evidence_folder(pipeline)
    return {
        "version": version,
        "seal_line": SEAL_LINE,
        "source": source,
        "path": _PATH,
        "stages": _STAGES,
        "tasks": ", ".join(_TASKS),
        "image": gitlab.image,
        "tags": gitlab.tags,
        "workspace": pipeline.workspace_path,
        "requirement_plain": gitlab.requirement or f"{DISTRIBUTION}=={version}",
        "requirement_gates": gitlab.requirement or f"{DISTRIBUTION}[parquet]=={version}",
        "is_git": pipeline.registry in ON_A_REF,
        "counts_uses": any(each.counts_uses for each in pipeline.gates if each.has_files),
        "on_branch": _on_branch(pipeline),
        "on_drift": '$MLSPEC_TASK == "drift"',
        "names": " ".join(pipeline.environments),
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
        "drift_job": f"mlspec:drift:{name}",
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
    check_names(pipeline, _WHERE)
    refuse(_BRANCH, "branch", _WHERE, pipeline.gitlab.branch)
    refuse(_IMAGE, "container image", _WHERE, pipeline.gitlab.image)
    refuse(_REQUIREMENT, "requirement", _WHERE, pipeline.gitlab.requirement or DISTRIBUTION)
    refuse(_TAG, "runner", _WHERE, *pipeline.gitlab.tags)


TARGET = Target(
    "gitlab_ci",
    "GitLab jobs to include: validate, gates, plan, apply, drift.",
    emit,
    is_default=False,
)
