"""Which series are those of an environment: the labels that every query of it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from mlspec.workspace import Resource, Workspace

__all__ = ["Scopes"]


class Scopes:
    """Gives models the labels of their environment.

    They are those of `targets.prometheus.labels`; without any, `namespace`, where it is known: as
    the environment declares it, and of models that are served in the default namespace. Of a model
    that nothing serves, in an environment without a namespace, nobody knows where it runs.
    """

    def __init__(self, workspace: Workspace, environment: str, namespace: str) -> None:
        declared = workspace.spec.environments.get(environment)
        stated = tuple(sorted(workspace.spec.targets.prometheus.labels.items()))
        self._served = ir.Scope(environment, stated or (("namespace", namespace),))
        is_known = bool(stated) or bool(declared and declared.namespace)
        self._other = self._served if is_known else ir.Scope(environment)
        self._names = {each.name for each in workspace.of_kind("Model") if _is_served(each)}

    @property
    def served(self) -> ir.Scope:
        """The series of what is served."""
        return self._served

    def of_model(self, name: str) -> ir.Scope:
        """Return the series of a model, served or not."""
        return self._served if name in self._names else self._other


def _is_served(model: Resource) -> bool:
    serving = model_of(model).serving
    return serving is not None and serving.mode == "online"
