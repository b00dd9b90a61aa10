"""One model in several systems: which services are of which model, and one spec for all of them.

What an import wrote of each system is kept apart. A joined spec is made of these parts alone, so it
is the same whichever system was read first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlspec.importing._storage import storage_key
from mlspec.kinds.observed_model import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mlspec.canonical import Json

    Object = dict[str, Json]

__all__ = [
    "REGISTERED",
    "Anchor",
    "Anchors",
    "Joint",
    "composed",
    "dropped",
    "is_service",
    "registered_in",
    "spec_of",
]

REGISTERED: Final = "mlspec.dev/registered-model"
"""Tag of a service: the registered model that it says it serves."""
_SERVING: Final = ("argo-rollouts", "kserve")
_DECLARING: Final = "databricks-bundle"
_NAMED: Final = re.compile(r"models:/+([^/@]+)(?:/([^/@]+)|@([^/@]+))?")
_WORDS: Final = ("owner", "purpose", "task", "tier", "version", "licence")
_LISTS: Final = ("data", "features", "metrics", "provider")
_ALL: Final = ("origins", "serving")
_TEXTS: Final = ("aliases", "tags")
_MLFLOW: Final = "mlflow-artifacts:"
"""Addresses that only their server can tell the store of."""
_OURS: Final = re.compile(r"m-[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A model that services may be of: its address, and whether mlspec manages it."""

    address: str
    is_managed: bool = False


@dataclass(frozen=True, slots=True)
class Joint:
    """Which model a service is of; without one, `why` says what stands against it, if anything."""

    anchor: Anchor | None = None
    why: str = ""


def registered_in(uri: str) -> tuple[str, str]:
    """Return the registered model of `models:/NAME/VERSION` and its version; "" for others.

    `models:/m-...` names no registered model: it is a logged one.
    """
    found = _NAMED.fullmatch(uri.strip())
    if found is None or _OURS.fullmatch(found[1]):
        return "", ""
    return found[1], found[2] or ""


def spec_of(data: Json) -> Mapping[str, Json]:
    """Return the `spec` of a document; an empty one where it has none."""
    spec = data.get("spec") if isinstance(data, dict) else None
    return spec if isinstance(spec, dict) else {}


def is_service(data: Json) -> bool:
    """Tell whether a spec of one system is of what serves a model, and not of the model itself."""
    spec = spec_of(data)
    systems = {str(each.get("system")) for each in _entries(spec.get("origins"))}
    return bool(systems) and all(
        each in _SERVING or (each == _DECLARING and bool(_registered(spec))) for each in systems
    )


class Anchors:
    """Models that services may be of, by the address of their bytes and by the name they have."""

    def __init__(self) -> None:
        self._bytes: dict[str, dict[str, Anchor]] = {}
        self._names: dict[str, dict[str, Anchor]] = {}
        self._storage: dict[str, str] = {}

    def add(self, anchor: Anchor, uri: str, names: Iterable[str]) -> None:
        """Add a model with the address of its bytes, if any, and its names in registries."""
        if storage := storage_key(uri):
            self._bytes.setdefault(storage, {})[anchor.address] = anchor
            self._storage[anchor.address] = storage
        for name in filter(None, names):
            self._names.setdefault(name, {})[anchor.address] = anchor

    def joint_of(self, data: Json) -> Joint:
        """Return which model a service is of: by the address of its bytes, then by what it names.

        Where several models answer, or the two say different things, it is of none.
        """
        spec = spec_of(data)
        storage, name = _storage(spec), _registered(spec)
        by_bytes = tuple(self._bytes.get(storage, {}).values())
        by_name = tuple(self._names.get(name, {}).values())
        for found, how in ((by_bytes, f"its bytes `{storage}`"), (by_name, f"the name `{name}`")):
            if len(found) > 1:
                return Joint(None, f"{how} may be of {_listed(found)}")
        if not by_name or by_bytes == by_name:
            return Joint(by_bytes[0] if by_bytes else None)
        if by_bytes:
            said = f"its bytes `{storage}` are of `{by_bytes[0].address}`"
            return Joint(None, f"{said}, and it names `{name}`, which is `{by_name[0].address}`")
        return self._named(by_name[0], name, storage)

    def _named(self, anchor: Anchor, name: str, storage: str) -> Joint:
        """Return the model that a service names, unless it serves other bytes."""
        held = self._storage.get(anchor.address, "")
        if not storage or not held or _MLFLOW in (held[: len(_MLFLOW)], storage[: len(_MLFLOW)]):
            return Joint(anchor)
        said = f"it names `{name}`, which is `{anchor.address}` with the bytes `{held}`"
        return Joint(None, f"{said}, and serves `{storage}`")


