"""What a registry knows of a resource, for its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ledger import predicate_of
from mlspec.lowering import Agreed, AppliedChange, CardHistory, Live
from mlspec.planning import traits_of
from mlspec.planning.audit import audit_log
from mlspec.planning.diff import diff
from mlspec.state import Lifecycle
from mlspec.workspace import canonical_body

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlspec.canonical import Json
    from mlspec.planning.audit import LoggedEvent
    from mlspec.registry import Backend
    from mlspec.workspace import Resource

__all__ = ["history_of"]


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
