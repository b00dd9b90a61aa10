"""What of a body a server is told: its name, description, version, and artifact or text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mlspec.members import section, text, value_at, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json

__all__ = ["Declared", "declared", "is_model", "is_prompt", "replaced", "server_name"]

_MODEL = "model/"
_PROMPT = "prompt/"
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
    "hosted": ("spec", "hosted"),
    "model": ("spec", "model"),
    "parameters": ("spec", "parameters"),
    "template": ("spec", "template"),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a body declares; None for a description that is left to others, "" for the rest.

    `source` is where the artifact lies for those who serve it, `image` what serves it, `adopts`
    the moment at which the server made a model that is taken over, in ms; 0 where none is. `asks`
    is the spec of a prompt, which has no artifact; empty for a model.
    """

    description: str | None
    version: str
    source: str
    digest: str
    adopts: int = 0
    image: str = ""
    asks: Mapping[str, Json] = field(default_factory=dict)

    @property
    def has_version(self) -> bool:
        """Whether there is something of which a server can have a version."""
        return bool(self.source or self.asks)


def is_model(address: str) -> bool:
    """Tell whether an object is a model, which every server is told of."""
    return address.startswith(_MODEL)


def is_prompt(address: str) -> bool:
    """Tell whether an object is a prompt, which a server is told of that keeps some."""
    return address.startswith(_PROMPT)


def server_name(address: str, body: Json, prefix: str) -> str:
    """Return the name of a model at the server; one that the spec gives is taken as it is."""
    return text(body, *_NAME) or prefix + address.partition("/")[2]


def declared(body: Json) -> Declared:
    """Return what a body declares, whatever else is in it."""
    description = value_at(body, *_DESCRIPTION)
    asks = _asks(body)
    source = text(body, *_SOURCE) or text(body, *_URI)
    return Declared(
        description=description if isinstance(description, str) else None,
        version=text(body, *_VERSION),
        source="" if asks else source,
        digest=text(body, *_DIGEST),
        adopts=whole(body, *_ID),
        image=text(body, *_IMAGE),
        asks=asks,
    )


def _asks(body: Json) -> Mapping[str, Json]:
    spec = section(body, "spec")
    return spec if spec.get("template") is not None else {}


def replaced(body: Json, values: Mapping[str, Json]) -> Json:
    """Return a body with what a server says of it; keys are fields of `Declared`."""
    for name, value in values.items():
        body = _with(body, _path(body, name), value)
    return body


def _path(body: Json, name: str) -> tuple[str, ...]:
    if name != "source":
        return PATHS[name]
    return _SOURCE if text(body, *_SOURCE) else _URI


def _with(body: Json, path: tuple[str, ...], value: Json) -> Json:
    if not path:
        return value
    facts = body if isinstance(body, dict) else {}
    return {**facts, path[0]: _with(facts.get(path[0]), path[1:], value)}
