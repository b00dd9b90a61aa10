"""The terms that hold for a change, and who may sign: what the record of the workspace rules.

The terms of an environment are those of the specs and those that the registry recorded, the
stricter of the two: a change can't lower the bar that it has to pass. Who may sign is what was
recorded before the change; only a registry that records no workspace trusts the specs.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from mlspec.errors import RegistryUnavailableError
from mlspec.ledger import Strength
from mlspec.members import entries, section, text, texts
from mlspec.planning._baseline import is_baseline, live_baselines
from mlspec.planning._binding import is_binding, live_bindings
from mlspec.planning._model import Freeze, Level
from mlspec.planning._tiers import FLOORS, stricter_floor
from mlspec.planning._workspace import is_governed
from mlspec.state import Lifecycle
from mlspec.workspace import WORKSPACE_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlspec.canonical import Json
    from mlspec.planning._model import PlanContext
    from mlspec.planning.desired import Desired
    from mlspec.state import ObjectRecord, Snapshot

__all__ = ["in_force", "ruling_records", "signers_in_force"]


def ruling_records(snapshot: Snapshot) -> tuple[ObjectRecord, ...]:
    """Return the records whose terms hold for the next change, in order of address.

    What was retired or forgotten rules on until another one is live: a change can't lower the
    bar by taking it away.
    """
    recorded = [snapshot.objects[each] for each in sorted(filter(is_governed, snapshot.objects))]
    live = [each for each in recorded if each.lifecycle is Lifecycle.LIVE]
    return tuple(live or recorded)


def in_force(
    context: PlanContext, desired: Mapping[str, Desired], snapshot: Snapshot
) -> PlanContext:
    """Return the context with the terms that hold: of the specs and of the registry, the stricter.

    The bodies of the ruling records must be in the snapshot.
    """
    records = ruling_records(snapshot)
    addresses = {*filter(is_governed, desired), *(each.address for each in records)}
    addresses |= {*filter(is_binding, desired), *(each.address for each in live_bindings(snapshot))}
    addresses |= {*filter(is_baseline, desired)}
    addresses |= {each.address for each in live_baselines(snapshot)}
    has_signers = bool(signers_in_force(desired, snapshot))
    ruled = replace(context, ruled_by=tuple(sorted(addresses)), has_signers=has_signers)
    for record in records:
        ruled = _with_terms(ruled, _settings(record, context.environment))
    return ruled


def signers_in_force(desired: Mapping[str, Desired], snapshot: Snapshot) -> tuple[str, ...]:
    """Return the lines of allowed signers that count for the next change."""
    recorded = [_body(each) for each in ruling_records(snapshot)]
    wanted = [desired[address].body for address in sorted(filter(is_governed, desired))]
    lines = (texts(section(each, "governed"), "signers") for each in recorded or wanted)
    return tuple(sorted({*chain.from_iterable(lines)}))


def _with_terms(context: PlanContext, settings: Mapping[str, Json]) -> PlanContext:
    budget = settings.get("deleteBudget", 1)
    recorded = tuple(map(_freeze, entries(settings, "freezes")))
    return replace(
        context,
        require_gates=context.require_gates or settings.get("requireGates") is True,
        require_approvals=context.require_approvals or settings.get("requireApprovals") is True,
        minimum_strength=_stronger(context.minimum_strength, settings.get("minimumStrength")),
        freezes=tuple(
            sorted({*context.freezes, *recorded}, key=lambda each: (each.start, each.id))
        ),
        delete_budget=min(context.delete_budget, budget if isinstance(budget, int) else 0),
        signed_evidence=_floor(context.signed_evidence, settings, "signedEvidence"),
        signed_profiles=_floor(context.signed_profiles, settings, "signedProfiles"),
        recomputed_evidence=_floor(context.recomputed_evidence, settings, "recomputedEvidence"),
    )


def _floor(one: str, settings: Mapping[str, Json], name: str) -> str:
    return stricter_floor(one, settings.get(name, FLOORS[0]))


def _stronger(one: Strength | None, recorded: Json) -> Strength | None:
    other = Strength(recorded) if recorded in tuple(Strength) else None
    found = [each for each in (one, other) if each is not None]
    return max(found, key=lambda each: each.rank, default=None)


def _freeze(value: Json) -> Freeze:
    allowed = text(value, "allow")
    return Freeze(
        id=text(value, "id"),
        start=text(value, "start"),
        end=text(value, "end"),
        reason=text(value, "reason"),
        allow=Level(allowed) if allowed in tuple(Level) else Level.NONE,
    )


def _settings(record: ObjectRecord, environment: str) -> Mapping[str, Json]:
    return section(_body(record), "spec", "environments", environment)


def _body(record: ObjectRecord) -> Json:
    if record.body is None:
        raise RegistryUnavailableError(
            f"the terms of `{record.address}` were not read from the registry",
            hint=f"the record holds what `{WORKSPACE_FILE}` said when it was applied last",
        )
    return record.body
