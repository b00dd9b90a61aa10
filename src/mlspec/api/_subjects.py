"""The model, system, prompt or data set that somebody means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.diagnostics import did_you_mean
from mlspec.errors import UsageError

if TYPE_CHECKING:
    from mlspec.workspace import Resource, Workspace

__all__ = ["SUBJECT_KINDS", "refuse_observed", "subject_named"]

SUBJECT_KINDS = ("Model", "System", "Prompt", "Dataset")


def subject_named(workspace: Workspace, name: str) -> Resource:
    """Return the resource that an address or a bare name means, a model before others.

    Raises:
        UsageError: there is none, or it is a model that is only observed.
    """
    by_address = workspace.resources.get(name)
    if by_address is not None and by_address.kind in SUBJECT_KINDS:
        return by_address
    for kind in SUBJECT_KINDS:
        found = workspace.find(kind, name)
        if found is not None:
            return found
    refuse_observed(workspace, name)
    known = [each.name for kind in SUBJECT_KINDS for each in workspace.of_kind(kind)]
    close = did_you_mean(name.rpartition("/")[2], known)
    listed = f"there are {', '.join(known)}" if known else "the workspace has none"
    hint = f"did you mean `{close}`?" if close else listed
    raise UsageError(f"there is no model, system, prompt or data set `{name}`", hint=hint)


def refuse_observed(workspace: Workspace, name: str) -> None:
    """Say of a model that is only observed why nothing more is known of it.

    Raises:
        UsageError: it is one, by its address or its bare name.
    """
    found = workspace.find("ObservedModel", name.removeprefix("observed-model/"))
    if found is not None:
        raise UsageError(
            f"`{found.address}` is only observed: no spec of a model documents it",
            hint=f"`mlspec adopt {found.name}` makes a managed model of it; `mlspec inventory` "
            "shows what is known so far",
        )
