"""What a registry is told of each model, within the limits of MLflow.

The limits are the smallest of MLflow 2.22 and 3.x: names 256 characters, descriptions and values
of tags 5000, the address of a version 500.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec import ir
from mlspec.lowering._codes import problem
from mlspec.workspace import model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlspec.diagnostics import Diagnostic, Path
    from mlspec.lowering._columns import Columns
    from mlspec.workspace import Resource, Workspace

__all__ = ["lower_registrations"]

_LONGEST_NAME = 256
_LONGEST_TEXT = 5000
_LONGEST_URI = 500


def lower_registrations(
    workspace: Workspace, columns: Columns
) -> tuple[tuple[ir.Registration, ...], tuple[Diagnostic, ...]]:
    """Return the registrations in order of model, and why some are missing."""
    registrations: list[ir.Registration] = []
    diagnostics: list[Diagnostic] = []
    for resource in workspace.of_kind("Model"):
        found = [*_too_long(resource)]
        diagnostics += found
        if not found:
            registrations.append(_registration(resource, columns))
    return tuple(registrations), tuple(diagnostics)


def _too_long(resource: Resource) -> Iterator[Diagnostic]:
    spec = model_of(resource)
    stated: tuple[tuple[Path, str, int], ...] = (
        (("metadata", "name"), resource.name, _LONGEST_NAME),
        (("metadata", "description"), resource.metadata.description or "", _LONGEST_TEXT),
        (("spec", "purpose"), spec.purpose, _LONGEST_TEXT),
        (("spec", "artifact", "uri"), spec.artifact.uri, _LONGEST_URI),
    )
    for path, text, longest in stated:
        if len(text) > longest:
            message = f"`{path[-1]}` has {len(text)} characters, MLflow takes {longest}"
            yield problem("MLS297", resource, path, message, "shorten it")


def _registration(resource: Resource, columns: Columns) -> ir.Registration:
    spec, metadata = model_of(resource), resource.metadata
    return ir.Registration(
        model=metadata.name,
        version=metadata.version or "",
        description=spec.purpose,
        summary=metadata.description or "",
        uri=spec.artifact.uri,
        inputs=columns.inputs_of(resource),
        outputs=columns.outputs_of(resource),
        model_tags=_model_tags(resource),
        version_tags=_version_tags(resource),
        source=resource.document.source.file,
    )


def _model_tags(resource: Resource) -> tuple[tuple[str, str], ...]:
    spec = model_of(resource)
    tags = {"owner": resource.metadata.owner or "", "task": spec.task, "tier": spec.risk.tier}
    return _tags(tags)


def _version_tags(resource: Resource) -> tuple[tuple[str, str], ...]:
    spec = model_of(resource)
    tags = {
        "artifact-digest": spec.artifact.digest or "",
        "contract-version": spec.output.version,
        "format": spec.artifact.format,
        "version": resource.metadata.version or "",
    }
    return _tags(tags)


def _tags(tags: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the tags with a value, under the prefix of mlspec, sorted."""
    return tuple((f"mlspec.dev/{key}", value) for key, value in sorted(tags.items()) if value)
