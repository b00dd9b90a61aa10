"""A feature looks back over days, but its source has no event time.

What it does
Checks that a view with a feature that has `windowDays` names `source.timestampColumn`. In the
examples one feature counts the weeks worked in the last 365 days.

Why is this bad?
Without event time nobody can join a training row with what was known at its moment. Values from
the future leak into training, and the evaluation is better than production will ever be.

Bad
    kind: FeatureView
    spec:
      source:
        timestampColumn: null

Good
    kind: FeatureView
    spec:
      source:
        timestampColumn: surveyed_at

References
- https://docs.feast.dev/getting-started/concepts/point-in-time-joins
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Severity
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import feature_view_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield the source of a view that looks back without event time."""
    spec = feature_view_of(resource)
    if spec.source.timestamp_column is not None:
        return
    windowed = next((each for each in spec.features if each.window_days), None)
    if windowed is not None:
        yield Finding(
            resource,
            ("spec", "source", "timestampColumn"),
            f"`{windowed.name}` looks back {windowed.window_days} days, but no event time is named",
            hint="add `timestampColumn`, so that training sees only what was known at the time",
        )


RULE = Rule("MLS312", "feature-without-event-time", Severity.WARNING, ("FeatureView",), check)
