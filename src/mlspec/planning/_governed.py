"""The workspace as a governed resource: what of it is recorded, and what of the record rules.

The terms of an environment are those of the specs and those that the registry recorded, the
stricter of the two: a change can't lower the bar that it has to pass. Who may sign is what was
recorded before the change; only a registry that records no workspace trusts the specs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mlspec.errors import RegistryUnavailableError
from mlspec.ledger import Strength
from mlspec.planning._model import Freeze, Level
from mlspec.state import Lifecycle
from mlspec.workspace import WORKSPACE_FILE, canonical_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mlspec.canonical import Json
    from mlspec.planning._model import PlanContext
    from mlspec.planning.desired import Desired
    from mlspec.state import ObjectRecord, Snapshot
    from mlspec.workspace import Resource

__all__ = [
    "SIGNERS_FILE",
    "governed_body",
    "in_force",
    "is_governed",
    "ruling_records",
    "signers_in_force",
]

SIGNERS_FILE = ".mlspec/allowed_signers"
"""Whose signatures count, relative to the workspace, in the format of `ssh-keygen`."""
_PREFIX = "workspace/"
_LEFT_OUT = ("description", "overrides")  # they arrive through the bodies that they change


def is_governed(address: str) -> bool:
    """Tell whether an address is that of a workspace."""
    return address.startswith(_PREFIX)


def governed_body(resource: Resource, environment: str, signers: Iterable[str]) -> dict[str, Json]:
    """Return what the registry of an environment records of its workspace.

    `signers` are the lines of the file of allowed signers; comments and empty lines say nothing.
    """
    body = canonical_body(resource)
    spec = _section(body, "spec")
    settings = _section(_section(spec, "environments"), environment)
    kept = {key: value for key, value in settings.items() if key not in _LEFT_OUT}
    governed: dict[str, Json] = {"environments": {environment: kept}}
    if "registry" in spec:
        governed["registry"] = spec["registry"]
    lines: list[Json] = [*sorted({*_signer_lines(signers)})]
    return body | {"spec": governed, "governed": {"signers": lines}}


def ruling_records(snapshot: Snapshot) -> tuple[ObjectRecord, ...]:
    """Return the records whose terms hold for the next change, in order of address."""
    return tuple(
        snapshot.objects[address]
        for address in sorted(filter(is_governed, snapshot.objects))
        if snapshot.objects[address].lifecycle is Lifecycle.LIVE
    )


def in_force(
    context: PlanContext, desired: Mapping[str, Desired], snapshot: Snapshot
) -> PlanContext:
    """Return the context with the terms that hold: of the specs and of the registry, the stricter.

    The bodies of the ruling records must be in the snapshot.
    """
    records = ruling_records(snapshot)
    addresses = {*filter(is_governed, desired), *(each.address for each in records)}
    has_signers = bool(signers_in_force(desired, snapshot))
    ruled = replace(context, ruled_by=tuple(sorted(addresses)), has_signers=has_signers)
    for record in records:
        ruled = _with_terms(ruled, _settings(record, context.environment))
    return ruled


def signers_in_force(desired: Mapping[str, Desired], snapshot: Snapshot) -> tuple[str, ...]:
    """Return the lines of allowed signers that count for the next change."""
    recorded = [_body(each) for each in ruling_records(snapshot)]
    wanted = [desired[address].body for address in sorted(filter(is_governed, desired))]
    found = {line for body in recorded or wanted for line in _signers(body)}
    return tuple(sorted(found))


def _signer_lines(signers: Iterable[str]) -> Iterator[str]:
    for line in signers:
        text = line.strip()
        if text and not text.startswith("#"):
            yield text


def _with_terms(context: PlanContext, settings: Mapping[str, Json]) -> PlanContext:
    budget = settings.get("deleteBudget", 1)
    recorded = tuple(_freezes(settings.get("freezes")))
    return replace(
        context,
        require_gates=context.require_gates or settings.get("requireGates") is True,
        require_approvals=context.require_approvals or settings.get("requireApprovals") is True,
        minimum_strength=_stronger(context.minimum_strength, settings.get("minimumStrength")),
        freezes=tuple(
            sorted({*context.freezes, *recorded}, key=lambda each: (each.start, each.id))
        ),
        delete_budget=min(context.delete_budget, budget if isinstance(budget, int) else 0),
    )


def _stronger(one: Strength | None, recorded: Json) -> Strength | None:
    other = Strength(recorded) if recorded in tuple(Strength) else None
    found = [each for each in (one, other) if each is not None]
    return max(found, key=lambda each: each.rank, default=None)


def _freezes(value: Json) -> Iterator[Freeze]:
    for each in value if isinstance(value, list) else ():
        texts = {key: _text(each, key) for key in ("id", "start", "end", "reason", "allow")}
        level = Level(texts["allow"]) if texts["allow"] in tuple(Level) else Level.NONE
        yield Freeze(texts["id"], texts["start"], texts["end"], texts["reason"], level)


def _text(value: Json, key: str) -> str:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _settings(record: ObjectRecord, environment: str) -> Mapping[str, Json]:
    return _section(_section(_section(_body(record), "spec"), "environments"), environment)


def _signers(body: Json) -> Iterator[str]:
    lines = _section(body, "governed").get("signers")
    yield from (
        each for each in (lines if isinstance(lines, list) else ()) if isinstance(each, str)
    )


def _body(record: ObjectRecord) -> Json:
    if record.body is None:
        raise RegistryUnavailableError(
            f"the terms of `{record.address}` were not read from the registry",
            hint=f"the record holds what `{WORKSPACE_FILE}` said when it was applied last",
        )
    return record.body


def _section(value: Json | Mapping[str, Json], key: str) -> Mapping[str, Json]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, dict) else {}
