"""SageMaker's registry behind the port of a foreign registry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.errors import RefusedError
from mlspec.registry._server import Traits
from mlspec.sagemaker import reading, writing
from mlspec.sagemaker.model import ALIAS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from mlspec.registry._server import Artifact, ServedModel, ServedVersion
    from mlspec.sagemaker.client import Client
    from mlspec.sagemaker.model import Group, Package

__all__ = ["SAGEMAKER", "SagemakerServer"]

SAGEMAKER: Final = Traits(
    named="SageMaker registry",
    scheme="sagemaker",
    separator="-",
    describes=False,
    renames=False,
    reads_many=False,
    moves_at_once=False,
    audits=True,
)


@dataclass(frozen=True, slots=True)
class SagemakerServer:
    """What `Server` says, by model package groups; their one alias is `approved`."""

    client: Client
    traits: Traits = SAGEMAKER

    @property
    def server_ms(self) -> int:
        """The clock of the server at its latest answer."""
        return self.client.server_ms

    def read_model(self, name: str) -> Group | None:
        """Return one group with its approved version."""
        return reading.read_group(self.client, name)

    def read_models(self, names: Collection[str]) -> Mapping[str, Group]:
        """Return groups by name; each takes four requests."""
        return reading.read_groups(self.client, names)

    def read_versions(self, keys: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Package]:
        """Return versions by name and number."""
        wanted = set(keys)
        found = [x for name in sorted({name for name, _ in wanted}) for x in self._packages(name)]
        return {(x.name, x.number): x for x in found if (x.name, x.number) in wanted}

    def find_versions(self, name: str) -> Sequence[Package]:
        """Return all versions of one group, oldest first."""
        return self._packages(name)

    def models_named(self, start: str) -> Iterator[Group]:
        """Yield the groups whose names begin so."""
        yield from reading.groups_named(self.client, start)

    def create_model(self, name: str, tags: Mapping[str, str], description: str = "") -> Group:
        """Create a group."""
        return writing.create_group(self.client, name, tags, description)

    def create_version(
        self, name: str, artifact: Artifact, tags: Mapping[str, str], mark: str
    ) -> Package:
        """Create a version that is not approved."""
        container = (artifact.source, artifact.image)
        return writing.create_package(self.client, name, container, tags, mark)

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        """Set one tag of a group."""
        writing.set_group_tag(self.client, name, key, value)

    def delete_model_tag(self, name: str, key: str) -> None:
        """Delete one tag of a group."""
        writing.delete_group_tag(self.client, name, key)

    def set_version_tag(self, version: ServedVersion, key: str, value: str) -> None:
        """Set one customer metadata property of a version."""
        (found,) = (x for x in self._packages(version.name) if x.number == version.number)
        writing.set_package_tag(self.client, found, key, value)

    def describe_model(self, name: str, description: str) -> None:
        """Refuse: see `SAGEMAKER`.

        Raises:
            RefusedError: always.
        """
        raise RefusedError(
            f"a group keeps its description, so `{name}` can't get `{description[:40]}`"
        )

    def point(self, model: ServedModel, alias: str, number: str) -> None:
        """Approve a version, and reject the later ones."""
        if model.aliases.get(alias, "") != number:
            writing.approve(self.client, model.name, number)

    def delete_alias(self, name: str, alias: str) -> None:
        """Reject all versions that are approved."""
        if alias == ALIAS:
            writing.reject_all(self.client, name)

    def rename_model(self, previous: str, name: str) -> Group | None:
        """Refuse: a group keeps its name.

        Raises:
            RefusedError: always.
        """
        raise RefusedError(f"`{previous}` can't become `{name}`: SageMaker renames nothing")

    def delete_model(self, name: str) -> None:
        """Delete a group with all its versions."""
        writing.delete_group(self.client, name)

    def _packages(self, name: str) -> list[Package]:
        return reading.find_packages(self.client, name)
