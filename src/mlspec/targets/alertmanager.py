"""`alertmanager`: routes that bring every alert to the receiver of its team.

Alerts carry the labels `owner`, `receiver` and `severity`. Each owner has a route of its own, to
the receiver of its team; below it, alerts that name another receiver go there. A page is told at
once and repeated hourly, a ticket daily. What nobody can be called for ends at the first route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlspec.ir import Artifact
from mlspec.syntax import emit_documents
from mlspec.targets._header import header_text
from mlspec.targets._port import Target
from mlspec.targets._prometheus_groups import watched_models
from mlspec.targets._prometheus_objectives import OBJECTIVES
from mlspec.targets._prometheus_query import Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.ir import Bundle
    from mlspec.targets._port import Renderer

__all__ = ["TARGET", "UNCLAIMED"]

UNCLAIMED = "mlspec-unclaimed"
"""Gets the alerts of teams without a receiver; it exists so that somebody is asked to look."""

_PATH = "alertmanager/alertmanager.yaml"
_NOTES = (
    "Receivers without a webhook notify nobody: add what they should call, or merge the routes",
    "into your own configuration. Check: amtool check-config alertmanager.yaml",
)
_URGENCY: dict[str, dict[str, Json]] = {
    "page": {"group_wait": "10s", "repeat_interval": "1h"},
    "ticket": {"group_wait": "5m", "repeat_interval": "1d"},
}

_Place = tuple[str, str]
"""Owner and receiver of an alert; each may be empty."""


def emit(bundle: Bundle, renderer: Renderer) -> Iterator[Artifact]:
    """Yield the configuration, where there is an alert to route."""
    places = sorted(set(_places(bundle)))
    if not places:
        return
    source = bundle.pipeline.source
    header = header_text(bundle, source, *_NOTES)
    text = emit_documents([_configuration(bundle, places)], header=header)
    yield Artifact(_PATH, text, source)


def _places(bundle: Bundle) -> Iterator[_Place]:
    for watched in watched_models(bundle):
        for alert in watched.alerts:
            labels = dict(alert.labels)
            yield labels.get("owner", ""), labels.get("receiver", "")


def _configuration(bundle: Bundle, places: list[_Place]) -> Json:
    teams = {each.team: each.receiver for each in bundle.on_call}
    owners = sorted({owner for owner, _ in places})
    named = {receiver for _, receiver in places} | {teams.get(each, "") for each in owners}
    routes: list[Json] = [
        _owner_route(bundle, owner, teams.get(owner, ""), places) for owner in owners
    ]
    return {
        "route": {
            "receiver": UNCLAIMED,
            "group_by": ["alertname", "environment", "model"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "4h",
            "routes": routes,
        },
        "inhibit_rules": _inhibitions(),
        "receivers": list(_receivers(bundle, sorted({UNCLAIMED, *named} - {""}))),
    }


def _owner_route(bundle: Bundle, owner: str, own: str, places: Iterable[_Place]) -> Json:
    others = sorted({told for each, told in places if each == owner and told not in ("", own)})
    below: list[Json] = [
        {
            "matchers": _matchers(receiver=receiver),
            "receiver": receiver,
            "routes": _by_severity(),
        }
        for receiver in others
    ]
    return {
        "matchers": _matchers(environment=bundle.environment, owner=owner),
        "receiver": own or UNCLAIMED,
        "routes": [*below, *_by_severity()],
    }


def _by_severity() -> list[Json]:
    return [
        {"matchers": _matchers(severity=severity), **timing}
        for severity, timing in _URGENCY.items()
    ]


def _inhibitions() -> list[Json]:
    """A page about the service mutes its tickets; no metrics at all mute what is unknown for it."""
    served = {"dimension": "service"}
    return [
        {
            "source_matchers": _matchers(**served, severity="page"),
            "target_matchers": _matchers(**served, severity="ticket"),
            "equal": ["environment", "model"],
        },
        {
            "source_matchers": _matchers(**served, monitor=OBJECTIVES, state="unknown"),
            "target_matchers": _matchers(state="unknown"),
            "equal": ["environment", "model"],
        },
    ]


def _matchers(**labels: str) -> list[Json]:
    """Return matchers in order of label; their quotes and escapes are those of PromQL."""
    return [str(Series("", ((name, "=", value),)))[1:-1] for name, value in sorted(labels.items())]


def _receivers(bundle: Bundle, names: Iterable[str]) -> Iterator[Json]:
    stated: dict[str, set[str]] = {}
    for each in bundle.on_call:
        stated.setdefault(each.receiver, set()).add(each.webhook)
    for name in names:
        # Teams that do not agree on what their receiver calls get none of it: `validate` says so,
        # and nobody takes the alerts of others.
        (url, *others) = stated.get(name, {""})
        is_agreed = url and not others and name != UNCLAIMED
        called: list[Json] = [{"url": url, "send_resolved": True}] if is_agreed else []
        yield {"name": name, **({"webhook_configs": called} if called else {})}


TARGET = Target(
    "alertmanager", "Routes of alerts by owner, receiver and severity", emit, is_default=False
)
