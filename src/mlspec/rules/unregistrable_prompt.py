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

from typing import TYPE_CHECKING, cast

from mlspec.diagnostics import Related, Severity
from mlspec.mlflow import SMALLEST, trouble_with_prompt_name, trouble_with_text
from mlspec.mlflow.prompts import MOST_CHARACTERS, stored_text
from mlspec.rules._port import Finding, Rule
from mlspec.rules._prompts import prompt_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.model import ModelSpec
    from mlspec.kinds.prompt import PromptSpec
    from mlspec.mlflow import Trouble
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

_SERVER = "mlflow"
_THIRD = 3
_NAME = ("metadata", "name")
_GIVEN_NAME = ("spec", "registry", "name")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield what a server would refuse."""
    spec = prompt_of(resource)
    if workspace.spec.registry.backend != _SERVER and spec.registry is None:
        return
    name, at = _named(resource, workspace)
    if trouble := trouble_with_prompt_name(name):
        yield _finding(resource, at, f"the registered name `{_short(name)}`", trouble)
    yield from _contested(resource, workspace)
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


def _contested(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield who has the name, too; of two prompts the later one is told."""
    name, at = _named(resource, workspace)
    prompts = (x for x in workspace.of_kind("Prompt") if x.address < resource.address)
    for other in (*workspace.of_kind("Model"), *prompts):
        taken, place = _named(other, workspace)
        if taken == name:
            yield Finding(
                resource,
                at,
                f"`{other.address}` is registered as `{_short(name)}`, too",
                hint="give one of them another `registry.name`: models and prompts share names",
                related=(Related(other.span(place), "the other one"),),
            )


def _named(resource: Resource, workspace: Workspace) -> tuple[str, Path]:
    """Return the name of a model or prompt at the server, and where it stands."""
    registration = cast("ModelSpec | PromptSpec", resource.spec).registry  # of these kinds only
    if registration and registration.name:
        return registration.name, _GIVEN_NAME
    return workspace.spec.registry.mlflow.name_prefix + resource.name, _NAME


def _short(text: str) -> str:
    shown = 40
    return text if len(text) <= shown else f"{text[:shown]}..."


def _finding(resource: Resource, path: Path, what: str, trouble: Trouble) -> Finding:
    return Finding(resource, path, f"{what} {trouble.reason}", hint=trouble.hint)


RULE = Rule("MLS482", "unregistrable-prompt", Severity.ERROR, ("Prompt",), check)
