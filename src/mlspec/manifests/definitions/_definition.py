"""A definition: what one CustomResourceDefinition says of the versions of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mlspec.manifests.definitions._fill import defaulted
from mlspec.manifests.definitions._metadata import object_metadata
from mlspec.manifests.definitions._schema import Schema
from mlspec.manifests.definitions._walk import findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.manifests.definitions._rules import RuleBook
    from mlspec.manifests.definitions._schema import Node
    from mlspec.manifests.definitions._words import Finding

__all__ = ["Definition", "VersionedDefinition"]


@dataclass(frozen=True)
class Definition:
    """A kind, its versions with the numbers of their roots, and the nodes of all of them.

    `digest` is that of the CustomResourceDefinition it was made from; `versions` has those that
    are served.
    """

    group: str
    kind: str
    plural: str
    scope: str
    digest: str
    versions: Mapping[str, int]
    nodes: tuple[Node, ...]

    @property
    def name(self) -> str:
        """Return the name of the CustomResourceDefinition, such as `rollouts.argoproj.io`."""
        return f"{self.plural}.{self.group}"

    def version(self, name: str) -> VersionedDefinition:
        """Return one version.

        Raises:
            KeyError: it is not served.
        """
        return self._versions[name]

    @cached_property
    def _versions(self) -> dict[str, VersionedDefinition]:
        return {
            name: VersionedDefinition(Schema(self.nodes, root))
            for name, root in self.versions.items()
        }


@dataclass(frozen=True)
class VersionedDefinition:
    """What one version of a kind takes."""

    schema: Schema

    def defaulted(self, value: Mapping[str, Json]) -> dict[str, Json]:
        """Return the object with every default filled in, as a server would store it."""
        return defaulted(self.schema, value)

    def findings(self, value: Mapping[str, Json]) -> list[Finding]:
        """Return why a server would refuse an object, but for the form of its name and labels.

        Defaults are filled in first: rules are written for objects that have them.
        """
        filled = self.defaulted(value)
        of_metadata = findings(object_metadata(), filled.get("metadata", {}), ("metadata",))
        found = list(dict.fromkeys([*of_metadata, *findings(self.schema, filled)]))
        wrong = [each.path for each in found]
        return [*found, *self._rules.findings(filled, wrong)] if self._rules else found

    @cached_property
    def _rules(self) -> RuleBook | None:
        """Imported here: without rules there is no need of CEL."""
        if not any("rules" in node for node in self.schema.nodes):
            return None
        from mlspec.manifests.definitions._rules import RuleBook

        return RuleBook(self.schema)
