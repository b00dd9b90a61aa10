"""What cards tell beside specs and gate records: policy, papers, evidence items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api._signers import signers_text
from mlspec.api.evidence_items import has_items, items_at
from mlspec.lowering import CARD_KINDS, CardFacts, Policies
from mlspec.policy import asked_kinds, dotted, stated_papers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.api.policy import PolicyReport
    from mlspec.api.session import Session
    from mlspec.canonical import Json
    from mlspec.evidence import Item, PaperLook
    from mlspec.policy import StatedPaper
    from mlspec.workspace import Resource, Workspace

__all__ = ["card_facts", "papers_of"]

_WITH_PAPERS = ("oversight", "post_market", "risk", "transparency")


def card_facts(
    session: Session,
    workspace: Workspace,
    report: PolicyReport,
    recorded: Mapping[str, tuple[Item, ...]] | None = None,
) -> CardFacts:
    """Return what is known of all resources; `recorded` are items that the registry keeps of some.

    Raises:
        UsageError: evidence items lead out of the workspace.
    """
    policies = Policies(workspace, report.force, report.judged)
    return CardFacts(
        policies,
        items=_items(session, workspace, report, recorded or {}),
        papers=papers_of(workspace, report),
    )


def papers_of(
    workspace: Workspace, report: PolicyReport
) -> Mapping[str, Mapping[str, tuple[StatedPaper, PaperLook]]]:
    """Return the papers that specs state, by address and path, as they were seen.

    Raises:
        UsageError: evidence items lead out of the workspace.
    """
    seen = report.seen
    if seen is None:
        return {}
    found = {}
    for each in (resource for kind in CARD_KINDS for resource in workspace.of_kind(kind)):
        stated = stated_papers(_with_papers(each))
        if stated:
            found[each.address] = {
                dotted(it.path): (it, seen.paper(each.address, it)) for it in stated
            }
    return found


def _with_papers(resource: Resource) -> Json:
    """Return the parts of a spec in which it can name papers."""
    parts: Json = resource.spec.model_dump(
        mode="json", by_alias=True, exclude_none=True, include={*_WITH_PAPERS}
    )
    return parts


def _items(
    session: Session,
    workspace: Workspace,
    report: PolicyReport,
    recorded: Mapping[str, tuple[Item, ...]],
) -> Mapping[str, tuple[Item, ...]]:
    packs = report.force.packs
    asked = {kind: asked_kinds(packs, workspace.environment, kind) for kind in CARD_KINDS}
    if not (any(asked.values()) or any(recorded.values()) or has_items(session.root, workspace)):
        return {}
    signers, kept = signers_text(session.root), recorded
    return {
        each.address: items_at(
            session.root, workspace, each, asked[kind], signers, kept.get(each.address, ())
        )
        for kind in CARD_KINDS
        for each in workspace.of_kind(kind)
    }
