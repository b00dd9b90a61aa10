"""The metadata of every object (`ObjectMeta`), which no definition has to say."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mlspec.manifests.definitions._convert import Converter
from mlspec.manifests.definitions._schema import Schema

if TYPE_CHECKING:
    from mlspec.canonical import Json

__all__ = ["object_metadata"]

_TEXT: Json = {"type": "string", "nullable": True}
_WHOLE: Json = {"type": "integer", "nullable": True}
_TEXTS: Json = {"type": "object", "nullable": True, "additionalProperties": {"type": "string"}}
_FREE: Json = {
    "type": "array",
    "nullable": True,
    "items": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
}


@cache
def object_metadata() -> Schema:
    """Return the schema of the metadata of an object."""
    converter = Converter()
    texts = ("creationTimestamp", "deletionTimestamp", "generateName", "name", "namespace")
    schema: Json = {
        "type": "object",
        "properties": {
            **dict.fromkeys((*texts, "resourceVersion", "selfLink", "uid"), _TEXT),
            **dict.fromkeys(("annotations", "labels"), _TEXTS),
            **dict.fromkeys(("deletionGracePeriodSeconds", "generation"), _WHOLE),
            **dict.fromkeys(("managedFields", "ownerReferences"), _FREE),
            "finalizers": {"type": "array", "nullable": True, "items": {"type": "string"}},
        },
    }
    root = converter.convert(schema)
    return Schema(tuple(converter.nodes), root)
