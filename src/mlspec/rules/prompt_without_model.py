"""A prompt does not say which model it is written for, or names two.

What it does
Checks that a prompt has either `model`, which refers to a model of the workspace, or `hosted`,
which names the model of a provider.

Why is this bad?
The same text gets other answers from another model. Without its name nobody can tell what was
tested, whom the text goes to, or what a change of the model concerns.

Bad
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      hosted: null

Good
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      hosted: {provider: anthropic, id: claude-sonnet-4-5-20250929}

References
- https://mlflow.org/docs/latest/genai/prompt-registry/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._prompts import prompt_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield that there is no model, or two."""
    spec = prompt_of(resource)
    if spec.model is None and spec.hosted is None:
        yield Finding(
            resource,
            ("spec",),
            "the prompt does not say which model it is written for",
            hint="name a model of the workspace in `model`, or one of a provider in `hosted`",
        )
    if spec.model is not None and spec.hosted is not None:
        yield Finding(
            resource,
            ("spec", "hosted"),
            "the prompt is written for two models",
            hint="keep `model` or `hosted`; a prompt for another model is another prompt",
        )


RULE = Rule("MLS475", "prompt-without-model", Severity.ERROR, ("Prompt",), check)
