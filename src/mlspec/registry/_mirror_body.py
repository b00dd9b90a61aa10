"""What of a model's body a server is told: its name, description, version and artifact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = ["Declared", "declared", "is_mirrored", "replaced", "server_name"]

_MODEL = "model/"
_DESCRIPTION = ("metadata", "description")
_VERSION = ("metadata", "version")
_URI = ("spec", "artifact", "uri")
_DIGEST = ("spec", "artifact", "digest")
_IMAGE = ("spec", "serving", "image")
_SOURCE = ("spec", "registry", "source")
_NAME = ("spec", "registry", "name")
_ID = ("spec", "registry", "id")

PATHS: Final = {
    "description": _DESCRIPTION,
    "version": _VERSION,
    "digest": _DIGEST,
    "image": _IMAGE,
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a body declares; None for a description that is left to others, "" for the rest.

    `source` is where the artifact lies for those who serve it, `image` what serves it, `adopts`
    the moment at which the server made a model that is taken over, in ms; 0 where none is.
    """

    description: str | None
    version: str
    source: str
    digest: str
    adopts: int = 0
    image: str = ""


def is_mirrored(address: str) -> bool:
    """Tell whether a server is told of an object."""
    return address.startswith(_MODEL)


def server_name(address: str, body: Json, prefix: str) -> str:
    """Return the name of a model at the server; one that the spec gives is taken as it is."""
    given = _at(body, _NAME)
    return given if isinstance(given, str) and given else prefix + address.removeprefix(_MODEL)


def declared(body: Json) -> Declared:
    """Return what a body declares, whatever else is in it."""
    description = _at(body, _DESCRIPTION)
    adopts = _at(body, _ID)
    return Declared(
        description=description if isinstance(description, str) else None,
        version=_text(_at(body, _VERSION)),
        source=_text(_at(body, _SOURCE)) or _text(_at(body, _URI)),
        digest=_text(_at(body, _DIGEST)),
        adopts=adopts if isinstance(adopts, int) else 0,
        image=_text(_at(body, _IMAGE)),
    )


def replaced(body: Json, values: Mapping[str, Json]) -> Json:
    """Return a body with what a server says of it; keys are fields of `Declared`."""
    for field, value in values.items():
        body = _with(body, _path(body, field), value)
    return body


def _path(body: Json, field: str) -> tuple[str, ...]:
    if field != "source":
        return PATHS[field]
    return _SOURCE if _text(_at(body, _SOURCE)) else _URI


def _with(body: Json, path: tuple[str, ...], value: Json) -> Json:
    if not path:
        return value
    facts = body if isinstance(body, dict) else {}
    return {**facts, path[0]: _with(facts.get(path[0]), path[1:], value)}


def _at(body: Json, path: tuple[str, ...]) -> Json:
    for key in path:
        body = body.get(key) if isinstance(body, dict) else None
    return body


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
