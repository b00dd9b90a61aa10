"""A prompt can't be registered at an MLflow server as its spec says.

What it does
Checks, where the registry is `mlflow` or a prompt has a `registry`, what a server is told of it:
the name, which has letters, digits, `_`, `-` and `.` and which no model and no other prompt may
have, the description, and how long the template is: 5,000 characters, or 100,000 where
`registry.mlflow.oldestServer` is 3. A conversation is kept as JSON, which counts.

Why is this bad?
A server keeps prompts and models under one list of names, and whichever is there first keeps the
other away. What is too long is refused half way through an apply.

Bad
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      registry: {name: screening/reason}

Good
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      registry: {name: screening.reason}

References
- https://mlflow.org/docs/latest/genai/prompt-registry/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.mlflow import SMALLEST, trouble_with_prompt_name, trouble_with_text
from mlspec.mlflow.prompts import MOST_CHARACTERS, stored_text
from mlspec.rules._port import Finding, Rule
from mlspec.rules._prompts import prompt_of
from mlspec.rules._registered import given_name, place_of_name, sharing_a_name, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.mlflow import Trouble
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVER = "mlflow"
_THIRD = 3


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what a server would refuse of a prompt; of a workspace, names that are taken."""
    if resource.kind == "Workspace":
        yield from _contested(workspace)
    elif _is_registered(resource, workspace):
        yield from _of_prompt(resource, workspace)


def _is_registered(prompt: Resource, workspace: Workspace) -> bool:
    is_at_server = workspace.spec.registry.backend == _SERVER
    return is_at_server or prompt_of(prompt).registry is not None


def _of_prompt(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    name = _name(resource, workspace)
    if trouble := trouble_with_prompt_name(name):
        at = place_of_name(resource)
        yield _finding(resource, at, f"the registered name `{short(name)}`", trouble)
    yield from _too_long(resource, workspace)
    if trouble := trouble_with_text(resource.metadata.description or ""):
        yield _finding(resource, ("metadata", "description"), "the description", trouble)


def _too_long(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    text = stored_text(prompt_of(resource).template.model_dump(mode="json", by_alias=True))
    is_third = workspace.spec.registry.mlflow.oldest_server >= _THIRD
    most = MOST_CHARACTERS if is_third else SMALLEST.tag_value
    trouble = trouble_with_text(text, most)
    if trouble is None:
        return
    hint = trouble.hint
    if not is_third and trouble_with_text(text, MOST_CHARACTERS) is None:
        hint += ", or set `registry.mlflow.oldestServer: 3` where no server is of 2.x"
    yield Finding(resource, ("spec", "template"), f"the template {trouble.reason}", hint=hint)


def _contested(workspace: Workspace) -> Iterator[Finding]:
    """Yield prompts whose name a model or an earlier prompt has."""
    hint = "give one of them another `registry.name`: models and prompts share names"
    both = (*workspace.of_kind("Model"), *workspace.of_kind("Prompt"))
    for each in sharing_a_name(both, lambda resource: (_name(resource, workspace),), hint):
        if each.resource.kind == "Prompt" and _is_registered(each.resource, workspace):
            yield each


def _name(resource: Resource, workspace: Workspace) -> str:
    return given_name(resource) or workspace.spec.registry.mlflow.name_prefix + resource.name


def _finding(resource: Resource, path: Path, what: str, trouble: Trouble) -> Finding:
    return Finding(resource, path, f"{what} {trouble.reason}", hint=trouble.hint)


RULE = Rule("MLS482", "unregistrable-prompt", Severity.ERROR, ("Prompt", "Workspace"), check)
