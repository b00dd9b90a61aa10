"""The bins that a query counts in: those of the reference that the spec names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Reason
from mlspec.gates._load import load_inputs
from mlspec.gates._load_far import asked_features, need_of

if TYPE_CHECKING:
    from pathlib import Path

    from mlspec.evidence import FeatureProfile
    from mlspec.gates._inputs import EvaluationInputs
    from mlspec.gates._queries import NeededQuery

__all__ = ["reference_of"]


def reference_of(
    inputs: EvaluationInputs, root: Path, query: NeededQuery
) -> tuple[FeatureProfile, ...] | Reason:
    """Return the features that a query counts, read from the source that gives their bins."""
    name = query.like or ""
    nothing = {"predictions": None, "champion": None, "labels": None, "metrics": None}
    alone = tuple(each for each in inputs.sources if each.name == name)
    only = inputs.model_copy(update=nothing | {"sources": alone})
    missing = Reason("source-missing", f"`evaluation.sources` has no `{name}`")
    read = load_inputs(only, root, (need_of(query),)).inputs.sources.get(name, missing)
    return asked_features(read, query)
