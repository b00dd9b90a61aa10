"""A contract as JSON Schema 2020-12: the request and the answer of one row.

Further properties are allowed in both. Planning calls a new field of an answer compatible, so
consumers have to pass over what they do not know; a request may carry the key of its row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mlspec.canonical import Json
    from mlspec.ir import Contract, Field

__all__ = ["DIALECT", "Object", "answer_schema", "plain_number", "request_schema"]

Object = dict[str, "Json"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TIME = "[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TYPES: dict[str, Object] = {
    "bool": {"type": "boolean"},
    "date": {"type": "string", "format": "date", "pattern": f"^{_DAY}$"},
    "float": {"type": "number"},
    "int": {"type": "integer"},
    "string": {"type": "string"},
    "timestamp": {"type": "string", "format": "date-time", "pattern": f"^{_DAY}[Tt]{_TIME}$"},
}
"""With patterns, because readers of JSON Schema may take `format` for a remark."""
_LARGEST_EXACT = 2.0**53


def request_schema(contract: Contract) -> Object:
    """Return what a request holds; all features are required, in the order of the views."""
    return _object(contract.inputs)


def answer_schema(contract: Contract) -> Object:
    """Return what an answer holds; all fields are required, in the order of the spec."""
    return _object(contract.outputs)


def plain_number(value: float) -> int | float:
    """Return a whole number without a fraction, as the spec has it; others as they are."""
    is_whole = float(value).is_integer() and abs(value) <= _LARGEST_EXACT
    return int(value) if is_whole else value


def _object(fields: Iterable[Field]) -> Object:
    listed = list(fields)
    properties: Object = {each.name: _property(each) for each in listed}
    required: list[Json] = [each.name for each in listed]
    return {"type": "object", "properties": properties, "required": required}


def _property(field: Field) -> Object:
    found = dict(_TYPES[field.type])
    if field.description:
        found["description"] = field.description
    if field.minimum is not None:
        found["minimum"] = plain_number(field.minimum)
    if field.maximum is not None:
        found["maximum"] = plain_number(field.maximum)
    return found
