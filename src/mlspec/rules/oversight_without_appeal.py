"""A person whom a high-tier model affects has nowhere to object.

What it does
Checks that `oversight` of a model of high tier that affects people has `appeal`.

Why is this bad?
Reviewers see some of the errors, the people affected see the others. Without a way to object
those stay, and nobody counts them.

Bad
    kind: Model
    spec:
      oversight:
        appeal: null

Good
    kind: Model
    spec:
      oversight:
        appeal: Every letter names the office where a person can object.

References
- Regulation (EU) 2024/1689, Article 86: explanation of individual decisions
- Regulation (EU) 2016/679, Article 22(3)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the oversight of a high-tier model that offers no appeal."""
    spec = model_of(resource)
    if spec.risk.tier != "high" or not spec.risk.affects_people or spec.oversight is None:
        return
    if spec.oversight.appeal is None:
        yield Finding(
            resource,
            ("spec", "oversight", "appeal"),
            "the model affects people, but says nowhere how one of them can object",
            hint="add `appeal` with the place and the form",
        )


RULE = Rule("MLS604", "oversight-without-appeal", Severity.WARNING, ("Model",), check)
