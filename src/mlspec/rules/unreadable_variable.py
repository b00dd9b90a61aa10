"""A template has braces that are no variable.

What it does
Looks in each text of a template for `{{`, `{%` and `{#` that do not begin `{{ name }}`; a name has
letters, digits and `_`, and parts with dots between them.

Why is this bad?
MLflow puts values in the place of `{{ name }}` alone. What else is in braces goes to the model as
it stands, or is carried out as a statement by some versions and not by others. mlspec renders no
template, so it can't say which variables such a statement uses.

Bad
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      template: {type: text, text: 'Explain the score of {{ applicant-name }}.'}
      variables: []

Good
    kind: Prompt
    metadata:
      name: screen-reason
    spec:
      template: {type: text, text: 'Explain the score of {{ applicant_name }}.'}
      variables: [{name: applicant_name}]

References
- https://mlflow.org/docs/latest/genai/prompt-registry/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._prompts import openings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the first thing in braces of each text that is no variable."""
    told = set()
    for each in openings(resource):
        if each.name or each.path in told:
            continue
        told.add(each.path)
        yield Finding(
            resource,
            each.path,
            f"`{each.text}` begins no variable such as `{{{{ name }}}}`",
            hint="write a variable, or single braces where braces are meant",
        )


RULE = Rule("MLS476", "unreadable-variable", Severity.WARNING, ("Prompt",), check)
