"""What expressions of a pack may name: types from the published schemas of the kinds."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, cast

from mlspec.cel import STANDARD as _STANDARD
from mlspec.cel import Environment, environment_of_schemas
from mlspec.kinds import find_kind, kind_names
from mlspec.resources import data_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = ["LIBRARIES", "environment_of", "kind_of"]

LIBRARIES = (*_STANDARD, "days")
"""What expressions may call: CEL, its common extensions, and days of the calendar."""

_TEXT: Json = {"type": "string"}
_FLAG: Json = {"type": "boolean"}
_TIER: dict[str, Json] = {"type": "string", "enum": ["minimal", "limited", "high", "prohibited"]}


def _record(optional: tuple[str, ...] = (), **fields: Json) -> dict[str, Json]:
    required: list[Json] = [each for each in fields if each not in optional]
    return {
        "type": "object",
        "properties": fields,
        "required": required,
        "additionalProperties": False,
    }


def _list(items: Json) -> dict[str, Json]:
    return {"type": "array", "items": items}


_ITEM = _record(
    ("day", "by"),
    kind=_TEXT,
    status={
        "type": "string",
        "enum": ["present", "missing", "stale", "conflict", "not-applicable", "withheld"],
    },
    day={"type": "string"},
    digest=_TEXT,
    signed=_FLAG,
    signers=_list(_TEXT),
    by=_TEXT,
)
_VERDICT = _record(
    id=_TEXT,
    type=_TEXT,
    required=_FLAG,
    verdict={
        "type": "string",
        "enum": ["pass", "fail", "inconclusive", "not_evaluated", "missing", "stale"],
    },
)
_APPROVAL = _record(
    by=_TEXT,
    role=_TEXT,
    strength={"type": "string", "enum": ["asserted", "host", "signed", "witnessed"]},
    verified=_FLAG,
)
_FIXED: Mapping[str, dict[str, Json]] = {
    "today": {"type": "string", "format": "date-time"},
    "environment": {"type": "string"},
    "values": {"type": "object", "additionalProperties": _list(_TEXT)},
    "change": _record(
        ("author", "authors", "previousTier"),
        action={
            "type": "string",
            "enum": ["none", "create", "update", "replace", "delete", "forget", "move", "adopt"],
        },
        author=_TEXT,
        authors=_list(_TEXT),
        level={"type": "string", "enum": ["none", "low", "medium", "high", "critical"]},
        previousTier=_TIER,
    ),
    "registry": _record(("version",), exists=_FLAG, version=_TEXT),
    "evidence": _record(items=_list(_ITEM), gates=_list(_VERDICT), approvals=_list(_APPROVAL)),
    "inventory": _record(live=_FLAG),
    "computedTier": _TIER,
}


@cache
def environment_of(kind: str) -> Environment:
    """Return what a rule about resources of a kind may name.

    Raises:
        KeyError: there is no such kind.
    """
    document = _document(kind)
    schemas: dict[str, dict[str, Json]] = {
        "spec": _below(document, "#/properties/spec"),
        "metadata": _below(document, "#/properties/metadata"),
        **_FIXED,
        **_related(),
    }
    return environment_of_schemas(schemas, LIBRARIES)


def kind_of(prefix: str) -> str | None:
    """Return the kind of addresses that start with a prefix."""
    for name in kind_names():
        found = find_kind(name)
        if found is not None and found.prefix == prefix:
            return name
    return None


@cache
def _related() -> dict[str, dict[str, Json]]:
    """Return the types of what a model refers to, or has through references."""
    model, dataset, team = _document("Model"), _document("Dataset"), _document("Team")
    entry = _record(name=_TEXT, version=_TEXT, model=_TEXT, use={"type": "string"}, spec={})
    datasets = _below(dataset, "")
    datasets |= _list(entry | {"properties": {**_fields(entry), "spec": {"$ref": _SPEC}}})
    return {
        "gates": _below(model, "#/properties/spec/properties/gates"),
        "rollout": _below(model, "#/properties/spec/properties/rollout"),
        "team": _below(team, "#/properties/spec"),
        "datasets": datasets,
        "models": _below(model, "") | _list(_part()),
    }


def _part() -> dict[str, Json]:
    """Return the schema of a model as systems see it, below the document of models."""
    return _record(
        name=_TEXT,
        isManaged=_FLAG,
        isAsked=_FLAG,
        gates={"$ref": f"{_SPEC}/properties/gates"},
        monitoring={"$ref": f"{_SPEC}/properties/monitoring"},
    )


_SPEC = "#/properties/spec"


def _fields(record: dict[str, Json]) -> dict[str, Json]:
    return cast("dict[str, Json]", record["properties"])  # as made by `_record`


def _below(document: dict[str, Json], reference: str) -> dict[str, Json]:
    """Return a schema that is a part of a document, and holds what that part refers to."""
    kept: dict[str, Json] = {
        key: each for key, each in document.items() if key in ("definitions", "properties")
    }
    return {**kept, "$ref": reference} if reference else kept


@cache
def _document(kind: str) -> dict[str, Json]:
    path = data_path("schemas") / "v1" / f"{kind}.json"
    found: dict[str, Json] = json.loads(path.read_bytes())
    return cast("dict[str, Json]", _stated(found))  # of a mapping, one is made


def _stated(schema: Json) -> Json:
    """Return a schema of documents in which defaults are written out: such fields are there."""
    if isinstance(schema, list):
        return [_stated(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _stated(each) for key, each in schema.items()}
    fields = found.get("properties")
    if isinstance(fields, dict):
        required = found.get("required")
        given = [key for key, each in fields.items() if _has_default(each)]
        found["required"] = [*(required if isinstance(required, list) else ()), *given]
    return found


def _has_default(schema: Json) -> bool:
    return isinstance(schema, dict) and schema.get("default") is not None