def composed(own: Object, services: Iterable[Object]) -> Object:
    """Return one document of a model and its services, which are given in their order.

    What the model says itself stays. Of what it does not say the first service that does is taken;
    origins and places that serve are those of all.
    """
    parts = [spec_of(own), *map(spec_of, services)]
    spec: Object = dict(parts[0])
    spec |= {key: _first(each.get(key) for each in parts) for key in _WORDS}
    spec["artifact"] = _artifact(parts)
    told = _of_all(parts)
    spec = {key: each for key, each in spec.items() if key not in told}
    spec |= {key: each for key, each in told.items() if each}
    ordered = {key: spec[key] for key in (*_ORDER, *spec) if key in spec}
    return {**own, "spec": ordered}


_ORDER: Final = (
    *("lifecycle", "origins", "owner", "purpose", "task", "tier", "version", "artifact"),
    *("licence", "aliases", "provider", "serving", "data", "features", "metrics", "tags"),
)


def dropped(part: Json, whole: Json) -> Iterator[tuple[str, str]]:
    """Yield what of a service the joined document does not say: field and value."""
    said, kept = _flat(spec_of(part)), _flat(spec_of(whole))
    for field, value in said.items():
        if value not in (None, UNKNOWN, "", []) and kept.get(field) != value:
            yield field, str(value)[:200]


def _flat(spec: Mapping[str, Json]) -> dict[str, Json]:
    found = {key: spec.get(key) for key in (*_WORDS, *_LISTS)}
    for key in ("artifact", *_TEXTS):
        found |= {f"{key}.{name}": each for name, each in _mapping(spec.get(key)).items()}
    found["artifact.uri"] = _storage(spec) or found.get("artifact.uri")
    return found


def _artifact(parts: Sequence[Mapping[str, Json]]) -> Object:
    """Return where the bytes are, and of what speaks of no others what they are."""
    held = [_mapping(each.get("artifact")) for each in parts]
    uri = _first(each.get("uri") for each in held)
    key = storage_key(str(uri)) or str(uri)
    same = [
        each for each in held if _first([each.get("uri")]) in (UNKNOWN, uri) or _key(each) == key
    ]
    found: Object = {name: _first(e.get(name) for e in same) for name in ("format", "digest")}
    return {"uri": uri, **found}


def _key(artifact: Mapping[str, Json]) -> str:
    uri = str(artifact.get("uri", ""))
    return storage_key(uri) or uri


def _joined(lists: Iterable[Json]) -> list[Json]:
    """Return the entries of lists, whose ids are counted where two are one."""
    ids: set[str] = set()
    found: list[Json] = []
    for entry in (each for held in lists for each in _entries(held)):
        stem = name = str(entry.get("id", ""))
        count = 1
        while name in ids:
            count += 1
            name = f"{stem[:50]}-n{count}"
        ids.add(name)
        found.append({**entry, "id": name})
    return found


def _of_all(parts: Sequence[Mapping[str, Json]]) -> Object:
    """Return the lists and texts of a joined spec; one that nobody fills is empty."""
    told: Object = {key: _joined(each.get(key) for each in parts) for key in _ALL}
    for key in _TEXTS:
        told[key] = _laid(_mapping(each.get(key)) for each in parts)
    for key in _LISTS:
        told[key] = next((each[key] for each in parts if each.get(key)), None)
    return told


def _laid(held: Iterable[Object]) -> Object:
    """Return the texts of all, sorted; of one name those of the first."""
    found: Object = {}
    for each in held:
        found = {**each, **found}
    return {name: found[name] for name in sorted(found)}


def _first(values: Iterable[Json]) -> Json:
    return next((each for each in values if each not in (None, "", UNKNOWN)), UNKNOWN)


def _entries(held: Json) -> list[Object]:
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _mapping(held: Json) -> Object:
    return held if isinstance(held, dict) else {}


def _storage(spec: Mapping[str, Json]) -> str:
    return storage_key(str(_mapping(spec.get("artifact")).get("uri", "")))


def _registered(spec: Mapping[str, Json]) -> str:
    return str(_mapping(spec.get("tags")).get(REGISTERED, ""))


def _listed(anchors: Iterable[Anchor]) -> str:
    return " or ".join(f"`{each}`" for each in sorted(each.address for each in anchors))
