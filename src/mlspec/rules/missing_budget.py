"""A served model may cost any amount.

What it does
Checks that a model that is served online has `budget`.

Why is this bad?
Replicas and GPUs grow one approval at a time. Without a budget nobody is told, and the bill is the
first to notice.

Bad
    kind: Model
    spec:
      budget: null

Good
    kind: Model
    spec:
      budget: {monthly: 400, currency: EUR}

References
- https://www.finops.org/framework/capabilities/budgeting/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import is_served_online, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield a served model without a budget."""
    spec = model_of(resource)
    if spec.budget is None and is_served_online(spec):
        yield Finding(
            resource,
            ("spec", "budget"),
            "the model is served online, but has no budget",
            hint="add `budget` with the amount per month and the currency",
        )


RULE = Rule("MLS901", "missing-budget", Severity.NOTE, ("Model",), check)
