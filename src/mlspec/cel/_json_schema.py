"""JSON Schemas -> an environment: objects with their fields, closed sets of values, lists, maps.

What a schema says in other ways (patterns, bounds, conditions between fields) is not typed. Where
it has several variants (`oneOf`, `anyOf`, `allOf` with `if` and `then`), fields of all of them
exist, and those that one variant has not may be absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.cel._environment import STANDARD, Environment, Fields
from mlspec.cel._types import (
    ANY,
    BOOL,
    DOUBLE,
    DURATION,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    Type,
    enum_of,
    joined,
    list_of,
    map_of,
    object_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlspec.canonical import Json

__all__ = ["environment_of_schemas"]

_LEAVES = {"boolean": BOOL, "integer": INT, "null": NULL, "number": DOUBLE, "string": STRING}
_FORMATS = {"date": TIMESTAMP, "date-time": TIMESTAMP, "duration": DURATION}
_MOST_REFERENCES = 8


def environment_of_schemas(
    schemas: Mapping[str, Mapping[str, Json]], libraries: tuple[str, ...] = STANDARD
) -> Environment:
    """Return an environment with a variable for each schema, by its name.

    Each schema is a whole document: its `$ref` point into itself (`#/definitions/...`).
    """
    objects: dict[str, Fields] = {}
    variables = {
        name: _Reader(name, schema, objects).type_of(schema, name)
        for name, schema in schemas.items()
    }
    return Environment(variables, objects, libraries)


class _Reader:
    """Reads one document."""

    def __init__(
        self, variable: str, document: Mapping[str, Json], objects: dict[str, Fields]
    ) -> None:
        self._variable = variable
        self._document = document
        self._objects = objects

    def type_of(self, schema: Mapping[str, Json], name: str) -> Type:
        """Return the type of a schema; `name` is that of its objects."""
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self._below(self._found(reference), f"{self._variable}{reference}")
        values = _values(schema)
        if values:
            return enum_of(*values)
        if self._is_object(schema):
            return self._object(schema, name)
        return self._of_kinds(schema, name)

    def _below(self, schema: Json, name: str) -> Type:
        return self.type_of(schema, name) if isinstance(schema, dict) else ANY

    def _of_kinds(self, schema: Mapping[str, Json], name: str) -> Type:
        kinds = [each for each in _listed(schema.get("type")) if each != "null"]
        if kinds == ["array"]:
            return list_of(self._below(schema.get("items"), f"{name}[]"))
        if len(kinds) == 1:
            return _leaf(kinds[0], schema)
        return self._union([self.type_of(each, name) for each in _variants(schema)])

    def _is_object(self, schema: Mapping[str, Json], depth: int = 0) -> bool:
        """Tell whether a schema is of objects: by its type, its fields, or all of its variants."""
        kinds = [each for each in _listed(schema.get("type")) if each != "null"]
        if kinds or "properties" in schema:
            return kinds in ([], ["object"])
        variants = _variants(schema) if depth < _MOST_REFERENCES else []
        found = [self._is_object(self._resolved(each), depth + 1) for each in variants]
        return bool(found) and all(found)

    def _object(self, schema: Mapping[str, Json], name: str) -> Type:
        extra = schema.get("additionalProperties")
        if "properties" not in schema and not _variants(schema):
            return map_of(STRING, self._below(extra, f"{name}.*"))
        if name not in self._objects:
            self._objects[name] = Fields({})  # one that holds itself ends here
            self._objects[name] = self._fields(schema, name)
        return object_of(name)

    def _fields(self, schema: Mapping[str, Json], name: str) -> Fields:
        variants = [self._resolved(each) for each in _variants(schema)]
        types: dict[str, Type] = {}
        for each in (schema, *variants):
            for key, below in _properties(each):
                found = self._below(below, f"{name}.{key}")
                types[key] = joined(types[key], found) if key in types else found
        required = set(_listed(schema.get("required")))
        if variants:
            required |= set.intersection(*(set(_listed(each.get("required"))) for each in variants))
        is_open = any(
            each.get("additionalProperties", True) is True for each in variants or [schema]
        )
        return Fields(types, frozenset(types) - required, is_open)

    def _union(self, types: Iterable[Type]) -> Type:
        found: Type | None = None
        for each in types:
            if each != NULL:
                found = each if found is None else joined(found, each)
        return found or ANY

    def _resolved(self, schema: Mapping[str, Json]) -> Mapping[str, Json]:
        reference = schema.get("$ref")
        found = self._found(reference) if isinstance(reference, str) else schema
        return found if isinstance(found, dict) else {}

    def _found(self, reference: str) -> Json:
        """Return what a reference within the document names; nothing is known of others."""
        found: Json = dict(self._document)
        for step in reference.removeprefix("#/").split("/"):
            found = found.get(step) if isinstance(found, dict) else None
        return found


def _leaf(kind: str, schema: Mapping[str, Json]) -> Type:
    form = schema.get("format")
    if kind == "string" and isinstance(form, str):
        return _FORMATS.get(form, STRING)
    return _LEAVES.get(kind, ANY)


def _properties(schema: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    found = schema.get("properties")
    yield from found.items() if isinstance(found, dict) else ()


def _values(schema: Mapping[str, Json]) -> list[str]:
    """Return the values of a closed set of strings; none if there are others in it."""
    found = schema.get("enum", [schema["const"]] if "const" in schema else [])
    every = [each for each in found if each is not None] if isinstance(found, list) else []
    values = [each for each in every if isinstance(each, str)]
    return values if len(values) == len(every) else []


def _variants(schema: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    every = [each for key in ("oneOf", "anyOf") for each in _subschemas(schema, key)]
    parts = list(_subschemas(schema, "allOf"))
    chosen = [each["then"] for each in parts if isinstance(each.get("then"), dict)]
    plain = [each for each in parts if "if" not in each]
    return [*every, *(each for each in chosen if isinstance(each, dict)), *plain]


def _subschemas(schema: Mapping[str, Json], key: str) -> Iterator[Mapping[str, Json]]:
    found = schema.get(key)
    for each in found if isinstance(found, list) else ():
        if isinstance(each, dict):
            yield each


def _listed(found: Json) -> list[str]:
    values = found if isinstance(found, list) else [found]
    return [each for each in values if isinstance(each, str)]
