"""Errors of built-in rules that only an entry of the baseline lets pass that nobody agreed to.

The specs are read with the whole baseline of the checkout. What it lets pass there is looked at
again with what of it stands: an entry that was forged, or that the plan leaves out, lets nothing
through.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import has_errors
from mlspec.planning._few import few
from mlspec.planning._model import Block, BlockCode
from mlspec.planning.law_standing import standing_of
from mlspec.rules import BASELINE_KIND, check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mlspec.diagnostics import Diagnostic
    from mlspec.planning._model import Operation
    from mlspec.state import Snapshot
    from mlspec.workspace import Workspace

__all__ = ["unsettled"]

_WHY: Final = (
    "its entry in the policy baseline is not recorded as it stands there, and this plan does not"
    " write it"
)


def unsettled(
    workspace: Workspace, operations: Iterable[Operation], snapshot: Snapshot
) -> Mapping[str, Block]:
    """Return what may not be written, by address, because of errors that nothing lets pass."""
    if not workspace.of_kind(BASELINE_KIND):
        return {}
    written = [each for each in operations if each.writes]
    standing = standing_of(snapshot, written).workspace(workspace)
    if standing.of_kind(BASELINE_KIND) == workspace.of_kind(BASELINE_KIND):
        return {}
    told: dict[str, list[str]] = defaultdict(list)
    for each in sorted(_errors(standing) - _errors(workspace), key=lambda each: each.code):
        told[each.about].append(f"{each.code}: {each.message} ({_WHY})")
    blocks = {name: Block(BlockCode.POLICY_DENIED, few(each)) for name, each in told.items()}
    return {each.address: blocks[each.address] for each in written if each.address in blocks}


def _errors(workspace: Workspace) -> set[Diagnostic]:
    return {each for each in check(workspace) if has_errors([each])}
