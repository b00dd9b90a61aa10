"""CustomResourceDefinitions, as clusters and projects give them, to definitions.

In: the data of documents. Out: definitions and what is wrong with the others; nothing raises for
what a document holds. Lists are unrolled, other kinds left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlspec.canonical import digest_value
from mlspec.manifests.definitions._convert import ConversionError, Converter
from mlspec.manifests.definitions._definition import Definition
from mlspec.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json

__all__ = ["Converted", "convert_all", "is_definition", "sound_names"]

_GROUP = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_PLURAL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_VERSION = re.compile(r"[a-z][a-z0-9]*")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LONGEST = 253
_MOST_VERSIONS = 32


@dataclass(frozen=True)
class Converted:
    """Definitions by name, and why others could not be made."""

    definitions: tuple[Definition, ...]
    problems: tuple[str, ...]


def is_definition(data: Json) -> bool:
    """Tell whether a document is a CustomResourceDefinition."""
    return isinstance(data, dict) and data.get("kind") == "CustomResourceDefinition"


def convert_all(documents: Iterable[Json]) -> Converted:
    """Return the definitions among some documents; of two with one name the last."""
    found: dict[str, Definition] = {}
    problems: list[str] = []
    for data in documents:
        for each in _unrolled(data):
            try:
                made = _converted(each)
            except ConversionError as error:
                problems.append(f"the definition {_name(each)} can't be used: {error}")
            else:
                found[made.name] = made
    return Converted(tuple(found[name] for name in sorted(found)), tuple(problems))


def sound_names(words: Mapping[str, object], versions: Iterable[object]) -> bool:
    """Tell whether names that were read from a file have the form that those of clusters have."""
    forms = {"group": _GROUP, "kind": _KIND, "plural": _PLURAL, "scope": _KIND, "digest": _DIGEST}
    named = [(words.get(key), form) for key, form in forms.items()]
    named += [(each, _VERSION) for each in versions]
    return all(
        isinstance(each, str) and len(each) <= _LONGEST and form.fullmatch(each) is not None
        for each, form in named
    )


def _unrolled(data: Json) -> Iterator[dict[str, Any]]:
    items = data.get("items") if isinstance(data, dict) else None
    for each in items if isinstance(items, list) else [data]:
        if isinstance(each, dict) and is_definition(each):
            yield each


def _converted(crd: dict[str, Any]) -> Definition:
    spec = _mapping(crd.get("spec"), "spec")
    names = _mapping(spec.get("names"), "spec.names")
    converter = Converter()
    versions = {name: converter.convert(schema) for name, schema in _versions(spec)}
    if not versions:
        raise ConversionError("it serves no version with a schema")
    return Definition(
        group=_word(spec.get("group"), _GROUP, "spec.group"),
        kind=_word(names.get("kind"), _KIND, "spec.names.kind"),
        plural=_word(names.get("plural"), _PLURAL, "spec.names.plural"),
        scope="Cluster" if spec.get("scope") == "Cluster" else "Namespaced",
        digest=digest_value(spec),
        versions=versions,
        nodes=tuple(converter.nodes),
    )


def _versions(spec: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    versions = spec.get("versions")
    if not isinstance(versions, list) or len(versions) > _MOST_VERSIONS:
        raise ConversionError("`spec.versions` is no list, or too long")
    for version in versions:
        entry = _mapping(version, "spec.versions[]")
        if entry.get("served") is not True:
            continue
        schema = _mapping(entry.get("schema"), "spec.versions[].schema")
        name = _word(entry.get("name"), _VERSION, "spec.versions[].name")
        yield name, _mapping(schema.get("openAPIV3Schema"), "openAPIV3Schema")


def _mapping(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ConversionError(f"`{name}` is no mapping")
    return value


def _word(value: object, form: re.Pattern[str], name: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or not form.fullmatch(value):
        raise ConversionError(f"`{name}` is missing or malformed")
    return value


def _name(crd: dict[str, Any]) -> str:
    metadata = crd.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return f"`{printable(name)[:_LONGEST]}`" if isinstance(name, str) else "without a name"
