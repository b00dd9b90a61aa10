"""What a server says of the models of one environment, beside what is recorded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.registry._mirror_body import is_model, is_prompt, server_name
from mlspec.registry._mirror_live import Live, Seen
from mlspec.registry._mirror_tag import tag_key
from mlspec.state import Lifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from mlspec.canonical import Json
    from mlspec.registry._server import ServedModel, ServedVersion, Server, Traits
    from mlspec.state import ObjectRecord, Snapshot

    Bodies = Callable[[Collection[str]], Mapping[str, Json]]

__all__ = ["Mirror", "Mirrored"]


@dataclass(frozen=True, slots=True)
class Mirrored:
    """Records with their bodies, by address, and what the server says of their names.

    `traits` are those of the server that is told of each.
    """

    key: str
    traits: Mapping[str, Traits]
    records: Mapping[str, ObjectRecord]
    names: Mapping[str, str]
    models: Mapping[str, ServedModel] = field(default_factory=dict)
    versions: Mapping[str, ServedVersion] = field(default_factory=dict)

    def live(self, address: str) -> Live:
        """Return one record beside the server."""
        name = self.names[address]
        seen = Seen(self.models.get(name), self.versions.get(name))
        return Live(self.records[address], seen, self.key, self.traits[address])


@dataclass(frozen=True, slots=True)
class Mirror:
    """One environment of a server: `alias` is set to its versions, `prefix` begins its names.

    `prompts` is the same server as it keeps prompts; None where it keeps none.
    """

    server: Server
    environment: str
    alias: str
    prefix: str = ""
    prompts: Server | None = None

    @property
    def key(self) -> str:
        """The key of its tag."""
        return tag_key(self.environment)

    @property
    def lock_base(self) -> str:
        """How the names of its locks begin."""
        return self.server.traits.lock_base(self.prefix, self.environment)

    def server_of(self, address: str) -> Server | None:
        """Return the server that is told of an object; None where none is."""
        if is_model(address):
            return self.server
        return self.prompts if is_prompt(address) else None

    def read(self, snapshot: Snapshot, bodies: Bodies) -> Mirrored:
        """Return what the server says of the live models of a snapshot.

        Where a server reads many at once, that are one or two requests for 200 of them, and as many
        again where an alias leads to another version than the newest.
        """
        records = self._recorded(snapshot, bodies)
        names = {
            address: server_name(address, each.body, self.prefix)
            for address, each in records.items()
        }
        traits: dict[str, Traits] = {}
        models: dict[str, ServedModel] = {}
        versions: dict[str, ServedVersion] = {}
        for server in filter(None, (self.server, self.prompts)):
            own = [address for address in names if self.server_of(address) is server]
            if not own:
                continue
            found = server.read_models({names[each] for each in own})
            traits |= dict.fromkeys(own, server.traits)
            models |= found
            versions |= self._versions(server, found.values())
        return Mirrored(self.key, traits, records, names, models, versions)

    def _recorded(self, snapshot: Snapshot, bodies: Bodies) -> dict[str, ObjectRecord]:
        """Return the live records that a server is told of, with their bodies."""
        live = [each for each in snapshot.objects.values() if self._is_asked_for(each)]
        texts = bodies({each.digest for each in live})
        return {each.address: replace(each, body=texts.get(each.digest)) for each in live}

    def _versions(self, server: Server, models: Iterable[ServedModel]) -> dict[str, ServedVersion]:
        """Return the version that the alias of each model leads to."""
        wanted = {each.name: (each, each.aliases.get(self.alias, "")) for each in models}
        found = {
            name: version
            for name, (model, number) in wanted.items()
            for version in model.latest
            if version.number == number
        }
        missing = [(name, x) for name, (_, x) in wanted.items() if x and name not in found]
        if missing:
            read = server.read_versions(missing)
            found |= {name: version for (name, _), version in read.items()}
        return found

    def _is_asked_for(self, record: ObjectRecord) -> bool:
        is_told = self.server_of(record.address) is not None
        return is_told and record.lifecycle is Lifecycle.LIVE
