"""A prompt has a variable in its template that it does not declare.

What it does
Looks for `{{ name }}` in each text of a template whose name is not among `variables`.

Why is this bad?
Whoever uses the prompt reads there what has to be put in. What nobody puts in goes to the model as
it stands, in braces, or ends the request.

Bad
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      template: {type: text, text: 'Why is {{ score }} the score of {{ applicant }}?'}
      variables: [{name: score}]

Good
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      template: {type: text, text: 'Why is {{ score }} the score of {{ applicant }}?'}
      variables: [{name: score}, {name: applicant}]

References
- https://mlflow.org/docs/latest/genai/prompt-registry/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity, did_you_mean
from mlspec.rules._port import Finding, Rule
from mlspec.rules._prompts import openings, prompt_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each name that is not declared, where it stands first."""
    declared = [each.name for each in prompt_of(resource).variables]
    told = {*declared, ""}
    for each in openings(resource):
        if each.name in told:
            continue
        told.add(each.name)
        close = did_you_mean(each.name, declared)
        yield Finding(
            resource,
            each.path,
            f"the template has the variable `{each.name}`, and `variables` does not",
            hint=f"did you mean `{close}`?" if close else "declare it in `spec.variables`",
        )


RULE = Rule("MLS473", "undeclared-variable", Severity.ERROR, ("Prompt",), check)
