"""The resource that somebody means by `NAME@VERSION`: that of the specs, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api._subjects import subject_named
from mlspec.errors import UsageError

if TYPE_CHECKING:
    from mlspec.workspace import Resource, Workspace

__all__ = ["subject_of_version"]


def subject_of_version(workspace: Workspace, name: str) -> Resource:
    """Return the model, system or data set that an address, a name or `NAME@VERSION` means.

    Raises:
        UsageError: there is none, or the specs hold another version of it.
    """
    bare, _, version = name.partition("@")
    found = subject_named(workspace, bare)
    stated = found.metadata.version or ""
    if version in ("", stated):
        return found
    raise UsageError(
        f"the specs hold version `{stated or 'none'}` of `{found.address}`, not `{version}`",
        hint="check out the commit that holds it; `mlspec history` tells which runs there were",
    )
