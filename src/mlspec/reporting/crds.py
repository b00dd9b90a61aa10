"""Definitions of custom resources that a workspace keeps, as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.reporting._cells import clean, counted, short, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.manifests.definitions import Definition

__all__ = [
    "render_changed_definitions",
    "render_changed_definitions_json",
    "render_definitions",
    "render_definitions_json",
]

_VERBS = ("added", "changed", "removed", "unchanged")


def render_definitions(definitions: Sequence[Definition]) -> str:
    """Return the definitions as a table."""
    if not definitions:
        return "No definitions yet: `kubectl get crd -o json | mlspec crds add -`\n"
    rows = [("DEFINITION", "KIND", "VERSIONS", "SCOPE", "DIGEST"), *map(_row, definitions)]
    return "\n".join(table(rows)) + "\n"


def render_definitions_json(definitions: Sequence[Definition]) -> str:
    """Return the definitions as JSON (`mlspec.definitions/1.0`), without their schemas."""
    listed = [
        {
            "name": each.name,
            "group": each.group,
            "kind": each.kind,
            "scope": each.scope,
            "versions": sorted(each.versions),
            "digest": each.digest,
        }
        for each in definitions
    ]
    return pretty_json({"format": "mlspec.definitions/1.0", "definitions": listed})


def render_changed_definitions(changes: Mapping[str, Sequence[str]]) -> str:
    """Return what became of definitions, by verb: `added`, `changed`, `unchanged`, `removed`."""
    lines = [
        f"{verb} {counted(len(names), 'definition')}: {', '.join(map(clean, names))}"
        for verb, names in changes.items()
        if names
    ]
    return "".join(f"{line}\n" for line in lines)


def render_changed_definitions_json(changes: Mapping[str, Sequence[str]]) -> str:
    """Return what became of definitions as JSON (`mlspec.definitions-changed/1.0`)."""
    listed = {verb: list(changes.get(verb, ())) for verb in _VERBS}
    return pretty_json({"format": "mlspec.definitions-changed/1.0", **listed})


def _row(definition: Definition) -> tuple[str, ...]:
    versions = ", ".join(sorted(definition.versions))
    digest = short(definition.digest)
    return definition.name, definition.kind, versions, definition.scope, digest
