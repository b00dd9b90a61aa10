"""A small world to plan in: desired objects made by hand, and a registry in a folder."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mlspec.canonical import digest_value
from mlspec.planning import (
    Desired,
    Envelope,
    PlanContext,
    Stamp,
    Toolchain,
    apply_plan,
    make_plan,
    observe_for,
)
from mlspec.registry import open_backend

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"Model": "model", "Dataset": "dataset", "Team": "team", "GateSet": "gate-set"}
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


@dataclass
class World:
    """A registry and what is checked out."""

    folder: Path
    context: PlanContext = CONTEXT
    evidence: dict = field(default_factory=dict)

    def backend(self):
        path = self.folder / "state" / "registry.db"
        return open_backend("embedded", path, self.context.environment)

    def at(self, desired):
        """Return the context of a checkout whose files are these objects."""
        digests = {f"specs/{name}.yaml": each.digest for name, each in desired.items()}
        return replace(self.context, sources={**self.context.sources, **digests})

    def plan(self, desired, **changes):
        context = replace(self.at(desired), **changes)
        return make_plan(desired, observe_for(self.backend(), desired), context, self.evidence)

    def apply(self, plan, desired):
        return apply_plan(plan, self.backend(), desired, self.at(desired), STAMP)

    def reach(self, *desired):
        """Plan and apply."""
        return self.apply(self.plan(tree(*desired)), tree(*desired))

    def state(self):
        backend = self.backend()
        return backend.observe(), list(backend.runs()), list(backend.events())
