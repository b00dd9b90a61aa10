"""What a kind is, and how kinds are found by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from mlspec.errors import UsageError
from mlspec.extensions import Extension, find
from mlspec.schema import (
    Direction,
    FieldClass,
    Identifier,
    SpecModel,
    Text,
    Version,
    declare,
)

__all__ = ["API_VERSION", "Kind", "Metadata", "find_kind", "kind_names"]

API_VERSION = "mlspec.dev/v1"


class Metadata(SpecModel):
    """Who and what a resource is; the same for every kind."""

    name: Identifier = declare(
        "Name of the resource, unique within its kind.",
        FieldClass.COSMETIC,
        examples=["employment-screen"],
    )
    version: Version | None = declare(
        "Version of the resource; a reference such as `name@v2` pins it.",
        FieldClass.ARTIFACT,
        default=None,
        examples=["v2", "v1.4.0"],
    )
    owner: Identifier | None = declare(
        "The team that answers for the resource.", FieldClass.OWNER, default=None, ref="Team"
    )
    description: Text | None = declare(
        "One or two sentences for readers.", FieldClass.COSMETIC, default=None
    )
    labels: dict[Identifier, Text] = declare(
        "Short facts to select by.", FieldClass.COSMETIC, default={}
    )
    annotations: dict[str, Text] = declare(
        "Notes for other tools; mlspec reads none of them.", FieldClass.COSMETIC, default={}
    )
    protect: bool = declare(
        "Guard kept in the registry: the resource can't be deleted while it is set.",
        FieldClass.POLICY,
        Direction.HIGHER_IS_TIGHTER,
        default=False,
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource: its name on the wire, the model of its `spec`, a summary.

    `owned` kinds need a team in `metadata.owner`; `recorded` ones become objects of the registry.
    """

    name: str
    spec: type[SpecModel]
    summary: str
    owned: bool = True
    recorded: bool = True

    @property
    def prefix(self) -> str:
        """The kind in an address: `feature-view` of `feature-view/applicant-profile`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", self.name).lower()


@cache
def kind_names() -> tuple[str, ...]:
    """Return the names of all kinds, sorted, without importing any."""
    return tuple(sorted(_modules()))


@cache
def find_kind(name: str) -> Kind | None:
    """Return the kind of that name, importing its module on the first call.

    Raises:
        UsageError: the module does not import, or its `KIND` is not the kind of that name.
    """
    extension = _modules().get(name)
    if extension is None:
        return None
    kind = extension.load("KIND").KIND
    if not isinstance(kind, Kind) or kind.name != name:
        raise UsageError(f"`KIND` of the extension `{extension.module}` is not the kind `{name}`")
    return kind


@cache
def _modules() -> dict[str, Extension]:
    found = find("mlspec.kinds", "mlspec.kinds")
    return {"".join(part.title() for part in each.name.split("_")): each for each in found}
