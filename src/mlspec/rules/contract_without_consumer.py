"""An output contract names nobody who relies on it.

What it does
Checks that `spec.output.consumers` of a model that is served or runs in batch has an entry.

Why is this bad?
A change of the contract is judged by whom it breaks. Without consumers every change looks
harmless, and the first to notice is whoever was forgotten.

Bad
    kind: Model
    spec:
      output:
        consumers: []

Good
    kind: Model
    spec:
      output:
        consumers:
          - {system: case-portal, team: workforce}

References
- https://docs.pact.io/ (contracts are driven by their consumers)
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
    """Yield the contract of a model in production that has no consumers."""
    spec = model_of(resource)
    if spec.serving is not None and not spec.output.consumers:
        yield Finding(
            resource,
            ("spec", "output", "consumers"),
            "the output contract names no consumer",
            hint="add the systems that read the answers, each with the team that runs it",
        )


RULE = Rule("MLS303", "contract-without-consumer", Severity.WARNING, ("Model",), check)
