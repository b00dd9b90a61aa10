"""What models read and answer, as fields: a view that many models read is looked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.kinds.feature_view import FeatureViewSpec
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.kinds.model import FeatureUse
    from mlspec.workspace import Resource, Workspace

__all__ = ["Columns"]


class Columns:
    """The features of the views of a workspace, and what its models take and answer."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._views: dict[str, Mapping[str, ir.Field]] = {}
        self._inputs: dict[str, tuple[ir.Field, ...]] = {}
        self._outputs: dict[str, tuple[ir.Field, ...]] = {}

    def used(self, use: FeatureUse) -> tuple[ir.Field, ...]:
        """Return the features that a model reads from one view, in the order it names them."""
        known = self._views.get(use.view)
        if known is None:
            known = self._views[use.view] = self._of_view(use.view)
        return tuple(known[name] for name in dict.fromkeys(use.columns or known) if name in known)

    def inputs_of(self, model: Resource) -> tuple[ir.Field, ...]:
        """Return the features that a model reads, those of its first view first.

        A view that can't be found gives none; of two features of one name the first is taken.
        """
        known = self._inputs.get(model.name)
        if known is None:
            found: dict[str, ir.Field] = {}
            for use in model_of(model).features:
                for each in self.used(use):
                    found.setdefault(each.name, each)
            known = self._inputs[model.name] = tuple(found.values())
        return known

    def outputs_of(self, model: Resource) -> tuple[ir.Field, ...]:
        """Return the fields of an answer in the order of the spec."""
        known = self._outputs.get(model.name)
        if known is None:
            known = self._outputs[model.name] = tuple(
                ir.Field(each.name, each.type, each.minimum, each.maximum, each.description or "")
                for each in model_of(model).output.fields
            )
        return known

    def _of_view(self, reference: str) -> Mapping[str, ir.Field]:
        view = self._workspace.find("FeatureView", reference)
        if view is None or not isinstance(view.spec, FeatureViewSpec):
            return {}
        return {
            each.name: ir.Field(each.name, each.type, description=each.description or "")
            for each in view.spec.features
        }
