"""What a real API server says about a custom resource, without one.

A CustomResourceDefinition is turned into a check of five parts: JSON Schema with unknown fields
refused, defaults, keys of lists, names and labels, and the CEL rules. `test_crd_harness` holds it
to the recorded verdicts of a kube-apiserver, so that the other tests may trust it.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import celpy
import yaml
from celpy.adapter import json_to_cel
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFORMANCE = Path(__file__).resolve().parents[3] / "shared" / "conformance"
WHY_SKIPPED = "the recorded CRDs and verdicts (../shared/conformance) are not beside this checkout"

_KEPT = (
    "enum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "required",
    "type",
    "uniqueItems",
)
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?")


@dataclass(frozen=True)
class Definition:
    """The served schema of one version of a custom resource."""

    schema: dict[str, Any]

    def problems(self, resource: dict[str, Any]) -> list[str]:
        """Return why an API server would refuse the object; nothing if it would not."""
        filled = self.defaulted(resource)
        found = [
            f"{error.json_path}: {error.message}" for error in self._validator.iter_errors(filled)
        ]
        return [
            *found,
            *_metadata_problems(filled.get("metadata", {})),
            *([] if found else _walk(self.schema, filled, "$")),
        ]

    def defaulted(self, resource: dict[str, Any]) -> dict[str, Any]:
        """Return the object as it would be stored."""
        filled = copy.deepcopy(resource)
        _fill({**self.schema, "properties": _without_status(self.schema)}, filled)
        return filled

    @cached_property
    def _validator(self) -> Draft202012Validator:
        schema = _to_json_schema(self.schema)
        # The API server checks these apart, and knows more of them than the CRD says.
        schema["properties"] |= {key: {} for key in ("apiVersion", "kind", "metadata")}
        return Draft202012Validator(schema)


@cache
def definition(api_version: str, kind: str) -> Definition:
    """Return the recorded definition of a kind."""
    group, _, version = api_version.partition("/")
    for file in sorted((CONFORMANCE / "crds").glob(f"{group}_*.yaml")):
        document = yaml.load(
            file.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
        if document["spec"]["names"]["kind"] == kind:
            versions = {each["name"]: each for each in document["spec"]["versions"]}
            return Definition(versions[version]["schema"]["openAPIV3Schema"])
    raise LookupError(f"{api_version} {kind}")


def _without_status(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in schema["properties"].items() if name != "status"}


def _to_json_schema(schema: dict[str, Any], *, prunes: bool = True) -> dict[str, Any]:
    """Formats are left out: the API server ignores those it doesn't know."""
    converted = {key: schema[key] for key in _KEPT if key in schema}
    if "pattern" in schema:
        converted["pattern"] = _python_pattern(schema["pattern"])
    if schema.get("x-kubernetes-int-or-string"):
        converted.pop("type", None)
        converted["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    if schema.get("nullable"):
        converted["type"] = [converted["type"], "null"]
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema and not schema.get("x-kubernetes-int-or-string"):
            converted[key] = [_to_json_schema(each, prunes=False) for each in schema[key]]
    if "not" in schema:
        converted["not"] = _to_json_schema(schema["not"], prunes=False)
    if "items" in schema:
        converted["items"] = _to_json_schema(schema["items"], prunes=prunes)
    return converted | _properties(schema, prunes=prunes)


def _properties(schema: dict[str, Any], *, prunes: bool) -> dict[str, Any]:
    properties = {
        name: _to_json_schema(each, prunes=prunes)
        for name, each in schema.get("properties", {}).items()
    }
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        return {"properties": properties, "additionalProperties": _to_json_schema(extra)}
    keeps = schema.get("x-kubernetes-preserve-unknown-fields") or extra is True
    refuses = prunes and not keeps and schema.get("type") == "object"
    embedded = {"apiVersion": {}, "kind": {}, "metadata": {}}
    if schema.get("x-kubernetes-embedded-resource"):
        properties = embedded | properties
    return {"properties": properties} | ({"additionalProperties": False} if refuses else {})


def _python_pattern(pattern: str) -> str:
    """`$` ends the text in Go; in Python it also stands before a final line break."""
    pieces, in_class, index = [], False, 0
    while index < len(pattern):
        character = pattern[index]
        if character == "\\":
            pieces.append(pattern[index : index + 2])
            index += 2
            continue
        in_class = character == "[" or (in_class and character != "]")
        pieces.append(r"\Z" if character == "$" and not in_class else character)
        index += 1
    return "".join(pieces)


def _fill(schema: dict[str, Any], value: Any) -> None:
    if isinstance(value, list):
        for each in value:
            _fill(schema.get("items", {}), each)
    elif isinstance(value, dict):
        for name, each in schema.get("properties", {}).items():
            if name not in value and "default" in each:
                value[name] = copy.deepcopy(each["default"])
            if name in value:
                _fill(each, value[name])
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict):
            for name in value.keys() - schema.get("properties", {}).keys():
                _fill(extra, value[name])


def _metadata_problems(metadata: dict[str, Any]) -> Iterator[str]:
    name = metadata.get("name", "")
    if len(name) > 253 or not _NAME.fullmatch(name):
        yield f"$.metadata.name: {name!r}"
    for key, value in metadata.get("labels", {}).items():
        if not isinstance(value, str) or not _LABEL_VALUE.fullmatch(value):
            yield f"$.metadata.labels[{key}]: {value!r}"
    for key, value in metadata.get("annotations", {}).items():
        if not isinstance(value, str):
            yield f"$.metadata.annotations[{key}]: {value!r}"


def _walk(schema: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    yield from _rule_problems(schema, value, path)
    if isinstance(value, list):
        yield from _key_problems(schema, value, path)
        for index, each in enumerate(value):
            yield from _walk(schema.get("items", {}), each, f"{path}[{index}]")
    elif isinstance(value, dict):
        extra = schema.get("additionalProperties")
        for name, each in value.items():
            inner = schema.get("properties", {}).get(name, extra)
            if isinstance(inner, dict):
                yield from _walk(inner, each, f"{path}.{name}")


def _key_problems(schema: dict[str, Any], values: list[Any], path: str) -> Iterator[str]:
    match schema.get("x-kubernetes-list-type"):
        case "map":
            keys = [
                tuple(each.get(k) for k in schema["x-kubernetes-list-map-keys"]) for each in values
            ]
        case "set":
            keys = [(repr(each),) for each in values]
        case _:
            return
    if len(set(keys)) < len(keys):
        yield f"{path}: duplicate value"


def _rule_problems(schema: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    for rule in schema.get("x-kubernetes-validations", ()):
        if "oldSelf" in rule["rule"]:
            continue  # about a change of the object
        result = _program(rule["rule"]).evaluate({"self": json_to_cel(value)})
        if not result:
            yield f"{path}: {rule.get('message', rule['rule'])}"


@cache
def _program(rule: str) -> celpy.Runner:
    environment = celpy.Environment()
    return environment.program(environment.compile(rule))
