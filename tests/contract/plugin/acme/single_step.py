"""A runbook may have a single step.

What it does
Checks that a runbook has two steps or more.

Why is this bad?
One step is an instruction, and nobody says what to do when it does not help.

Bad
    kind: Runbook
    spec:
      steps: [Restart it.]

Good
    kind: Runbook
    spec:
      steps: [Restart it., Call the owner.]
"""

from mlspec.diagnostics import Severity
from mlspec.rules import Finding, Rule


def check(resource, workspace):
    """Yield a runbook of one step."""
    if len(resource.spec.steps) == 1:
        yield Finding(resource, ("spec", "steps"), "the runbook has a single step")


RULE = Rule("ACME001", "single-step", Severity.WARNING, ("Runbook",), check)
