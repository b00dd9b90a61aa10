"""A share has nothing to be a share of.

What it does
Checks that a monitor has `total` if and only if its `statistic` is `share` or `quotient`.

Why is this bad?
A share or quotient needs two counters. Without `total` the alert can't be computed; with `total`
but another statistic, the spec does not mean what it says.

Bad
    kind: Model
    spec:
      monitoring:
        - id: errors
          dimension: service
          metric: request_errors
          statistic: share
          above: 0.01
          receiver: workforce

Good
    kind: Model
    spec:
      monitoring:
        - id: errors
          dimension: service
          metric: request_errors
          total: requests
          statistic: share
          above: 0.01
          receiver: workforce

References
- https://prometheus.io/docs/practices/instrumentation/#failures
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import monitors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each monitor whose statistic and `total` do not fit together."""
    for monitor, path in monitors_of(resource):
        if monitor.statistic in ("share", "quotient"):
            if monitor.total is None:
                yield Finding(
                    resource,
                    (*path, "total"),
                    f"monitor `{monitor.id}` is a {monitor.statistic}, but of no `total`",
                    hint="add `total` with the counter to divide by",
                )
        elif monitor.total is not None:
            yield Finding(
                resource,
                (*path, "total"),
                f"`total` has no effect: the statistic is `{monitor.statistic}`",
                hint="write `statistic: share`, or remove `total`",
            )


RULE = Rule("MLS507", "share-without-total", Severity.ERROR, ("Model",), check)
