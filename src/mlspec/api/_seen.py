"""What can be seen of all that specs state: papers, records of gates and evidence items.

One code path for duties, cards, dossiers, exports and plans. The workspace is looked at first, and
the registry where something is not there and somebody gave it; one that does not answer was not
asked. Everything is looked at once, when it is first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from mlspec.api._places import folder_inside
from mlspec.api._signers import signers_text
from mlspec.api.evidence_items import has_items, items_at
from mlspec.api.evidence_store import evidence_of, standing_of, without_evidence
from mlspec.canonical import digest_value
from mlspec.errors import MlspecError
from mlspec.evidence import (
    NOT_RUN,
    EvidenceStatus,
    Item,
    PaperLook,
    PaperShelf,
    PaperStatus,
    Verdict,
    look_at_item,
    look_at_paper,
)
from mlspec.policy import GateLook, WaiverApproval, models_in
from mlspec.rules import baseline_of
from mlspec.workspace import canonical_body, gates_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from mlspec.api.evidence_store import KeptEvidence
    from mlspec.evidence import EvidenceRecord
    from mlspec.kinds.system import SystemSpec
    from mlspec.policy import StatedPaper
    from mlspec.registry import Backend
    from mlspec.workspace import Resource, Workspace

__all__ = ["Seen", "subjects_of"]

_UNSURE = (PaperStatus.MISSING, PaperStatus.NOT_LOOKED)


@dataclass
class Seen:
    """Looks at what the (effective) workspace at `root` states, on its day.

    `registry` opens the registry of the environment; None where it is not to be asked. `signers`
    are those in force, by default those of the checkout.
    """

    root: Path
    workspace: Workspace
    registry: Callable[[], Backend] | None = None
    signers: str | None = None
    _papers: dict[tuple[str, StatedPaper], PaperLook] = field(default_factory=dict)
    _gates: dict[str, GateLook] = field(default_factory=dict)
    _items: dict[tuple[str, bool], tuple[Item, ...]] = field(default_factory=dict)
    _kept: dict[str, KeptEvidence] = field(default_factory=dict)
    _opened: list[Backend | None] = field(default_factory=list)
    _live: dict[str, str] = field(default_factory=dict)

    def paper(self, address: str, paper: StatedPaper) -> PaperLook:
        """Look for a paper that the spec of a resource, or of a system that it is in, states.

        Raises:
            UsageError: evidence items lead out of the workspace.
        """
        if (address, paper) not in self._papers:
            self._papers[address, paper] = self._first(
                lambda shelf: self._paper(address, paper, shelf)
            )
        return self._papers[address, paper]

    def item(self, address: str, kind: str, digest: str) -> PaperLook:
        """Look for the paper of the items of a kind; "" stands for any of them.

        Raises:
            UsageError: evidence items lead out of the workspace.
        """
        return self._first(lambda shelf: self._item(address, kind, digest, shelf))

    def gates(self, address: str) -> GateLook:
        """Look at the record of the gates of a model."""
        if address not in self._gates:
            self._gates[address] = self._record(self.workspace.resources[address])
        return self._gates[address]

    def kept(self, model: Resource) -> KeptEvidence:
        """Return the record that is kept of a model, which is read once.

        Raises:
            TamperedPlanError: it was changed.
            UsageError: it can't be read.
        """
        if model.address not in self._kept:
            self._kept[model.address] = evidence_of(self.root, self.workspace, model)
        return self._kept[model.address]

    def every_record(self) -> dict[str, KeptEvidence]:
        """Return the records of all models that have gates, by address; raises as `kept`."""
        models = [
            each for each in self.workspace.of_kind("Model") if gates_of(self.workspace, each)
        ]
        self._kept = without_evidence(self.root, self.workspace, models) | self._kept
        return {each.address: self.kept(each) for each in models}

    def waiver(self, address: str) -> WaiverApproval:
        """Tell whether the registry has a waiver as the specs do."""
        if self._backend is None:
            return WaiverApproval.NOT_ASKED
        from mlspec.state import Lifecycle  # only with a registry, and long to import

        if not self._live:
            objects = self._backend.observe(bodies=False).objects
            self._live |= {
                each: record.digest
                for each, record in objects.items()
                if record.lifecycle is Lifecycle.LIVE
            }
        stated = digest_value(canonical_body(self.workspace.resources[address]))
        is_same = self._live.get(address) == stated
        return WaiverApproval.RECORDED if is_same else WaiverApproval.SPEC_ONLY

    def known(self, mark: str) -> WaiverApproval:
        """Tell whether the registry has an entry of the policy baseline word for word."""
        if self._backend is None:
            return WaiverApproval.NOT_ASKED
        is_there = mark in self._agreed
        return WaiverApproval.RECORDED if is_there else WaiverApproval.SPEC_ONLY

    @cached_property
    def _agreed(self) -> Collection[str]:
        """The entries of the policy baseline that people agreed to, by fingerprint."""
        from mlspec.planning.law_standing import standing_of  # few workspaces have a baseline

        if self._backend is None:
            return ()
        standing = standing_of(self._backend.observe(), ())
        return baseline_of(standing.workspace(self.workspace)).entries

    def _first(self, look: Callable[[PaperShelf], PaperLook]) -> PaperLook:
        """Look here, and in the registry where that leaves it open."""
        folder = folder_inside(self.root, f"{self.workspace.spec.paths.evidence}/_papers")
        shelf = PaperShelf(self.root, folder)
        found = look(shelf)
        if found.status in _UNSURE and self._backend is not None:
            return look(replace(shelf, is_asked=True))
        return found

    @property
    def _backend(self) -> Backend | None:
        """The registry, opened once; None where it is not to be asked, or can't be."""
        if not self._opened:
            self._opened.append(self._open())
        return self._opened[0]

    def _open(self) -> Backend | None:
        if self.registry is None:
            return None
        try:
            backend = self.registry()
            next(iter(backend.runs()), None)
        except MlspecError:
            return None
        return backend

    def _paper(self, address: str, paper: StatedPaper, shelf: PaperShelf) -> PaperLook:
        items = [
            each
            for subject in subjects_of(self.workspace, address)
            for each in self._items_of(subject, is_asked=shelf.is_asked)
            if each.kind == paper.kind and _is_part(each.part, paper.part)
        ]
        return look_at_paper(shelf, paper.uri, paper.digest, items)

    def _item(self, address: str, kind: str, digest: str, shelf: PaperShelf) -> PaperLook:
        found = [
            look_at_item(shelf, each)
            for each in self._items_of(self.workspace.resources[address], is_asked=shelf.is_asked)
            if each.kind == kind and digest in ("", each.digest)
        ]
        there = [each for each in found if each.is_there]
        return (*there, *found, _nothing(shelf))[0]

    def _items_of(self, resource: Resource, *, is_asked: bool) -> tuple[Item, ...]:
        key = (resource.address, is_asked)
        if key not in self._items:
            recorded = self._recorded(resource) if is_asked else ()
            self._items[key] = self._standing(resource, recorded)
        return self._items[key]

    def _standing(self, resource: Resource, recorded: Sequence[Item]) -> tuple[Item, ...]:
        if not (recorded or has_items(self.root, self.workspace)):
            return ()
        if self.signers is None:
            self.signers = signers_text(self.root)
        return items_at(self.root, self.workspace, resource, {}, self.signers, recorded)

    def _recorded(self, resource: Resource) -> tuple[Item, ...]:
        from mlspec.api.item_records import RecordedItems  # few workspaces need a registry here

        backend = self._backend
        if backend is None:
            return ()
        return RecordedItems(backend).of(resource.address, resource.metadata.version or "")

    def _record(self, model: Resource) -> GateLook:
        try:
            kept = self.kept(model)
        except MlspecError as error:
            return GateLook(PaperLook(PaperStatus.CONFLICT, error.message))
        if kept.record is not None:
            return self._judged(kept.record, kept.status, kept.reason, "the record here")
        told = self._told(model)
        if told is None and kept.status is EvidenceStatus.STALE:
            return GateLook(PaperLook(PaperStatus.STALE, kept.reason))
        if self._backend is None:
            unasked = PaperLook(PaperStatus.NOT_LOOKED, f"{NOT_RUN}, and no registry was asked")
            return GateLook(unasked)
        return told or GateLook(PaperLook(PaperStatus.MISSING, NOT_RUN))

    def _told(self, model: Resource) -> GateLook | None:
        """Return what the newest run of the registry rests on, where it is of this version."""
        from mlspec.api.recorded_evidence import recorded_evidence

        found = recorded_evidence(self._backend, model.address) if self._backend else None
        if found is None or found.record is None:
            return None
        status, reason = standing_of(self.workspace, model, found.record)
        if found.wrong:
            return GateLook(PaperLook(PaperStatus.CONFLICT, found.wrong))
        return self._judged(found.record, status, reason, f"run {found.run}", is_recorded=True)

    def _judged(
        self,
        record: EvidenceRecord,
        status: EvidenceStatus,
        reason: str,
        where: str,
        *,
        is_recorded: bool = False,
    ) -> GateLook:
        """Return how a record speaks: one that is old or of something else does not."""
        if status is EvidenceStatus.PRESENT and _is_past(record, self.workspace.today):
            status, reason = EvidenceStatus.STALE, f"it was good until {record.valid_until}"
        if status is not EvidenceStatus.PRESENT:
            return GateLook(PaperLook(PaperStatus(status.value), reason))
        told = f"{where}, {record.digest[:19]}...: {record.told}"
        if record.overall is not Verdict.PASS:
            return GateLook(PaperLook(PaperStatus.FAILED, told))
        passed = frozenset(it.gate for it in record.results if it.verdict is Verdict.PASS)
        there = PaperStatus.RECORDED if is_recorded else PaperStatus.PRESENT
        return GateLook(PaperLook(there, told), passed)


def subjects_of(workspace: Workspace, address: str) -> Iterator[Resource]:
    """Yield a resource, and the systems that a model is part of: their papers are its own, too."""
    own = workspace.resources[address]
    yield own
    for system in workspace.of_kind("System") if own.kind == "Model" else ():
        spec = cast("SystemSpec", system.spec)  # of systems only
        if address in (each.address for each in models_in(workspace, spec)):
            yield system


def _is_part(one: str, other: str) -> bool:
    """Tell whether two papers of a kind may be one: of the same part, or one names none."""
    return one == other or "" in (one, other)


def _nothing(shelf: PaperShelf) -> PaperLook:
    if shelf.is_asked:
        return PaperLook(PaperStatus.MISSING, "nothing was added")
    told = "nothing was added here, and no registry was asked"
    return PaperLook(PaperStatus.NOT_LOOKED, told)


def _is_past(record: EvidenceRecord, today: str) -> bool:
    return bool(record.valid_until) and today > record.valid_until
