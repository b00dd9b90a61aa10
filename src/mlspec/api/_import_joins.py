"""Services that are written into the specs of their models, and those that are taken out again.

What an import wrote of a service is kept with the name of the spec that it stands in. So a joined
spec is made of what each system says of it alone, in whichever order the systems were read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.api.files import read_text, write_text
from mlspec.importing import composed, document_text, dropped, held_text, is_service, spec_of
from mlspec.syntax import SourceText, parse
from mlspec.vcs import merge_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mlspec.canonical import Json
    from mlspec.vcs import MergedText

__all__ = [
    "SCHEMA",
    "Joined",
    "Part",
    "data_of",
    "key_of",
    "keys_in",
    "lost_of",
    "moved",
    "part_of",
    "read_joined",
    "rewrite",
    "with_parts",
]

SCHEMA = "https://mlspec.dev/schemas/v1/ObservedModel.json"
_SYSTEMS = ("argo-rollouts", "databricks-bundle", "kserve")


@dataclass(frozen=True)
class Part:
    """What an import wrote of one service: `name` is that of its own spec, `target` of where."""

    key: str
    base: Path
    target: str
    data: dict[str, Json]

    @property
    def name(self) -> str:
        """Return the name that it has, or would have, where it stands alone."""
        return self.base.stem

    @property
    def is_joined(self) -> bool:
        """Tell whether it stands in the spec of a model."""
        return self.target != self.name

    def text_for(self, target: str) -> str:
        """Return what is kept of it where it stands in a spec of that name."""
        return document_text(self.data, target, schema=SCHEMA)


@dataclass
class Joined:
    """All services that imports wrote, by key."""

    parts: dict[str, Part] = field(default_factory=dict)
    _groups: dict[str, dict[str, Part]] = field(default_factory=dict)

    def put(self, part: Part) -> None:
        """Take a service; it takes the place of the one with its key."""
        if (known := self.parts.get(part.key)) is not None:
            self._groups.get(known.target, {}).pop(part.key, None)
        self.parts[part.key] = part
        if part.is_joined:
            self._groups.setdefault(part.target, {})[part.key] = part

    def of(self, name: str) -> list[Part]:
        """Return the services in the spec of a model, in order."""
        return [each for _, each in sorted(self._groups.get(name, {}).items())]

    def whole(self, name: str, text: str) -> str:
        """Return what an import writes of a model, with its services in it."""
        return with_parts(name, text, self.of(name))


def with_parts(name: str, text: str, parts: Iterable[Part]) -> str:
    """Return the text of a model with services in it."""
    found = [each.data for each in parts]
    own = data_of(text) if found else None
    return text if own is None else document_text(composed(own, found), name, schema=SCHEMA)


def lost_of(part: Part, text: str) -> Iterator[tuple[str, str]]:
    """Yield what of a service a joined text does not say: field and value."""
    yield from dropped(part.data, data_of(text))


def data_of(text: str) -> dict[str, Json] | None:
    """Return the one document of a text; None where it has none."""
    documents = parse(SourceText("", text.encode())).documents
    data = documents[0].data if documents else None
    return data if isinstance(data, dict) else None


def part_of(key: str, base: Path, text: str) -> Part | None:
    """Return the service that a kept text is of; None where it is of a model."""
    data = data_of(text)
    if data is None or not is_service(data):
        return None
    metadata = data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return Part(key, base, str(name or base.stem), data)


def read_joined(folder: Path) -> Joined:
    """Return the services that all imports wrote, of which `folder` has what is kept."""
    found = Joined()
    for system in _SYSTEMS:
        for base in sorted((folder / system).glob("*.yaml")):
            text = read_text(base)
            data = data_of(text)
            part = part_of(next(keys_in(data), ""), base, text)
            if part is not None:
                found.put(part)
    return found


def keys_in(data: Json) -> Iterator[str]:
    """Yield what names the models of a document, by where they were found."""
    origins = spec_of(data).get("origins")
    for each in origins if isinstance(origins, list) else ():
        if isinstance(each, dict):
            yield key_of(*(str(each.get(name, "")) for name in ("system", "location", "name")))


def key_of(system: str, location: str, name: str) -> str:
    """Return what names a model of others: the system, the place and the name there."""
    return f"{system}\n{location}\n{held_text(name)}"


def rewrite(
    file: Path, name: str, base: str, before: list[Part], after: list[Part]
) -> tuple[str, MergedText]:
    """Write other services into the spec of a model; what a person wrote there stays.

    Returns what an import would write there, and what stands there now.
    """
    held = read_text(file)
    old, new = with_parts(name, base, before), with_parts(name, base, after)
    merged = merge_texts(held, old, new)
    if merged.text != held:
        write_text(file, merged.text)
    return new, merged


def moved(part: Part, target: str) -> Part:
    """Keep that a service stands in another spec."""
    write_text(part.base, part.text_for(target))
    return replace(part, target=target)
