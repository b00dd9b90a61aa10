"""A person is said to look first, and not to.

What it does
Checks that a model with `automatedDecision: true` is not overseen `human-in-the-loop`.

Why is this bad?
In the loop means that a person looks before an answer takes effect; an automated decision means
that none does. One of the two is wrong, and the tier rests on it.

Bad
    kind: Model
    spec:
      risk:
        automatedDecision: true
      oversight:
        mode: human-in-the-loop

Good
    kind: Model
    spec:
      risk:
        automatedDecision: true
      oversight:
        mode: human-on-the-loop

References
- Regulation (EU) 2016/679, Article 22(1): a decision based solely on automated processing
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the mode of oversight that contradicts the facts of risk."""
    spec = model_of(resource)
    if spec.oversight is None or not spec.risk.automated_decision:
        return
    if spec.oversight.mode == "human-in-the-loop":
        fact = span_of(resource, ("spec", "risk", "automatedDecision"))
        yield Finding(
            resource,
            ("spec", "oversight", "mode"),
            "a person looks before an answer takes effect, but `automatedDecision` says otherwise",
            hint="write `human-on-the-loop`, or `automatedDecision: false` if a person decides",
            related=(Related(fact, "the contrary fact"),),
        )


RULE = Rule("MLS603", "contradictory-oversight", Severity.ERROR, ("Model",), check)
