"""The bins that a query counts in: those of the reference that the spec names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.evidence import Reason
from mlspec.gates._load import load_inputs
from mlspec.gates._load_far import features_of
from mlspec.gates._port import Need

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
    need = Need(name, "Profile", query.columns, not query.columns, query.without, query.categorical)
    only = inputs.model_copy(update=nothing | {"sources": alone})
    missing = Reason("source-missing", f"`evaluation.sources` has no `{name}`")
    read = load_inputs(only, root, (need,)).inputs.sources.get(name, missing)
    found = features_of(read, need)
    if isinstance(found, Reason):
        return found
    kept = query.columns or tuple(e.name for e in found if e.name not in query.without)
    return tuple(each for each in found if each.name in kept)
