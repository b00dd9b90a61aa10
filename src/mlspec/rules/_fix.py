"""Fixes that replace one written value by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import Applicability, Edit, Fix
from mlspec.rules._place import is_written
from mlspec.syntax import emit_scalar

if TYPE_CHECKING:
    from mlspec.diagnostics import Path
    from mlspec.workspace import Resource

__all__ = ["replacing", "swapping"]

Scalar = str | int | float | bool


def replacing(
    resource: Resource,
    path: Path,
    value: Scalar,
    applicability: Applicability = Applicability.UNSAFE,
) -> tuple[Fix, ...]:
    """Return the fix that puts another value at `path`; none where no value is written there."""
    if not is_written(resource, path):
        return ()
    text = emit_scalar(value)
    edit = Edit(resource.document.span(path), text)
    return (Fix(f"write `{text}`", (edit,), applicability),)


def swapping(
    resource: Resource, first: tuple[Path, Scalar], second: tuple[Path, Scalar]
) -> tuple[Fix, ...]:
    """Return the fix that exchanges two values; none where one of them is not written."""
    (path, value), (other_path, other_value) = first, second
    edits = [
        *(edit for fix in replacing(resource, path, other_value) for edit in fix.edits),
        *(edit for fix in replacing(resource, other_path, value) for edit in fix.edits),
    ]
    both = len(edits) > 1
    return (Fix(f"exchange `{path[-1]}` and `{other_path[-1]}`", tuple(edits)),) if both else ()
