"""What cards tell beside specs and gate records: policy, papers, and what a registry knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.api.context import signers_text
from mlspec.api.evidence_items import has_items, items_at
from mlspec.ledger import predicate_of
from mlspec.lowering import (
    CARD_KINDS,
    Agreed,
    AppliedChange,
    CardFacts,
    CardHistory,
    Live,
    Policies,
)
from mlspec.planning import traits_of
from mlspec.planning.audit import audit_log
from mlspec.planning.diff import diff
from mlspec.policy import asked_kinds, dotted, stated_papers
from mlspec.state import Lifecycle
from mlspec.workspace import canonical_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.api.policy import PolicyReport
    from mlspec.api.session import Session
    from mlspec.canonical import Json
    from mlspec.evidence import Item, PaperLook
    from mlspec.planning.audit import LoggedEvent
    from mlspec.policy import StatedPaper
    from mlspec.registry import Backend
    from mlspec.workspace import Resource, Workspace

__all__ = ["card_facts", "history_of", "papers_of"]

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


def history_of(backend: Backend, resource: Resource) -> CardHistory:
    """Return what a registry knows of a resource, under all its names, oldest change first.

    Raises:
        RegistryUnavailableError: the registry can't be read.
    """
    log = audit_log(backend, resource.address)
    bodies = backend.bodies({_post(each) for each in log} - {""})
    changes = tuple(_change(each, bodies.get(_post(each))) for each in log)
    return CardHistory(changes, _live(resource, log, bodies))


def _post(logged: LoggedEvent) -> str:
    return str(logged.told.get("post") or "")


def _change(logged: LoggedEvent, body: Json) -> AppliedChange:
    facts, told = logged.facts, predicate_of(logged.event.body)
    approvals = tuple(
        Agreed(each.principal, each.role, each.strength.value, each.digest)
        for each in (facts.approvals if facts else ())
    )
    return AppliedChange(
        sequence=logged.event.sequence,
        digest=logged.event.digest,
        action=logged.action,
        version=_version(body),
        at=logged.at,
        actor=str(told.get("actor") or ""),
        level=str(told.get("risk") or ""),
        plan=facts.plan_digest if facts else "",
        approvals=approvals,
    )


def _version(body: Json) -> str:
    return _stated(body, "metadata", "version")


def _stated(body: Json, *keys: str) -> str:
    """Return the text below some keys; bodies of a registry are of any age."""
    for key in keys:
        body = body.get(key) if isinstance(body, dict) else None
    return body if isinstance(body, str) else ""


def _live(
    resource: Resource, log: Sequence[LoggedEvent], bodies: Mapping[str, Json]
) -> Live | None:
    """Return what is live, with what the specs say otherwise; None where nothing is."""
    if not log or log[-1].told.get("lifecycle") != Lifecycle.LIVE or not _post(log[-1]):
        return None
    body = bodies.get(_post(log[-1]))
    wanted = canonical_body(resource)
    traits = traits_of(resource.kind, body, wanted)
    changed = tuple(each.path for each in diff(body, wanted, traits, lambda _path: ""))
    version = _version(body)
    earlier = [_version(bodies.get(_post(each))) for each in log]
    before = [each for each in earlier if each not in ("", version)]
    artifact = _stated(body, "spec", "artifact", "digest")
    return Live(version, artifact, changed, before[-1] if before else "", _course(body))


def _course(body: Json) -> str:
    """Return how traffic was to move to what was applied; bodies of a registry are of any age."""
    policy, strategy = (
        _stated(body, "spec", "rolloutPolicy"),
        _stated(body, "spec", "rollout", "strategy"),
    )
    if strategy:
        return f"by {strategy}"
    return f"by the shared policy {policy}" if policy else "all at once"
