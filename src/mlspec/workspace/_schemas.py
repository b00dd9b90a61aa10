"""The published JSON Schemas: one for each kind, and one for any document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mlspec.kinds import API_VERSION, Metadata, find_kind, kind_names
from mlspec.schema import json_schema, share_parts

if TYPE_CHECKING:
    from mlspec.kinds import Kind

__all__ = ["ANY_DOCUMENT", "json_schemas", "schema_file"]

ANY_DOCUMENT = "mlspec.json"
_BASE = f"https://{API_VERSION.replace('/', '/schemas/')}"
_DRAFT = "http://json-schema.org/draft-07/schema#"


def schema_file(kind: Kind) -> str:
    """Return the file name of the schema of a kind: `FeatureView.json`."""
    return f"{kind.name}.json"


def json_schemas() -> dict[str, str]:
    """Return the text of every published schema by its file name."""
    kinds = [kind for name in kind_names() if (kind := find_kind(name)) is not None]
    schemas = {schema_file(kind): _with_head(schema_file(kind), _document(kind)) for kind in kinds}
    schemas[ANY_DOCUMENT] = _with_head(ANY_DOCUMENT, _any_document(kinds))
    return {name: _text(schemas[name]) for name in sorted(schemas)}


def _document(kind: Kind) -> dict[str, Any]:
    properties = {
        "apiVersion": _constant("Version of the language.", API_VERSION),
        "kind": _constant("Kind of the resource.", kind.name),
        "metadata": json_schema(Metadata),
        "spec": json_schema(kind.spec),
    }
    return {
        "title": kind.name,
        "description": kind.summary,
        "markdownDescription": kind.summary,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _any_document(kinds: list[Kind]) -> dict[str, Any]:
    """Return a schema that chooses by `kind`, so that an editor reports the kind that is meant."""
    names = [kind.name for kind in kinds]
    conditions = [
        {
            "if": {"properties": {"kind": {"enum": [name]}}, "required": ["kind"]},
            "then": {"$ref": f"#/definitions/{name}"},
        }
        for name in names
    ]
    kind = _constant("Kind of the resource.", *names)
    return {
        "title": "mlspec",
        "description": "Any document of mlspec.",
        "markdownDescription": "Any document of mlspec.",
        "type": "object",
        "properties": {
            "apiVersion": _constant("Version of the language.", API_VERSION),
            "kind": kind,
        },
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "allOf": conditions,
        "definitions": {each.name: _document(each) for each in kinds},
    }


def _constant(description: str, *values: str) -> dict[str, Any]:
    return {
        "description": description,
        "markdownDescription": description,
        "type": "string",
        "enum": list(values),
    }


def _with_head(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": _DRAFT, "$id": f"{_BASE}/{name}", **share_parts(schema)}


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"
