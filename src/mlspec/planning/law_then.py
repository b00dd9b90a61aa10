"""The law on what a run is to bring back: bodies of the registry, judged by the packs of today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.canonical import pretty_json
from mlspec.diagnostics import has_errors
from mlspec.kinds import API_VERSION
from mlspec.planning._binding import live_bindings, spec_body
from mlspec.planning._workspace import is_governed
from mlspec.syntax import SourceText
from mlspec.workspace import WORKSPACE_FILE, canonical_body, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlspec.canonical import Json
    from mlspec.planning.desired import Desired
    from mlspec.planning.law import Law
    from mlspec.state import Snapshot

__all__ = ["reverted"]


def reverted(law: Law, desired: Mapping[str, Desired], snapshot: Snapshot) -> Law:
    """Return a law that looks at the resources of a revert; packs and waivers stay those of today.

    A body that can't be read any more can't be judged, which blocks the plan. Where neither the
    specs nor the registry bind a pack, nothing is judged.
    """
    if law.is_empty and not live_bindings(snapshot):
        return law
    workspace = law.workspace
    loaded = load([workspace.sources[WORKSPACE_FILE], *_texts(desired)])
    if loaded.workspace is None or has_errors(loaded.diagnostics):
        told = next(each.message for each in loaded.diagnostics if has_errors([each]))
        return replace(law, faults=(*law.faults, f"what would come back can't be judged: {told}"))
    kept = {address: workspace.resources[address] for address in _same(law, desired)}
    resources = dict(sorted({**loaded.workspace.resources, **kept}.items()))
    then = replace(workspace, resources=resources, edges=loaded.workspace.edges)
    return replace(law, workspace=then)


def _same(law: Law, desired: Mapping[str, Desired]) -> Iterator[str]:
    """Yield the addresses of which the specs say the same: they have a place in a file."""
    resources = law.workspace.resources
    for address, each in desired.items():
        body = each.body if isinstance(each.body, dict) else {}
        if address in resources and canonical_body(resources[address]) == spec_body(body):
            yield address


def _texts(desired: Mapping[str, Desired]) -> Iterator[SourceText]:
    for address in sorted(desired):
        body = desired[address].body
        if isinstance(body, dict) and not is_governed(address):
            document: dict[str, Json] = {"apiVersion": API_VERSION, **spec_body(body)}
            yield SourceText(f"registry/{address}.yaml", pretty_json(document).encode())
