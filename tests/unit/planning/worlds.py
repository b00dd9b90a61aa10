"""A small world to plan in: desired objects made by hand, and a registry in a folder."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.planning import (
    ApplyOptions,
    Checkout,
    Desired,
    Envelope,
    PlanContext,
    Scope,
    ScopeMode,
    Stamp,
    Toolchain,
    apply_plan,
    make_plan,
    observe_for,
)
from mlspec.planning.verification import audit_view
from mlspec.registry import Place, open_backend
from mlspec.state import Lifecycle, ObjectRecord, Snapshot

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {
    "Dataset": "dataset",
    "GateSet": "gate-set",
    "Model": "model",
    "Team": "team",
    "Workspace": "workspace",
}
STAMP = Stamp("ana", "2026-01-02T03:04:05+00:00")
CONTEXT = PlanContext(
    environment="prod",
    backend="embedded",
    toolchain=Toolchain("sha256:schema", "sha256:templates"),
    sources={"mlspec.yaml": "sha256:" + "0" * 64},
    envelope=Envelope(rendered_by="mlspec test", commit="c0ffee", dirty=False),
)
GATE = {"id": "auc", "type": "metric-threshold", "metric": "auc", "atLeast": 0.92}


def wanted(kind, name, spec, *, references=(), protect=False):
    """Return a desired object; a path of three steps is found on line 3."""
    metadata = {"name": name} | ({"protect": True} if protect else {})
    body = {"kind": kind, "metadata": metadata, "spec": spec}
    return Desired(
        address=f"{KINDS[kind]}/{name}",
        kind=kind,
        body=body,
        digest=digest_value(body),
        references=tuple(references),
        protect=protect,
        locate=lambda path: f"specs/{name}.yaml:{len(path) + 1}:1",
    )


def tree(*desired):
    return {each.address: each for each in desired}


def open_embedded(place, environment):
    return open_backend("embedded", place, environment)


def record(wanted, lifecycle=Lifecycle.LIVE, revision=1, **changes):
    """Return the object as a registry holds it, with its body."""
    made = ObjectRecord(
        wanted.address,
        f"uid-of-{wanted.address}",
        revision,
        wanted.digest,
        wanted.body,
        wanted.protect,
        lifecycle,
    )
    return replace(made, **changes)


def registered(*records):
    """Return a snapshot of these records."""
    return Snapshot("prod", "L1", 3, "sha256:head", {each.address: each for each in records})


def planned(desired, snapshot, evidence=None, **changes):
    """Return the plan of what is desired, a list, against a snapshot."""
    return make_plan(tree(*desired), snapshot, replace(CONTEXT, **changes), evidence)


@dataclass
class World:
    """A registry and what is checked out; `opens` makes a backend of a place and an environment."""

    folder: Path
    context: PlanContext = CONTEXT
    evidence: dict = field(default_factory=dict)
    opens: object = open_embedded

    def backend(self):
        place = Place(self.folder / "state" / "registry.db", self.folder)
        return self.opens(place, self.context.environment)

    def at(self, desired):
        """Return the context of a checkout whose files are these objects."""
        digests = {f"specs/{name}.yaml": each.digest for name, each in desired.items()}
        return replace(self.context, sources={**self.context.sources, **digests})

    def plan(self, desired, **changes):
        context = replace(self.at(desired), **changes)
        snapshot = observe_for(self.backend(), desired, context)
        return make_plan(desired, snapshot, context, self.evidence)

    def apply(self, plan, desired, *, stamp=STAMP, evidence=None, **options):
        checkout = Checkout(desired, self.at(desired), evidence)
        return apply_plan(plan, self.backend(), checkout, stamp, ApplyOptions(**options))

    def reach(self, *desired):
        """Plan and apply."""
        return self.apply(self.plan(tree(*desired)), tree(*desired))

    def audit(self):
        """Return the verdict on the ledger; checkpoints need no signature here."""
        return audit_view(self.backend(), lambda signed: [None] * len(signed))

    def state(self):
        """Return all that a registry tells."""
        backend = self.backend()
        kept = backend.observe(), list(backend.runs()), list(backend.events())
        return (*kept, list(backend.checkpoints()), dict(backend.statements()))


class Governed:
    """A registry where a law judges plans; a subclass has `desired`, `law` and `context`."""

    def __init__(self, folder):
        self.folder = folder

    def backend(self):
        return open_embedded(Place(self.folder / "registry.db", self.folder), "prod")

    def plan(self, *targets, **changes):
        """Return the plan of all that is desired, or of some addresses."""
        scope = Scope(ScopeMode.TARGET, targets) if targets else self.context.scope
        context = replace(self.context, **{"scope": scope} | changes)
        snapshot = observe_for(self.backend(), self.desired, context)
        return make_plan(self.desired, snapshot, context, {}, self.law)

    def apply(self, plan=None, *, stamp=STAMP, **options):
        """Apply a plan, or that of all that is desired."""
        checkout = Checkout(self.desired, self.context, {}, law=self.law)
        chosen = ApplyOptions(**options)
        return apply_plan(plan or self.plan(), self.backend(), checkout, stamp, chosen)
