"""`github_actions`: the workflow that validates, judges, plans and applies a workspace.

It is text from a template that people may replace. Whatever the template says, the result is
parsed again and refused unless it is a workflow whose scripts hold no expression, whose actions
are pinned to a commit, and in which every name stands where it was put.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlspec.errors import OutputError
from mlspec.ir import Artifact
from mlspec.targets._header import source_digest
from mlspec.targets._port import Target
from mlspec.targets._seal import SEAL_LINE, seal
from mlspec.targets._workflow_check import check_workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.ir import Bundle, Pipeline
    from mlspec.targets._port import Renderer

__all__ = ["TARGET"]

_PATH = "/.github/workflows/mlspec.yml"
_TEMPLATE = "github_actions/mlspec.yml.j2"
_DISTRIBUTION = "mlspec-compiler"
# A variable of a step has at most 128 KiB; names of 300 models have at most 21 KiB.
_MODELS_PER_STEP = 300

# A file of a runner would end with it, so the registry is a ref of the repository there.
_ON_A_REF = ("embedded", "git")

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_FOLDER = re.compile(r"(?!.*(^|/)\.\.(/|$))[A-Za-z0-9_.][A-Za-z0-9_./-]{0,199}")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}")


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the workflow."""
    pipeline = bundle.pipeline
    _check(pipeline)
    source = f"{pipeline.source} ({source_digest(bundle, pipeline.source) or 'digest unknown'})"
    text = renderer(_TEMPLATE, _values(pipeline, source))
    check_workflow(text, pipeline.environments)
    yield Artifact(_PATH, seal(text), pipeline.source)


def _values(pipeline: Pipeline, source: str) -> dict[str, object]:
    evidence = _joined(pipeline.workspace_path, pipeline.evidence_path)
    return {
        "version": pipeline.mlspec_version,
        "seal_line": SEAL_LINE,
        "source": source,
        "branch": pipeline.branch,
        "runner": pipeline.runner,
        "python": pipeline.python,
        "workspace": pipeline.workspace_path,
        "requirement_plain": pipeline.requirement or f"{_DISTRIBUTION}=={pipeline.mlspec_version}",
        "requirement_gates": pipeline.requirement
        or f"{_DISTRIBUTION}[parquet]=={pipeline.mlspec_version}",
        "is_git": pipeline.registry in _ON_A_REF,
        "has_history": False,
        "environments": [_environment(name, evidence) for name in pipeline.environments],
        "counts_uses": any(each.counts_uses for each in pipeline.gates if each.has_files),
        "evidence": evidence,
        "batches": _batches([each.address for each in pipeline.gates if each.has_files]),
    }


def _environment(name: str, evidence: str) -> dict[str, str]:
    return {
        "name": name,
        "gates_job": f"gates-{name}",
        "plan_job": f"plan-{name}",
        "apply_job": f"apply-{name}",
        "evidence_artifact": f"evidence-{name}",
        "evidence": f"{evidence}/{name}/",
        "plan_artifact": f"plan-{name}",
        "lock": f"mlspec-apply-{name}",
    }


def _batches(addresses: list[str]) -> list[dict[str, str]]:
    starts = range(0, len(addresses), _MODELS_PER_STEP)
    titles = [f"Judge the gates, {index} of {len(starts)}" for index in range(1, len(starts) + 1)]
    return [
        {
            "title": title if len(starts) > 1 else "Judge the gates",
            "models": " ".join(addresses[start : start + _MODELS_PER_STEP]),
        }
        for start, title in zip(starts, titles, strict=True)
    ]


def _joined(folder: str, path: str) -> str:
    return path if folder == "." else f"{folder}/{path}"


def _check(pipeline: Pipeline) -> None:
    """Refuse names that could be more than names: the schema does, but this must not rely on it."""
    _refuse(_NAME, "environment", *pipeline.environments)
    _refuse(_NAME, "model", *(each.address.removeprefix("model/") for each in pipeline.gates))
    _refuse(_BRANCH, "branch", pipeline.branch)
    _refuse(_WORD, "runner", pipeline.runner)
    _refuse(_WORD, "version", pipeline.python, pipeline.mlspec_version)
    _refuse(_FOLDER, "folder", pipeline.workspace_path, pipeline.evidence_path)


def _refuse(pattern: re.Pattern[str], what: str, *values: str) -> None:
    for value in values:
        if not pattern.fullmatch(value):
            raise OutputError(
                f"{value!r} can't be the name of a {what} in a GitHub workflow",
                hint="use letters, digits and hyphens",
            )


TARGET = Target("github_actions", "GitHub workflow: validate, gates, plan, apply.", emit)
