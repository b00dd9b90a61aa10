"""A prompt declares a variable that does not stand in its template.

What it does
Looks for names among `variables` that no text of the template has as `{{ name }}`. A template with
statements (`{% if ... %}`) is left out, since they use variables in other ways.

Why is this bad?
Whoever uses the prompt gives a value that the model never sees, and believes that it does.

Bad
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      template: {type: text, text: 'Explain the score of {{ applicant }}.'}
      variables: [{name: applicant}, {name: schooling}]

Good
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      template: {type: text, text: 'Explain the score of {{ applicant }}, by {{ schooling }}.'}
      variables: [{name: applicant}, {name: schooling}]

References
- https://mlflow.org/docs/latest/genai/prompt-registry/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._prompts import has_logic, openings, prompt_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each variable that is not used."""
    if has_logic(resource):
        return
    used = {each.name for each in openings(resource)}
    for index, each in enumerate(prompt_of(resource).variables):
        if each.name not in used:
            yield Finding(
                resource,
                ("spec", "variables", index, "name"),
                f"`{{{{ {each.name} }}}}` stands nowhere in the template",
                hint="take the variable away, or put it into the template",
            )


RULE = Rule("MLS474", "unused-variable", Severity.WARNING, ("Prompt",), check)
