"""A high-tier model does not say what it must not be used for.

What it does
Checks that a model of high tier has at least one entry in `limitations`.

Why is this bad?
A model is soon used for what it happens to be good enough at. Only a written limit can be held
against that use.

Bad
    kind: Model
    spec:
      limitations: []

Good
    kind: Model
    spec:
      limitations:
        - Not for people under 18, who are not in the data.

References
- Regulation (EU) 2024/1689, Article 13(3)(b)
- Mitchell et al., Model Cards for Model Reporting, FAT* 2019
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
    """Yield a high-tier model without limits of use."""
    spec = model_of(resource)
    if spec.risk.tier == "high" and not spec.limitations:
        yield Finding(
            resource,
            ("spec", "limitations"),
            "the model is of high tier, but no use of it is ruled out",
            hint="add `limitations`, one sentence each, starting with the people not in the data",
        )


RULE = Rule("MLS608", "unstated-limitations", Severity.WARNING, ("Model",), check)
