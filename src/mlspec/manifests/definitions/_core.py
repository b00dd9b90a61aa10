"""The kinds of Kubernetes itself, by the schemas that `kubernetes-validate` (extra `k8s`) bundles.

Its own function stops at the first fault, so only its files are read: made from the OpenAPI of each
version, strict about unknown fields. What they leave to code (names, quantities, choices) is left
to the checks here, too.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlspec.manifests.definitions._definition import VersionedDefinition
from mlspec.manifests.definitions._schema import Schema

if TYPE_CHECKING:
    from mlspec.manifests.definitions._schema import Node

__all__ = ["CoreKinds", "core_kinds", "core_versions", "is_core_group"]

_GROUPS = frozenset(
    (
        *("", "apps", "autoscaling", "batch", "extensions", "policy"),
        *(
            f"{name}.k8s.io"
            for name in (
                *("admissionregistration", "apiextensions", "apiregistration", "authentication"),
                *("authorization", "certificates", "coordination", "discovery", "events"),
                *("flowcontrol.apiserver", "internal.apiserver", "lifecycle", "networking"),
                *("node", "rbac.authorization", "resource", "scheduling", "storage"),
                "storagemigration",
            )
        ),
    )
)
_FOLDER = re.compile(r"v(\d+)\.(\d+)\.\d+-local-strict")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_COPIED = ("enum", "format", "maximum", "minimum", "pattern", "required")
_EITHER: dict[str, Node] = {"integer": {"any": True}, "number": {"any": True, "type": "number"}}


def is_core_group(group: str) -> bool:
    """Tell whether a group is one of Kubernetes itself, which no definition can bring."""
    return group in _GROUPS


@cache
def core_versions() -> dict[tuple[int, int], Path]:
    """Return the versions of Kubernetes whose schemas are installed, oldest first."""
    spec = find_spec("kubernetes_validate")
    found = {}
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for folder in (Path(place) / "kubernetes-json-schema").glob("v*-local-strict"):
            match = _FOLDER.fullmatch(folder.name)
            if match:
                found[int(match[1]), int(match[2])] = folder
    return dict(sorted(found.items()))


@cache
def core_kinds(version: tuple[int, int]) -> CoreKinds:
    """Return the kinds of one installed version."""
    return CoreKinds(core_versions()[version])


@dataclass(frozen=True)
class CoreKinds:
    """The schemas in one folder; each is converted when a kind is first met."""

    folder: Path

    def find(self, group: str, version: str, kind: str) -> VersionedDefinition | None:
        """Return the definition of a kind, or None where this version of Kubernetes has none."""
        key = (group, version, kind)
        if key not in self._known:
            self._known[key] = self._read(*key)
        return self._known[key]

    def versions_of(self, group: str, kind: str) -> list[str]:
        """Return the versions that a kind of a group has."""
        names = self._named.get(kind.lower(), ())
        return sorted(each for each in names if self.find(group, each, kind) is not None)

    @cached_property
    def _named(self) -> dict[str, set[str]]:
        """The versions in the names of all files, by kind."""
        found: dict[str, set[str]] = {}
        for file in self.folder.glob("*-*.json"):
            kind, _, rest = file.stem.partition("-")
            found.setdefault(kind, set()).add(rest.rpartition("-")[2])
        return found

    def _read(self, group: str, version: str, kind: str) -> VersionedDefinition | None:
        if not is_core_group(group) or not (_WORD.fullmatch(kind) and _WORD.fullmatch(version)):
            return None
        first = group.partition(".")[0]
        parts = (kind.lower(), first, version) if first else (kind.lower(), version)
        try:
            text = (self.folder / f"{'-'.join(parts)}.json").read_text("utf-8")
        except OSError:
            return None
        schema = json.loads(text)
        named = {"group": group, "kind": kind, "version": version}
        if named not in schema.get("x-kubernetes-group-version-kind", ()):
            return None
        schema["properties"].pop("metadata", None)  # that of every object is known
        return VersionedDefinition(_Conversion(self._shared).schema(schema))

    @cached_property
    def _shared(self) -> dict[str, Any]:
        text = (self.folder / "_definitions.json").read_text("utf-8")
        shared: dict[str, Any] = json.loads(text)["$defs"]
        return shared

    @cached_property
    def _known(self) -> dict[tuple[str, str, str], VersionedDefinition | None]:
        return {}


class _Conversion:
    """One kind with all it refers to; a definition that refers to itself does so here, too."""

    def __init__(self, shared: dict[str, Any]) -> None:
        self._shared = shared
        self._nodes: list[Node] = []
        self._named: dict[str, int] = {}

    def schema(self, root: dict[str, Any]) -> Schema:
        number = self._convert(root)
        return Schema(tuple(self._nodes), number)

    def _convert(self, schema: dict[str, Any]) -> int:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in self._named:
                self._named[name] = len(self._nodes)
                self._fill(self._shared[name])
            return self._named[name]
        return self._fill(schema)

    def _fill(self, schema: dict[str, Any]) -> int:
        node: Node = {key: schema[key] for key in _COPIED if key in schema}
        number = len(self._nodes)
        self._nodes.append(node)
        node |= _typed(schema)
        if "properties" in schema:
            node["properties"] = {
                name: self._convert(each) for name, each in schema["properties"].items()
            }
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            node["additionalProperties"] = self._convert(extra)
        elif extra is None and node.get("type") == "object":
            node["open"] = True
        if "items" in schema:
            node["items"] = self._convert(schema["items"])
        return number


def _typed(schema: dict[str, Any]) -> Node:
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else list(types)
    for branch in schema.get("oneOf", ()):
        types += branch["type"]
    nullable: Node = {"nullable": True} if "null" in types else {}
    wanted = sorted({each for each in types if each != "null"})
    if len(wanted) > 1:  # a quantity, or a whole number or text
        return nullable | _EITHER[wanted[0]]
    return nullable | ({"type": wanted[0]} if wanted else {})
