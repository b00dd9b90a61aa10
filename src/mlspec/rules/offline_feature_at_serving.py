"""A model that answers requests reads features that can't be read then.

What it does
Checks that every feature view of a model with `serving.mode: online` has `online: true`.

Why is this bad?
At serving time the values are missing or computed by other code, so the model sees other inputs
than in training. This skew is silent: answers keep coming.

Bad
    kind: FeatureView
    spec:
      online: false

Good
    kind: FeatureView
    spec:
      online: true

References
- https://developers.google.com/machine-learning/guides/rules-of-ml (rules 29 to 37)
- https://docs.feast.dev/getting-started/concepts/feature-view
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Related, Severity
from mlspec.rules._fix import replacing
from mlspec.rules._place import span_of
from mlspec.rules._port import Finding, Rule
from mlspec.rules._specs import feature_view_of, is_served_online, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.workspace import Resource, Workspace

__all__ = ["RULE"]

ONLINE = ("spec", "online")


def check(resource: Resource, workspace: Workspace) -> Iterator[Finding]:
    """Yield each view that an online model reads and that is offline only."""
    spec = model_of(resource)
    if not is_served_online(spec):
        return
    for index, use in enumerate(spec.features):
        view = workspace.find("FeatureView", use.view)
        if view is not None and not feature_view_of(view).online:
            yield Finding(
                resource,
                ("spec", "features", index, "view"),
                f"the model is served online, but `{view.name}` can't be read at serving time",
                hint=f"set `online: true` in `{view.address}`, or serve the model in batch",
                related=(Related(span_of(view, ONLINE), "the view is offline only"),),
                fixes=replacing(view, ONLINE, value=True),
            )


RULE = Rule("MLS311", "offline-feature-at-serving", Severity.ERROR, ("Model",), check)
