"""Errors of built-in rules that only an entry of the baseline lets pass that nobody agreed to.

The specs are read with the whole baseline of the checkout. What it lets pass there is looked at
again with what of it stands: an entry that was forged, or that the plan leaves out, lets nothing
through.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mlspec.diagnostics import has_errors
from mlspec.planning._few import few
from mlspec.planning._model import Block, BlockCode
from mlspec.planning.law_standing import standing_of
from mlspec.rules import BASELINE_KIND, check

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

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
    """Return what may not be written, by address, because of errors that nothing lets pass.

    One about a resource that the plan does not write blocks all that it writes, as it would without
    an entry: any of that may be its cause. Only the baseline itself can be written then.
    """
    if not workspace.of_kind(BASELINE_KIND):
        return {}
    written = [each for each in operations if each.writes]
    stated = workspace.of_kind(BASELINE_KIND)
    standing = standing_of(snapshot, written).workspace(workspace).of_kind(BASELINE_KIND)
    if standing == stated:
        return {}
    there = {**workspace.resources, **{each.address: each for each in standing}}
    told = _told(_errors(replace(workspace, resources=there)), {*_errors(workspace)})
    return dict(_blocks([each.address for each in written if each.kind != BASELINE_KIND], told))


def _errors(workspace: Workspace) -> list[Diagnostic]:
    return [each for each in check(workspace) if has_errors([each])]


def _told(errors: Iterable[Diagnostic], passed: Collection[Diagnostic]) -> Mapping[str, list[str]]:
    """Return what is told of errors that are not among those which pass, by what they are about."""
    told: dict[str, list[str]] = defaultdict(list)
    for each in errors:
        if each not in passed:
            told[each.about].append(f"{each.code}: {each.message} ({_WHY})")
    return told


def _blocks(written: Collection[str], told: Mapping[str, list[str]]) -> Iterator[tuple[str, Block]]:
    others = [
        f"`{about}`: {line}" for about in sorted(told.keys() - {*written}) for line in told[about]
    ]
    for address in written:
        if lines := [*told.get(address, ()), *others]:
            yield address, Block(BlockCode.POLICY_DENIED, few(lines))
