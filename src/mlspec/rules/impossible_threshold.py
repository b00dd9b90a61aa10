"""A share is compared with a value that no share can pass.

What it does
Checks that a monitor with `statistic: share` or `missing-share` has `above` in 0 <= x < 1, or
`below` in 0 < x <= 1.

Why is this bad?
The monitor never fires, or always. Usually a percentage was written where a share belongs.

Bad
    kind: Model
    spec:
      monitoring:
        - id: errors
          dimension: service
          metric: request_errors
          total: requests
          statistic: share
          above: 1.2
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
          above: 0.012
          receiver: workforce

References
- https://prometheus.io/docs/practices/naming/#base-units (ratios, not percentages)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._fix import replacing
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import monitors_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Path
    from mlspec.kinds.model import Monitor
    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

PERCENT = 100


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each threshold that a share can't pass."""
    for monitor, path in monitors_of(resource):
        if monitor.statistic not in ("share", "missing-share"):
            continue
        for key, bound in _impossible(monitor):
            yield _finding(resource, (*path, key), bound)


def _impossible(monitor: Monitor) -> Iterator[tuple[str, float]]:
    if monitor.above is not None and not 0 <= monitor.above < 1:
        yield "above", monitor.above
    if monitor.below is not None and not 0 < monitor.below <= 1:
        yield "below", monitor.below


def _finding(resource: Resource, path: Path, value: float) -> Finding:
    message = f"`{path[-1]}` is {value:g}, but a share lies between 0 and 1"
    if not 1 <= value < PERCENT:
        return Finding(resource, path, message, hint="write the share at which it should fire")
    share = float(f"{value / PERCENT:.12g}")
    return Finding(
        resource,
        path,
        message,
        hint=f"write `{share:g}` for {value:g} %",
        fixes=replacing(resource, path, share),
    )


RULE = Rule("MLS506", "impossible-threshold", Severity.ERROR, ("Model",), check)
